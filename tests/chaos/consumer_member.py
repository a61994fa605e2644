"""A member of a group that appends each event to a table, and that may die or freeze at a named point."""

import argparse
import asyncio
import logging
import os
import random
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from chaos.consumer_stage import SESSION_MS, Design
from chaos.mutants.consumer import MUTANTS
from chassis import database
from chassis.consumer.listens import Heard
from chassis.consumer.run import Consumer
from chassis.database import Tx
from support.consuming import append, hearing


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("url", "bootstrap", "topic"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--mistake", choices=MUTANTS, help="read in this wrong way")
    parser.add_argument("--max-records", type=int, default=10)
    parser.add_argument("--linger-s", type=float, default=0.02, help="each batch takes up to so long")
    parser.add_argument("--tell-s", type=float, default=1.0)
    parser.add_argument("--fate", choices=("SIGKILL", "SIGSTOP"), help="what befalls this member")
    parser.add_argument("--at", default="effects made", help="at which point")
    parser.add_argument("--batch", type=int, default=10, help="in which batch")
    return parser.parse_args()


async def _main(arguments: argparse.Namespace) -> None:
    stop, batches = asyncio.Event(), 0
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)

    def reached(point: str) -> None:
        nonlocal batches
        if point == arguments.at:
            batches += 1
            if arguments.fate and batches == arguments.batch:
                os.kill(os.getpid(), signal.Signals[arguments.fate])

    async def slowly(tx: Tx, heard: Sequence[Heard]) -> None:
        await append(tx, heard)
        await asyncio.sleep(random.random() * arguments.linger_s)

    design = MUTANTS[arguments.mistake] if arguments.mistake else Design()
    pool = await database.pool(arguments.url, name="member", size=3)
    consumer = Consumer(
        pool,
        hearing(arguments.topic, slowly),
        bootstrap=arguments.bootstrap,
        group=arguments.topic,
        stop=stop,
        apply=partial(design.apply, reached=reached),
        listener=design.listener,
        session_ms=SESSION_MS,
        max_records=arguments.max_records,
        tell_s=arguments.tell_s,
    )
    await consumer.run()
    pool.terminate()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    asyncio.run(_main(_arguments()))
