"""Everything cooperation can be asked to show, and the views that these questions fill: one module for each thing."""

from collections.abc import Callable
from datetime import datetime

from contracts.values import Provenance

Now = Callable[[Provenance], datetime]
