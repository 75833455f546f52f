"""The reports of all audits: both languages, HTML that stands alone, PDF with its font, a table behind each chart."""

import csv
import random
import re
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from dashboards.audit_cli import app
from dashboards.reports import fonts
from dashboards.reports.drawing import ticks
from dashboards.reports.text_wrap import wrapped

AUDITS = {
    "impact": ("adverse-impact", "--group", "sex,site", "--selected", "passed", "--stratum", "job"),
    "curve": ("adverse-impact", "--group", "sex", "--score", "score"),
    "ll144": ("adverse-impact", "--group", "sex,site", "--score", "score", "--ll144"),
    "errors": ("errors", "--group", "sex", "--label", "good", "--predicted", "passed"),
    "validity": ("validity", "--predictor", "score,again", "--criterion", "rating", "--group", "sex"),
    "drift": ("drift", "--every", "200", "--columns", "score,site,passed"),
}
EVERY = [(audit, language) for audit in AUDITS for language in ("en", "zh")]


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """600 people in a file; some of unknown sex, and one site with a name that is markup."""
    draw = random.Random(5)  # noqa: S311 - a repeatable file, no secret
    rows = []
    for number in range(600):
        score = round(draw.gauss(60, 10))
        site = ("<script>x</script>", "上海", "Köln")[number % 3]
        sex = "" if number % 40 == 0 else "FM"[number % 2]
        rating = round(score / 20 + draw.gauss(0, 0.5), 1)
        rows.append((sex, site, "ab"[number % 5 == 0], score, score + number % 4, rating, score > 58, rating > 3))
    path = tmp_path_factory.mktemp("data") / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([("sex", "site", "job", "score", "again", "rating", "passed", "good"), *rows])
    return path


def report(people: Path, audit: str, *options: object) -> Result:
    command, *question = AUDITS[audit]
    files = [people, people] if command == "drift" else [people]
    return CliRunner().invoke(app, [command, *map(str, files), *question, *map(str, options)])


@pytest.fixture
def page(people: Path, tmp_path: Path):
    """The HTML report of an audit."""

    def read(audit: str, language: str = "en") -> str:
        report(people, audit, "--html", tmp_path / "out.html", "--language", language)
        return (tmp_path / "out.html").read_text(encoding="utf-8")

    return read


def body(text: str) -> ET.Element:
    """The page's body; that it parses at all shows that every element is closed and every value escaped."""
    return ET.fromstring(re.search(r"<body>.*</body>", text, re.DOTALL)[0])  # noqa: S314 - our own page


@pytest.mark.parametrize(("audit", "language"), EVERY)
def test_a_page_stands_alone(page, audit: str, language: str) -> None:
    text = page(audit, language)

    assert not re.search(r"<script|https?:|src=|@import|url\(|<link", text)
    assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}">' in text


@pytest.mark.parametrize(("audit", "language"), EVERY)
def test_each_chart_is_labelled_and_has_its_table(page, audit: str, language: str) -> None:
    figures = body(page(audit, language)).findall(".//figure")

    assert figures
    assert all(chart.get("aria-label") for figure in figures for chart in figure.findall("svg"))
    assert all(figure.find("svg") is not None and figure.find(".//tbody/tr") is not None for figure in figures)


@pytest.mark.parametrize(("audit", "language"), EVERY)
def test_tables_say_what_their_cells_belong_to(page, audit: str, language: str) -> None:
    tables = body(page(audit, language)).findall(".//table")

    assert all(table.find("caption").text for table in tables)
    assert {head.get("scope") for table in tables for head in table.findall(".//th")} == {"col", "row"}
    assert all(len(row) == len(table.find("thead/tr")) for table in tables for row in table.findall("tbody/tr"))


@pytest.mark.parametrize(("audit", "language"), EVERY)
def test_a_report_names_its_data_and_how_to_read_it(page, audit: str, language: str) -> None:
    facts = " ".join(body(page(audit, language)).find(".//dl").itertext())

    words = {
        "en": ("people.csv", "Definition", "Comparator", "Intervals", "Period"),
        "zh": ("people.csv", "定义", "对照群体", "置信区间", "期间"),
    }
    assert all(word in facts for word in words[language])


@pytest.mark.parametrize("audit", AUDITS)
def test_a_chinese_report_has_no_english_sentence(page, audit: str) -> None:
    """Names of columns, files, people and methods stay; three English words in a row are a sentence."""
    text = "\n".join(body(page(audit, "zh")).itertext())

    names = ("Sackett", "Local Law", "Zhang", "Bonett", "Mendoza", "Nye", "Pearson", "Jensen")
    sentences = re.findall(r"(?:\b[A-Za-z]{2,}\b[ ,]+){2,}[A-Za-z]{2,}\b", text)
    assert [words for words in sentences if not any(name in words for name in names)] == []


@pytest.mark.parametrize("audit", ["impact", "errors", "validity", "drift"])
@pytest.mark.parametrize(("language", "word"), [("en", "Verdict: "), ("zh", "结论：")])
def test_the_verdict_is_a_word_with_its_reason(page, audit: str, language: str, word: str) -> None:
    verdict = body(page(audit, language)).find(".//p[strong]")

    assert verdict.find("strong").text.startswith(word)
    assert len(verdict.find("strong").tail.strip()) > 5


def streams(path: Path) -> list[bytes]:
    """What a PDF's streams hold, unpacked."""
    packed = re.findall(rb"stream\n(.*?)\nendstream", path.read_bytes(), re.DOTALL)
    return [zlib.decompress(stream) if stream[:1] == b"x" else stream for stream in packed]


@pytest.mark.parametrize("audit", AUDITS)
def test_a_pdf_embeds_its_font_with_the_text_to_copy(people: Path, tmp_path: Path, audit: str) -> None:
    """The map of glyphs to letters is what a reader copies and searches by; 上 is a letter of the file."""
    path = tmp_path / "out.pdf"

    result = report(people, audit, "--pdf", path, "--language", "zh")

    maps = b"".join(stream for stream in streams(path) if b"beginbfchar" in stream or b"beginbfrange" in stream)
    assert result.exit_code in (0, 1)
    assert b"/FontFile" in path.read_bytes()
    assert f"{ord('结'):04X}".encode() in maps.upper()


def test_a_pdf_is_small_for_it_holds_only_the_letters_it_needs(people: Path, tmp_path: Path) -> None:
    report(people, "impact", "--pdf", tmp_path / "out.pdf", "--language", "zh")

    assert (tmp_path / "out.pdf").stat().st_size < 300_000


def test_without_a_font_for_chinese_one_line_names_the_package(
    people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "FOLDERS", ())
    monkeypatch.setenv("PATH", "")

    result = report(people, "impact", "--pdf", tmp_path / "out.pdf", "--language", "zh")

    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert "fonts-noto-cjk" in result.stderr
    assert not (tmp_path / "out.pdf").exists()


def test_a_letter_that_no_font_has_is_named() -> None:
    with pytest.raises(fonts.NoFont, match=r"U\+13000"):
        fonts.faces("abc\U00013000")


def test_a_collection_gives_its_simplified_chinese_font() -> None:
    """Japanese shapes of the same letters would look foreign; a machine without a collection has nothing to choose."""
    found = fonts.faces("复核")

    assert found.regular.number == (2 if found.regular.path.name.startswith("NotoSansCJK") else found.regular.number)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ("one two", "three")),
        ("各群体的选拔率，是多少", ("各群体的选拔", "率，是多少")),
        ("无法拆开的（括号）", ("无法拆开的", "（括号）")),
        ("Donaudampfschiff", ("Donaudam", "pfschiff")),
    ],
)
def test_lines_break_where_language_allows(text: str, lines: tuple[str, ...]) -> None:
    """A line of eight letters; a Chinese one counts four thirds."""
    assert wrapped(text, 8, lambda part: sum(4 / 3 if letter > "⺀" else 1 for letter in part)) == lines


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 1, (0, 0.2, 0.4, 0.6, 0.8, 1)), (0, 0.115, (0, 0.05, 0.1)), (3, 3, (3,)), (-12, 31, (-10, 0, 10, 20, 30))],
)
def test_ticks_are_round(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert ticks(low, high) == pytest.approx(expected)
