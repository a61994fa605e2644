"""Everything cooperation can be asked to do: one module for each thing."""

from collections.abc import Callable
from datetime import datetime

from contracts.values import Provenance

Expect = Callable[[int], None]
Now = Callable[[Provenance], datetime]
