"""Everything the training service can be asked to do."""

from collections.abc import Callable
from datetime import datetime

from contracts.values import Provenance

Expect = Callable[[int], None]
Now = Callable[[Provenance], datetime]
