"""The worker: takes jobs from PostgreSQL until it is told to stop, then finishes what it holds."""

import asyncio
import logging

from warehouse import jobs, settings, telemetry, telemetry_gauges

CONCURRENCY = 2
"""Jobs at once: asking sources mostly waits for their answers, and the rest goes on beside it."""


async def work() -> None:
    """Takes jobs until a SIGTERM or SIGINT; what is running gets ten seconds to end."""
    queue = jobs.queue(settings.load())
    async with queue.open_async():
        await queue.run_worker_async(concurrency=CONCURRENCY, shutdown_graceful_timeout=10)


def main() -> None:
    """Runs the worker of the environment's home."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    telemetry_gauges.watch(settings.load())
    try:
        asyncio.run(work())
    finally:
        telemetry.shut_down()


if __name__ == "__main__":
    main()
