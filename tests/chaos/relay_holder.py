"""A relay in a process of its own, to be stopped, frozen and cut off: relay_holder.py DATABASE KAFKA TOPIC."""

import asyncio
import signal
import sys

from chassis.relay.run import run
from contracts.topics import Topic


async def main(database_url: str, bootstrap: str, topic: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await run(
        database_url=database_url,
        bootstrap=bootstrap,
        topic=Topic(topic, "advisory", "internal"),
        committed=asyncio.Event(),
        stop=stop,
    )


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
