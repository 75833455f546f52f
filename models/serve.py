"""Runs the HTTP API of the environment's home on loopback."""

import logging

import uvicorn

from models.api import create
from warehouse import schema
from warehouse.settings import load

HOST = "127.0.0.1"


def main() -> None:
    """Serves until it is told to stop; requests in hand are finished first."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = load()
    schema.upgrade(settings)
    uvicorn.run(create(settings), host=HOST, port=settings.api_port, log_config=None, access_log=False)


if __name__ == "__main__":
    main()
