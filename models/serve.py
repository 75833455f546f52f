"""Runs the HTTP API of the environment's home on loopback."""

import gc
import logging

import uvicorn

from models.api import create
from warehouse import schema
from warehouse.settings import load

HOST = "127.0.0.1"
BACKLOG = 4096
"""Connections that may wait to be taken: many people finish interviews at the same moment."""


def main() -> None:
    """Serves until it is told to stop; requests in hand are finished first."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = load()
    schema.upgrade(settings)
    app = create(settings)
    gc.collect()
    gc.freeze()  # what is loaded now stays: collections need not walk through it while a thousand senders wait
    uvicorn.run(
        app, host=HOST, port=settings.api_port, backlog=BACKLOG, log_config=None, access_log=False, loop="uvloop"
    )


if __name__ == "__main__":
    main()
