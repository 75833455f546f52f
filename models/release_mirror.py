"""What the ledger says against what lies around it: MLflow's alias, the runs' files, the released models' own bytes.

Nothing but the ledger promotes: whatever was changed behind its back is found here and reported, never followed.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from models import registry, run_files
from validation.outcome import Text
from warehouse import audit_log, ledger
from warehouse.access import Permission, Principal
from warehouse.ledger_values import StoredRelease
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as the ledger says: a stable code, what it is about, and the sentence."""

    code: str
    subject: str
    sentence: Text


def differences(settings: Settings, principal: Principal) -> tuple[Difference, ...]:
    """All that differs, in the order chain, ledger, aliases, files. Needs READ_MODELS and READ_AUDIT_LOG."""
    principal.require(Permission.READ_MODELS)
    principal.require(Permission.READ_AUDIT_LOG)
    with unit_of_work(settings, principal) as session:
        chain = audit_log.verify(session)
        releases = ledger.releases(session)
        champions = {name: ledger.pointer(session, name) for name in ledger.model_names(session)}
        bytes_of = {release.release_id: ledger.artifact(session, release.release_id) for release in releases}
    found = [] if chain.is_whole else [_broken_chain(chain.broken_at)]
    found += [_own(release) for release in releases if _sha256(bytes_of[release.release_id]) != release.artifact_sha256]
    for name, pointer in champions.items():
        live = next((one for one in releases if pointer is not None and one.release_id == pointer.release_id), None)
        found += _alias(settings, name, live)
    for release in releases:
        found += _files(settings, release)
    return tuple(found)


def _broken_chain(position: int | None) -> Difference:
    return Difference(
        code="audit_log",
        subject=f"line {position}",
        sentence=Text(
            en=f"The audit log's line {position} was changed or does not follow from the one before it.",
            zh=f"审计日志第 {position} 行被更改，或与前一行不衔接。",
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


def _alias(settings: Settings, model_name: str, live: StoredRelease | None) -> Iterator[Difference]:
    """MLflow's alias points at the champion's run, or there is neither."""
    run = registry.champion_run(settings, model_name)
    wanted = live.run_id if live is not None else None
    if run == wanted:
        return
    serves = live.label if live is not None else "nothing"
    yield Difference(
        code="alias",
        subject=model_name,
        sentence=Text(
            en=f"MLflow's champion of {model_name} is {run or 'nothing'}; the ledger says {serves}. The ledger serves;"
            " the next promotion or `hiregate verify --mend` sets the alias right.",
            zh=f"MLflow 中 {model_name} 的现役模型为 {run or '无'}；发布台账为 {serves if live else '无'}。"
            "以发布台账为准；下一次晋升或 `hiregate verify --mend` 会更正别名。",
        ),
    )


def _files(settings: Settings, release: StoredRelease) -> Iterator[Difference]:
    for name in run_files.changed(settings, release.run_id):
        yield Difference(
            code="run_file",
            subject=f"{release.run_id}/{name}",
            sentence=Text(
                en=f"{name} of the run behind {release.label} is gone or was changed after its training.",
                zh=f"{release.label} 所依据运行的 {name} 已丢失或在训练后被更改。",
            ),
        )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
