"""Who is whom for the lake: temporary tables of linked candidates, made when a refresh begins to read.

`same_person (candidate_id, person)` holds each linked candidate and the smallest key among all that are the same
person; who stands alone is not in it. `relinked (candidate_id)` holds everyone whose person may have changed since the
watermark: the ends of links that were made or taken back, and all that hang together with them now.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

_PERSONS = """CREATE TEMPORARY TABLE same_person ON COMMIT DROP AS SELECT candidate_id, person FROM hr.same_person"""
_SINCE = "changed_xid >= current_setting('hiregate.watermark')::xid8"
_RELINKED = """CREATE TEMPORARY TABLE relinked ON COMMIT DROP AS
WITH links AS (
  SELECT left_key, right_key FROM hr.identity_link
  WHERE kind = 'candidate' AND state IN ('linked', 'unmerged') AND {since}
), ends AS (
  SELECT left_key AS candidate_id FROM links UNION SELECT right_key FROM links
  UNION SELECT candidate_id FROM hr.deletion WHERE candidate_id IS NOT NULL AND {since}
)
SELECT candidate_id FROM ends
UNION SELECT m.candidate_id FROM ends JOIN same_person s USING (candidate_id) JOIN same_person m USING (person)
"""


def find_persons(session: Session) -> None:
    """Makes the temporary table `same_person`."""
    session.execute(text(_PERSONS))
    session.execute(text("ALTER TABLE same_person ADD PRIMARY KEY (candidate_id)"))
    session.execute(text("CREATE INDEX ON same_person (person)"))
    _share(session, "same_person")


def find_relinked(session: Session) -> None:
    """Makes the temporary table `relinked`; needs the watermark's setting."""
    session.execute(text(_RELINKED.format(since=_SINCE)))
    _share(session, "relinked")


def _share(session: Session, table: str) -> None:
    """The vault's role reads them too, for demographics follow the person."""
    session.execute(text(f"ANALYZE {table}"))
    session.execute(text(f"GRANT SELECT ON {table} TO hiregate_vault"))
