"""The state of all sources as lines for a terminal."""

from collections.abc import Iterable, Iterator

from dashboards.wording.words import Words
from validation.sync_watch import SourceState


def lines(found: Iterable[SourceState], language: str) -> Iterator[str]:
    """One line a source, below it one an entity and one for each thing found."""
    say = Words(language)
    nothing = True
    for state in found:
        nothing = False
        yield f"{state.name}: {say.of('verdict', state.verdict.value)}{_kind(state, say)}"
        for entity in state.health.entities:
            facts, came = entity.facts, entity.yield_
            usual = "" if came.usual is None else say("sync.line_usual", usual=f"{came.usual:,.0f}")
            last = f"{facts.last_received_at:%Y-%m-%d %H:%M}" if facts.last_received_at else "–"
            yield "  " + say(
                "sync.line",
                entity=facts.entity or "–",
                last=last,
                came=f"{came.came:,}",
                hours=came.hours,
                usual=usual,
                received=f"{facts.received:,}",
                waiting=f"{facts.backlog:,}",
            )
        for entity_name, notice in state.notices:
            place = f"{entity_name}: " if entity_name else ""
            yield f"  ! {place}{notice.sentence.in_language(language)}"
    if nothing:
        yield say("sync.none")


def _kind(state: SourceState, say: Words) -> str:
    if state.source is None:
        return ""
    return f" ({state.source.connector}, {say.of('verification', state.source.verification.value)})"
