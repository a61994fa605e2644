"""The collector of garbage leaves what is loaded alone, and takes what comes after."""

import subprocess
import sys

IN_A_PROCESS_OF_ITS_OWN = """
import gc, weakref
from chassis import collector

class Thing:
    pass

def cycle():
    one, two = Thing(), Thing()
    one.other, two.other = two, one
    return weakref.ref(one)

loaded = cycle()
collector.settle()
assert loaded() is None, "what was garbage before is gone"
assert gc.get_freeze_count() > 1_000 and len(gc.get_objects()) < gc.get_freeze_count() / 10
later = cycle()
made = [[] for _ in range(2 * collector.YOUNG)]
assert later() is None, "what comes after is looked through"
"""


def test_what_is_loaded_stays_out_of_sight_and_later_cycles_are_taken() -> None:
    subprocess.run([sys.executable, "-c", IN_A_PROCESS_OF_ITS_OWN], check=True, timeout=60)
