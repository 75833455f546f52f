"""Finds the font a PDF is set in: one file, or one face of a collection, that has every letter of the report.

Western reports take DejaVu Sans, which matplotlib brings along; Chinese ones what fontconfig or the usual folders of
Linux, macOS and Windows offer. Errors: `NoFont`.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local" / "share" / "fonts",
    Path.home() / ".fonts",
    Path("/System/Library/Fonts"),
    Path("/Library/Fonts"),
    Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
)
# Beginnings of file names of fonts with Chinese letters, the freely licensed sans first.
_FILES = (
    "notosanscjk", "notosanssc", "sourcehansans", "wqymicrohei", "wqyzenhei", "droidsansfallback", "pingfang",
    "hiraginosansgb", "msyh", "simhei", "notoserifcjk", "notoserifsc", "sourcehanserif", "uming", "ukai", "simsun",
    "arialunicode",
)  # fmt: skip
_KINDS = (".ttf", ".otf", ".ttc", ".otc")
_FIRST_CHINESE, _RARE_CHINESE = 0x2E80, 0x20000


class NoFont(ValueError):
    """This machine has no font with all letters of the report; the message says what to install."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A font file, and which font of it where it is a collection."""

    path: Path
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """A regular face and its bold one; the regular twice where there is no bold."""

    regular: Face
    bold: Face


def faces(letters: Iterable[str]) -> Faces:
    """The first font that has all these letters."""
    wanted = {ord(letter) for letter in letters if letter.isprintable() and letter != " "}
    chinese = {letter for letter in wanted if _is_chinese(letter)}
    if not chinese and not _missing(_western().regular, wanted):
        return _western()
    left = wanted
    for regular in _candidates():
        missing = _missing(regular, wanted)
        if not missing:
            return Faces(regular=regular, bold=_bold(regular))
        left = min(left, missing, key=len)
    raise NoFont(_advice(left, chinese))


def _is_chinese(letter: int) -> bool:
    """Whether only Chinese fonts have it; what lies between the two ranges is other old scripts and pictures."""
    return _FIRST_CHINESE <= letter <= 0xFFFF or letter >= _RARE_CHINESE


def _advice(missing: set[int], chinese: set[int]) -> str:
    if missing & chinese:
        return "no font with Chinese letters is installed; install one (Debian, Ubuntu: fonts-noto-cjk), or use --html"
    first = min(missing)
    return f"no font found has the letter U+{first:04X} of this report; use --html"


def _western() -> Faces:
    from matplotlib import get_data_path  # noqa: PLC0415 - only a PDF needs it

    folder = Path(get_data_path(), "fonts", "ttf")
    return Faces(regular=Face(path=folder / "DejaVuSans.ttf"), bold=Face(path=folder / "DejaVuSans-Bold.ttf"))


def _candidates() -> Iterator[Face]:
    """Regular faces with Chinese letters: those of fontconfig, then those of the usual folders, liked ones first."""
    yield from sorted(_from_fontconfig(), key=lambda face: _rank(face.path))
    found = [path for folder in FOLDERS for path in _files(folder) if _rank(path) < len(_FILES)]
    for path in sorted(found, key=lambda path: (_rank(path), _is_heavy(path), path)):
        yield Face(path=path, number=_simplified(path))


def _from_fontconfig() -> Iterator[Face]:
    command = shutil.which("fc-list")
    if command is None:
        return
    asked = [command, ":lang=zh-cn:style=Regular", "--format", "%{file}\t%{index}\t%{family}\n"]
    listed = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False).stdout  # noqa: S603
    lines = [line.split("\t") for line in sorted(listed.splitlines()) if line.count("\t") == 2]
    # A collection holds the same letters in the shapes of several countries: the simplified Chinese face comes first.
    for file, index, family in sorted(lines, key=lambda line: (" SC" not in line[2], " Mono" in line[2])):
        if Path(file).suffix.lower() in _KINDS and index.isdigit() and family:
            yield Face(path=Path(file), number=int(index) & 0xFFFF)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.rglob("*") if path.suffix.lower() in _KINDS)


def _rank(path: Path) -> int:
    name = path.name.lower().replace("-", "").replace("_", "").replace(" ", "")
    return next((place for place, start in enumerate(_FILES) if name.startswith(start)), len(_FILES))


def _is_heavy(path: Path) -> bool:
    return any(word in path.stem.lower() for word in ("bold", "black", "light", "thin", "medium", "bd"))


def _simplified(path: Path) -> int:
    """The number of the simplified Chinese font of a collection; 0 for a file with one font."""
    if path.suffix.lower() not in (".ttc", ".otc"):
        return 0
    try:
        with TTCollection(path, lazy=True) as collection:
            names = [font["name"].getDebugName(1) or "" for font in collection.fonts]
    except (TTLibError, OSError):
        return 0
    return next((place for place, name in enumerate(names) if "SC" in name.split()), 0)


def _bold(regular: Face) -> Face:
    for word in ("Bold", "bold"):
        path = regular.path.with_name(regular.path.name.replace("Regular", word).replace("regular", word))
        if path != regular.path and path.is_file():
            return Face(path=path, number=regular.number)
    return regular


def _missing(face: Face, wanted: set[int]) -> set[int]:
    """The letters a face lacks; all of them where the file cannot be read."""
    try:
        with TTFont(face.path, fontNumber=face.number, lazy=True) as font:
            return wanted - set(font.getBestCmap() or ())
    except (TTLibError, OSError):
        return wanted
