"""What a load did, or would do: rows of the file, records by table, findings."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.files.comparison import TableCounts
from warehouse.files.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """The outcome of one load. `load_id` is None and nothing is written where `is_dry_run`.

    `is_repeat`: the same file was loaded with the same mapping before.
    """

    load_id: uuid.UUID | None
    source: str
    file: str
    sha256: str
    mapping_version: int
    rows_read: int
    rows_new: int
    rows_changed: int
    rows_unchanged: int
    rows_rejected: int
    tables: Mapping[str, TableCounts]
    findings: tuple[Finding, ...]
    is_dry_run: bool
    is_repeat: bool
    is_generated: bool

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "load_id": str(self.load_id) if self.load_id else None,
            "source": self.source,
            "file": self.file,
            "sha256": self.sha256,
            "mapping_version": self.mapping_version,
            "rows": {
                "read": self.rows_read,
                "new": self.rows_new,
                "changed": self.rows_changed,
                "unchanged": self.rows_unchanged,
                "rejected": self.rows_rejected,
            },
            "tables": {table: counts.as_json() for table, counts in self.tables.items()},
            "findings": [finding.as_json() for finding in self.findings],
            "dry_run": self.is_dry_run,
            "repeat": self.is_repeat,
            "generated": self.is_generated,
        }
