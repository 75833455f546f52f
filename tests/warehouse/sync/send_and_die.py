"""A sender that is killed after its message was taken and before that is recorded; run as a process by a test."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from warehouse.settings import Settings
from warehouse.sync import outbox_delivery


def _die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(arguments: Sequence[str]) -> None:
    """`arguments`: the home and the database's address."""
    settings = Settings(home=Path(arguments[0]), database_url=arguments[1])
    outbox_delivery.record = _die  # the moment between sending and recording
    outbox_delivery.send_due(settings)


if __name__ == "__main__":
    main(sys.argv[1:])
