"""The parts of a document that people wrote, as sections; what nobody wrote is said there and listed as missing."""

import datetime as dt
from dataclasses import dataclass

from dashboards.documents import kinds
from dashboards.documents.frame import Missing, Source
from dashboards.reports.document import Section
from validation import human_parts
from validation.human_part import HumanPart
from validation.outcome import Text
from warehouse import document_parts
from warehouse.access import Principal
from warehouse.document_parts import WrittenPart
from warehouse.settings import Settings

NOT_WRITTEN = Text(
    en="Nobody has written this part yet. It asks for: {asks} Who can supply it: {who}.",
    zh="本部分尚未撰写。应包含：{asks}可提供者：{who}。",
)
ONLY_IN = Text(en="Written in Chinese only:", zh="仅有英文文本：")
SIGNED = Text(
    en="Written by {author} on {date} (version {version}).", zh="{author} 于 {date} 撰写（第 {version} 版）。"
)
_TRANSLATION = Text(en="{title}: English text", zh="{title}：中文文本")


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanTexts:
    """The texts in force of one kind and model, in the language of a document."""

    kind: str
    language: str
    written: dict[tuple[str, str], WrittenPart]

    def section(self, key: str) -> Section:
        """The part as a section: its paragraphs with who wrote it, or that it is not written."""
        return Section(heading=human_parts.part(self.kind, key).title.in_language(self.language),
                       paragraphs=self.paragraphs(key))  # fmt: skip

    def paragraphs(self, key: str) -> tuple[str, ...]:
        """The part's paragraphs alone, for a section that holds figures as well."""
        part = human_parts.part(self.kind, key)
        own, other = self.written.get((key, self.language)), self.written.get((key, self._other))
        found = own or other
        if found is None:
            asks, who = part.asks.in_language(self.language), part.supplier.in_language(self.language)
            return (NOT_WRITTEN.in_language(self.language).format(asks=asks, who=who),)
        lines = tuple(line for line in found.text.split("\n") if line.strip())
        without = () if own else (ONLY_IN.in_language(self.language),)
        if kinds.kind(self.kind).leaves:
            return (*without, *lines)  # its author's name is the company's own
        signed = SIGNED.in_language(self.language).format(
            author=found.author, date=f"{found.written_at.astimezone(dt.UTC):%Y-%m-%d}", version=found.version
        )
        return (*without, *lines, signed)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Required parts that nobody wrote, and those that are not written in this language."""
        lacking = []
        for part in human_parts.of_kind(self.kind):
            if (part.key, self.language) in self.written or not part.is_required:
                continue
            is_untranslated = (part.key, self._other) in self.written
            what = _translation(part) if is_untranslated else part.title
            lacking.append(Missing(part=part.name, what=what, answer=part.asks, who=part.supplier))
        return tuple(lacking)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The texts' hashes."""
        return tuple(
            Source(name=f"{one.name} {one.language} v{one.version}", sha256=one.sha256)
            for _, one in sorted(self.written.items())
        )

    @property
    def _other(self) -> str:
        return "en" if self.language == "zh" else "zh"


def texts(settings: Settings, principal: Principal, *, kind: str, model_name: str, language: str) -> HumanTexts:
    """The texts of a kind for a model. Needs READ_MODELS."""
    found = document_parts.in_force(settings, principal, model_name, kind=kind)
    written = {(part, tongue): one for (_, part, tongue), one in found.items()}
    return HumanTexts(kind=kind, language=language, written=written)


def _translation(part: HumanPart) -> Text:
    return Text(
        en=_TRANSLATION.en.format(title=part.title.en),
        zh=_TRANSLATION.zh.format(title=part.title.zh),
    )
