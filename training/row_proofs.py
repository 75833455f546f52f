"""What a model was trained on, provable row by row, also after one of the rows had to go.

`training_rows.parquet` keeps of each row its key, a random salt and the sha256 of salt and row; the sha256 of all these
hashes in their order is the root, which stands in `training.json` and with it in the release and the audit log. Whoever
has a row can show that it was used. An erasure destroys the salt and the key of a row: its hash stays, so that the root
still follows from the list, and says nothing about anybody any more.
"""

import hashlib
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

FILE = "training_rows.parquet"
SALT_BYTES = 16
_AT_ONCE = 100_000
_A_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How many rows of the list were shown to be as they were, had no salt any more, are not there, or differ."""

    root_holds: bool
    shown: int
    erased: int
    absent: int
    differing: int


def proofs(frame: pd.DataFrame) -> pd.DataFrame:
    """One line a row: `application_key`, `salt` and `sha256`, in the order of the keys."""
    ordered = frame.sort_values("application_key", kind="stable")
    drawn = os.urandom(SALT_BYTES * len(ordered))
    salts = [drawn[at : at + SALT_BYTES] for at in range(0, len(drawn), SALT_BYTES)]
    return pd.DataFrame(
        {
            "application_key": ordered["application_key"].to_numpy(),
            "salt": salts,
            "sha256": _leaves(ordered, salts),
        }
    )


def root(listed: pd.DataFrame) -> str:
    """The one number that stands for all rows: the sha256 of their hashes in the list's order."""
    digest = hashlib.sha256()
    for leaf in listed["sha256"]:
        digest.update(leaf)
    return digest.hexdigest()


def stated(listed: pd.DataFrame) -> dict[str, object]:
    """What `training.json` says of the list."""
    return {"rows": {"file": FILE, "n": len(listed), "root": root(listed)}}


def check(listed: pd.DataFrame, stated: str, frame: pd.DataFrame) -> Checked:
    """Holds a list against the root that was stated and against rows as they are now, with the columns of then."""
    salted = listed[listed["salt"].notna()]
    here = salted[salted["application_key"].isin(frame["application_key"])]
    rows = frame.set_index("application_key", drop=False).loc[here["application_key"]]
    same = [made == kept for made, kept in zip(_leaves(rows, list(here["salt"])), here["sha256"], strict=True)]
    return Checked(
        root_holds=root(listed) == stated,
        shown=sum(same),
        erased=len(listed) - len(salted),
        absent=len(salted) - len(here),
        differing=len(same) - sum(same),
    )


def _leaves(frame: pd.DataFrame, salts: list[bytes]) -> list[bytes]:
    leaves: list[bytes] = []
    for start in range(0, len(frame), _AT_ONCE):
        content = _bytes(frame.iloc[start : start + _AT_ONCE])
        part = salts[start : start + _AT_ONCE]
        leaves += [hashlib.sha256(salt + row).digest() for salt, row in zip(part, content, strict=True)]
    return leaves


def _bytes(frame: pd.DataFrame) -> list[bytes]:
    """Each row's columns in the order of their names: moments and numbers as such, then text with its length before."""
    names = sorted(frame.columns)
    numeric = [name for name in names if not _is_text(frame[name])]
    matrix = np.column_stack([_numbers(frame[name]) for name in numeric]) if numeric else np.empty((len(frame), 0))
    parts = [_fixed(matrix.astype("<f8"))]
    for name in names:
        if _is_text(frame[name]):
            parts += _encoded(frame[name])
    joined: list[bytes] = pc.binary_join_element_wise(*parts, b"").to_pylist()
    return joined


def _is_text(column: "pd.Series[Any]") -> bool:
    return not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column))


def _numbers(column: "pd.Series[Any]") -> NDArray[np.float64]:
    """Moments as seconds, with NaN where there is none; every NaN is the same one."""
    if pd.api.types.is_datetime64_any_dtype(column):
        moments = column.to_numpy(dtype=f"datetime64[{column.dt.unit}]")  # in UTC
        return np.where(np.isnat(moments), np.nan, moments.view(np.int64) / _A_SECOND[column.dt.unit])
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(np.where(np.isnan(values), np.nan, values + 0.0), dtype=np.float64)


def _encoded(column: "pd.Series[Any]") -> tuple[pa.Array, pa.Array]:
    """The lengths of the texts in four bytes, the highest first (all ones where there is none), and the texts."""
    is_absent = column.isna().to_numpy()
    is_plain = isinstance(column.dtype, pd.StringDtype)
    plain = (
        column
        if is_plain
        else [None if absent else str(value) for value, absent in zip(column, is_absent, strict=True)]
    )
    texts = pa.array(plain, type=pa.string()).cast(pa.binary())
    lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False)
    stated = np.where(is_absent, 0xFFFFFFFF, np.nan_to_num(lengths)).astype(">u4")
    return _fixed(stated.reshape(-1, 1)), texts.fill_null(b"")


def _fixed(rows: NDArray[Any]) -> pa.Array:
    """The bytes of each row of an array."""
    width = rows.shape[1] * rows.itemsize
    if not width:
        return pa.array([b""] * len(rows), type=pa.binary())
    ends = np.arange(0, (len(rows) + 1) * width, width, dtype=np.int32)
    return pa.Array.from_buffers(pa.binary(), len(rows), [None, pa.py_buffer(ends), pa.py_buffer(rows.tobytes())])
