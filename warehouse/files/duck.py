"""Single answers from DuckDB, read to their end: an unread result would block the connection."""

import duckdb


def one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[object, ...]:
    """The only row of a query that has exactly one."""
    (row,) = connection.execute(query).fetchall()
    return tuple(row)


def number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The only value of a query, as a whole number; NULL is 0."""
    (value,) = one(connection, query)
    return int(str(value)) if value is not None else 0


def numbers(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    """The only row of a query, as whole numbers; NULL is 0."""
    return tuple(int(str(value)) if value is not None else 0 for value in one(connection, query))
