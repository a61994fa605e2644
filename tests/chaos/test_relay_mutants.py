"""The fault runs can fail: each wrong relay is caught by them."""

import pytest

from chaos.mutants.relay import MUTANTS
from chaos.relay_database import Databases
from chaos.relay_faults import Broken, Harmful, Run

pytestmark = pytest.mark.rule("p/relay")

SEEDS = 40  # a few are enough nearly always; luck must not decide


@pytest.mark.parametrize("mistake", MUTANTS)
async def test_a_wrong_relay_is_caught_within_a_few_seeds(mistake: str, relay_databases: Databases) -> None:
    url = await relay_databases.clone()
    for seed in range(SEEDS):
        try:
            # Without the look at the topic's end, which would refuse some of them before they do harm.
            await Run(url, seed, MUTANTS[mistake], guarded=False).go()
        except Harmful as caught:
            print(f"\n{mistake}, seed {seed}: {caught}")
            return
        except Broken:
            continue  # untidy, but no reader is misled: look for the harm itself
    pytest.fail(f"Not caught in {SEEDS} seeds: {mistake}.")
