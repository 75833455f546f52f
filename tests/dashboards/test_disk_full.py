"""A full disk is one line that says so, whoever noticed it: PostgreSQL, or the system under a file."""

import errno
import io
import os
import sys
from pathlib import Path

import psycopg
import pytest

from dashboards.cli import main
from warehouse import postgres
from warehouse.settings import Settings

SAID = "hiregate: The disk is full. What the command had not finished does not count: make room, and run it again.\n"

_FULL = """
CREATE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE disk_full USING MESSAGE = 'could not extend file: No space left on device'; END$$
"""


def test_a_database_without_room_is_one_line_and_nothing_is_kept_half(
    records: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(postgres.address(records), autocommit=True) as connection:
        connection.execute(_FULL)
        connection.execute(
            "CREATE TRIGGER full_disk BEFORE INSERT ON governance.audit_log EXECUTE FUNCTION public.full_disk()"
        )
        before = connection.execute("SELECT count(*) FROM app.principal").fetchone()
        monkeypatch.setenv("HIREGATE_HOME", str(records.home))
        monkeypatch.setenv("HIREGATE_DATABASE_URL", str(records.database_url))
        monkeypatch.setattr(sys, "argv", ["hiregate", "user", "grant", "sam", "data_scientist"])
        with pytest.raises(SystemExit) as ended:
            main()
        after = connection.execute("SELECT count(*) FROM app.principal").fetchone()

    assert (ended.value.code, capsys.readouterr().err) == (1, SAID)
    assert after == before


class _Full(io.StringIO):
    """An output on a disk without room."""

    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_an_output_without_room_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("sex,selected\n" + "female,1\nmale,0\n" * 40)
    asked = ["audit", "adverse-impact", str(people), "--group", "sex", "--selected", "selected", "--json"]
    monkeypatch.setattr(sys, "argv", ["hiregate", *asked])
    monkeypatch.setattr(sys, "stdout", _Full())

    with pytest.raises(SystemExit) as ended:
        main()

    assert (ended.value.code, capsys.readouterr().err) == (1, SAID)
