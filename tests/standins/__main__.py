"""Runs one stand-in by hand: `python -m tests.standins greenhouse [--port 8800]`."""

import argparse
from importlib import import_module

import uvicorn


def main() -> None:
    """Serves the named stand-in until it is interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.standins", description=__doc__)
    parser.add_argument("name", help="A module of this folder with a function `create`.")
    parser.add_argument("--port", type=int, default=8800)
    given = parser.parse_args()
    stand_in = import_module(f"tests.standins.{given.name}").create()
    print(f"{stand_in.name} on http://127.0.0.1:{given.port}; POST /_faults injects, GET /_requests lists")
    uvicorn.run(stand_in.app(), host="127.0.0.1", port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
