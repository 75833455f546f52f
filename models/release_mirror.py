"""The ledger and what lies around it: MLflow's aliases and tags, the runs' files, the released models' own bytes.

`mirror` lets MLflow's registry follow the ledger: champion and shadow as aliases, what is retired as a tag. Nothing but
the ledger promotes: whatever was changed behind its back is found by `differences` and reported, never followed.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from models import registry, run_files
from models.registry import Standing
from models.release_proposals import is_as_proposed
from validation.outcome import Text
from warehouse import audit_log, ledger
from warehouse.access import NOBODY, Permission, Principal
from warehouse.ledger_values import StoredRelease
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings

_ALIASES = {registry.CHAMPION: ("champion", "现役模型"), registry.SHADOW: ("shadow", "影子模型")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as the ledger says: a stable code, what it is about, and the sentence."""

    code: str
    subject: str
    sentence: Text


class RunStore(Protocol):
    """Where run stores keep what the ledger says: `models.registry`, or a stand-in."""

    def standing(self, settings: Settings, model_name: str, /) -> Standing:
        """What the store has the model's versions for."""

    def set_standing(self, settings: Settings, model_name: str, wanted: Standing, /) -> None:
        """Makes it what is wanted."""


def mirror(settings: Settings, model_name: str, store: RunStore | None = None) -> bool:
    """Lets the run store (MLflow's when left out) say what the ledger says of a model; whether it had lagged.

    Call it after each promotion, rollback, retirement and shadow; a call that was lost is made good by the next one.
    """
    kept: RunStore = store or registry
    with unit_of_work(settings, NOBODY) as session:
        wanted = _wanted(session, model_name)
    found = kept.standing(settings, model_name)
    if not _lags(found, wanted):
        return False
    kept.set_standing(settings, model_name, wanted)
    return True


def _lags(found: Standing, wanted: Standing) -> bool:
    """A retired run that was never registered needs no tag."""
    tags = any(state != wanted.states.get(run, "") for run, state in found.states.items())
    return tags or found.aliases != wanted.aliases


def _wanted(session: Session, model_name: str) -> Standing:
    """What the ledger has the runs of a model for; of several releases of one run the one that serves counts most."""
    releases = ledger.releases(session, model_name=model_name)
    runs = {release.release_id: release.run_id for release in releases}
    states = {run: "retired" for run in {*runs.values()} if _are_retired(session, releases, run)}
    pointer = ledger.pointer(session, model_name)
    aliases = {}
    for shadow in ledger.shadows(session, model_name):
        states[runs[shadow.release_id]] = registry.SHADOW
        aliases[registry.SHADOW] = runs[shadow.release_id]
    if pointer is not None:
        states[runs[pointer.release_id]] = registry.CHAMPION
        aliases[registry.CHAMPION] = runs[pointer.release_id]
    return Standing(aliases=aliases, states=states)


def _are_retired(session: Session, releases: Sequence[StoredRelease], run_id: str) -> bool:
    of_run = [release for release in releases if release.run_id == run_id]
    return all(ledger.is_retired(session, release.release_id) for release in of_run)


def differences(settings: Settings, principal: Principal) -> tuple[Difference, ...]:
    """All that differs, in the order chain, ledger, aliases, runs. Needs READ_MODELS and READ_AUDIT_LOG."""
    principal.require(Permission.READ_MODELS)
    principal.require(Permission.READ_AUDIT_LOG)
    with unit_of_work(settings, principal) as session:
        chain = audit_log.verify(session)
        releases = ledger.releases(session)
        wanted = {name: _wanted(session, name) for name in ledger.model_names(session)}
        changed = {one.release_id for one in releases if not is_as_proposed(session, one.release_id, one.label)}
        bytes_of = {release.release_id: ledger.artifact(session, release.release_id) for release in releases}
    found = [] if chain.broken_at is None else [_broken_chain(chain.broken_at)]
    found += [_unlogged(act) for act in chain.unlogged]
    found += [_own(release) for release in releases if _sha256(bytes_of[release.release_id]) != release.artifact_sha256]
    found += [_record(release) for release in releases if release.release_id in changed]
    for name, meant in wanted.items():
        labels = {one.run_id: one.label for one in reversed(releases) if one.model_name == name}
        kept = registry.standing(settings, name)
        found += [*_aliases(name, meant, kept, labels), *_tags(name, meant, kept)]
    released = {one.run_id: one.label for one in reversed(releases)}
    for run_id in dict.fromkeys([*(one.run_id for one in releases), *run_files.logged(settings)]):
        found += _run(settings, run_id, released.get(run_id))
    return tuple(found)


def _broken_chain(position: int) -> Difference:
    return Difference(
        code="audit_log",
        subject=f"line {position}",
        sentence=Text(
            en=f"The audit log's line {position} was changed or does not follow from the one before it.",
            zh=f"审计日志第 {position} 行被更改，或与前一行不衔接。",
        ),
    )


def _unlogged(act: str) -> Difference:
    return Difference(
        code="audit_log",
        subject=act,
        sentence=Text(
            en=f"The records hold {act}, of which the audit log has no line: lines were cut off, or it was written by"
            " hand.",
            zh=f"数据中存在 {act}，但审计日志没有对应的行：日志被截断，或该记录系手工写入。",
        ),
    )


def _own(release: StoredRelease) -> Difference:
    return Difference(
        code="release_file",
        subject=release.label,
        sentence=Text(
            en=f"The model file of {release.label} in the ledger is not the one that was approved.",
            zh=f"发布台账中 {release.label} 的模型文件与批准时不一致。",
        ),
    )


def _record(release: StoredRelease) -> Difference:
    return Difference(
        code="release_record",
        subject=release.label,
        sentence=Text(
            en=f"The record of {release.label} (cut score, feature spec, training) is not the proposed one.",
            zh=f"发布台账中 {release.label} 的记录（分数线、特征定义、训练记录）与提交时不一致。",
        ),
    )


def _aliases(model_name: str, wanted: Standing, found: Standing, labels: Mapping[str, str]) -> Iterator[Difference]:
    """Our aliases point where the ledger says, or at nothing."""
    for alias in (registry.CHAMPION, registry.SHADOW):
        run, meant = found.aliases.get(alias), wanted.aliases.get(alias)
        if run == meant:
            continue
        en, zh = _ALIASES[alias]
        label = labels.get(meant or "")
        yield Difference(
            code="alias",
            subject=model_name,
            sentence=Text(
                en=f"MLflow's {en} of {model_name} is {run or 'nothing'}; the ledger says {label or 'nothing'}. The"
                " ledger serves; the next promotion or `hiregate verify --mend` sets the alias right.",
                zh=f"MLflow 中 {model_name} 的{zh}为 {run or '无'}；发布台账为 {label or '无'}。"
                "以发布台账为准；下一次晋升或 `hiregate verify --mend` 会更正别名。",
            ),
        )


def _tags(model_name: str, wanted: Standing, found: Standing) -> Iterator[Difference]:
    """Each registered version is tagged as what the ledger has it for."""
    for run, tagged in sorted(found.states.items()):
        meant = wanted.states.get(run, "")
        if tagged != meant:
            yield Difference(
                code="tag",
                subject=model_name,
                sentence=Text(
                    en=f"MLflow tags the version of run {run} of {model_name} as {tagged or 'nothing'}; the ledger says"
                    f" {meant or 'nothing'}. `hiregate verify --mend` sets the tag right.",
                    zh=f"MLflow 将 {model_name} 运行 {run} 的版本标记为 {tagged or '无'}；发布台账为 {meant or '无'}。"
                    "`hiregate verify --mend` 会更正标记。",
                ),
            )


def _run(settings: Settings, run_id: str, label: str | None) -> Iterator[Difference]:
    """What a run's training stored and was changed or taken away; `label` names its release."""
    of = Text(
        en=f"the run behind {label}" if label else f"run {run_id}",
        zh=f"{label} 所依据运行" if label else f"运行 {run_id} ",
    )
    for name in run_files.changed(settings, run_id):
        yield Difference(
            code="run_file",
            subject=f"{run_id}/{name}",
            sentence=Text(
                en=f"{name} of {of.en} is gone or was changed after it was stored.",
                zh=f"{of.zh}的 {name} 已丢失或在保存后被更改。",
            ),
        )
    if run_files.shows_others(settings, run_id):
        yield Difference(
            code="run_figures",
            subject=run_id,
            sentence=Text(
                en=f"MLflow shows other parameters or metrics of {of.en} than its training stored. Hiregate reads none"
                " of them; its own pages show what was stored.",
                zh=f"{of.zh}在 MLflow 中显示的参数或指标与训练时保存的不一致。Hiregate 不读取这些数值，"
                "其页面显示的是训练时保存的内容。",
            ),
        )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
