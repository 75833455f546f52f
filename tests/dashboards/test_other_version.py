"""A command that meets records of an older version says what to do, instead of what PostgreSQL said."""

import subprocess
import sys

from warehouse import schema
from warehouse.settings import Settings


def test_records_of_an_older_version_are_one_line_and_exit_2(records: Settings) -> None:
    schema.downgrade(records, "0003")
    command = [sys.executable, "-c", "from dashboards.cli import main; main()", "history", "--json"]
    environment = {"HIREGATE_HOME": str(records.home), "HIREGATE_DATABASE_URL": records.database_url, "PATH": ""}

    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert (result.returncode, result.stdout) == (2, ""), result.stderr
    assert result.stderr.count("\n") == 1
    assert "`hiregate up` brings them up to date" in result.stderr
