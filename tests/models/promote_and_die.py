"""Run as a process of its own: promotes a release and dies by SIGKILL at the named step of the promotion."""

import os
import signal
import sys
from pathlib import Path

from models import release_promotion, releases
from tests.models.release_builder import MAKER
from warehouse import audit_log, ledger, postgres
from warehouse.settings import Settings


def _die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(home: str, url: str, reference: str, step: str) -> None:
    """Promotes; `step` is where it dies."""
    settings = Settings(home=Path(home), database_url=url)
    owner, name = {
        "before the event": (ledger, "add_event"),
        "before the champion moves": (ledger, "move_champion"),
        "before the audit line": (audit_log, "append"),
        "before the alias": (releases, "mirror"),
    }[step]
    setattr(owner, name, _die)
    releases.promote(settings, MAKER, reference)
    releases.mirror(settings, "re-interview-pass", release_promotion)  # type: ignore[arg-type]  # never reached
    postgres.engine(settings).dispose()


if __name__ == "__main__":
    main(*sys.argv[1:5])
