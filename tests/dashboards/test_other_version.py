"""A command that meets records of an older version says what to do, instead of what PostgreSQL said."""

import sys

import pytest

from dashboards.cli import main
from warehouse import schema
from warehouse.settings import Settings


def test_records_of_an_older_version_are_one_line_and_exit_2(
    records: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    schema.downgrade(records, "0003")
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    monkeypatch.setattr(sys, "argv", ["hiregate", "history", "--json"])

    with pytest.raises(SystemExit) as ended:
        main()

    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert "`hiregate up` brings them up to date" in said.err
