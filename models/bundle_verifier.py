"""Verifies a Hiregate evidence bundle with Python alone: no package, no network, no database.

    python verify.py BUNDLE.zip [--root HEX] [--json]

Every byte of the file is covered: the zip's comment holds the sha256 of all other bytes, and the manifest that of each
file inside. Then the parts are held against each other (model, spec, policy, gate, ledger), the audit log's chain is
recomputed line by line and asked for every act and every file of the run, and the key tables are computed again from
the counts in the bundle. `--root` is the number
that the export printed and the audit log keeps; with it, a bundle that was made anew as a whole is noticed as well.
Exit code 0: all of it holds. 1: something was changed, named in the lines above. 2: the file cannot be read at all.
"""

import argparse
import datetime as dt
import hashlib
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.bundle_tables import auc, same, tables, wrong

SEAL = b"hiregate-evidence-1 sha256 "
SEAL_LENGTH = len(SEAL) + 64
MANIFEST = "manifest.json"
CHECKED = ("approved", "sent_back", "waived", "retired", "shadowed", "unshadowed")
"""Events of the ledger that only somebody other than the maker may bring about."""

LOGGED = {
    "proposed": "release_proposed", "approved": "release_approved", "sent_back": "release_sent_back",
    "waived": "check_waived", "promoted": "release_promoted", "rolled_back": "release_rolled_back",
    "retired": "release_retired", "shadowed": "release_shadowed", "unshadowed": "release_unshadowed",
}  # fmt: skip
"""The audit log's word for each event of the ledger; what another release replaced has no line of its own."""

MADE_AT_EXPORT = ("model/card.json", "statistics/shadow_report.json")
"""Files beside the run's own that no training stored."""

LARGEST_BYTES = 2_000_000_000
"""Unpacked; a bundle holds some megabytes."""


@dataclass(frozen=True)
class Line:
    """One thing that was checked: what, whether it holds, and a sentence."""

    check: str
    holds: bool
    sentence: str


class Unreadable(Exception):
    """The file is no evidence bundle, or cannot be opened."""


Files = Mapping[str, bytes]


def verify(path: "str | Path", *, root: "str | None" = None) -> "list[Line]":
    """All checks of the bundle, in order. Raises Unreadable."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from error
    seal = _seal(content)
    try:
        with zipfile.ZipFile(path) as bundle:
            files, broken = _read(bundle)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        if content[:2] != b"PK" and not content[-SEAL_LENGTH:].startswith(SEAL):
            raise Unreadable(f"{path}: this is no evidence bundle ({error})") from error
        return [seal, Line("archive", False, f"the archive's own structure was changed: {error}")]
    if MANIFEST not in files and MANIFEST not in broken:
        if not content[-SEAL_LENGTH:].startswith(SEAL):
            raise Unreadable(f"{path}: this is no evidence bundle; it has no {MANIFEST}")
        return [seal, Line("manifest", False, f"{MANIFEST} was taken out or renamed")]
    lines = [seal, *_listed(files, broken, root)]
    if any(not line.holds for line in lines[1:]):
        return lines
    return [*lines, *_contents(files)]


def sealed(content: bytes) -> bytes:
    """The zip's bytes, which end in an empty seal, with the seal filled in."""
    return content[:-64] + hashlib.sha256(content[:-64]).hexdigest().encode()


def root_of(files: "Mapping[str, str]") -> str:
    """The one number that stands for all files: the sha256 of their names and hashes."""
    listed = "".join(f"{name}\n{files[name]}\n" for name in sorted(files))
    return hashlib.sha256(listed.encode()).hexdigest()


def _seal(content: bytes) -> Line:
    end = content[-SEAL_LENGTH:]
    if not end.startswith(SEAL):
        return Line("seal", False, "the seal at the end of the file is missing or was changed")
    if hashlib.sha256(content[:-64]).hexdigest().encode() != end[-64:]:
        return Line("seal", False, "bytes of the file were changed after it was sealed")
    return Line("seal", True, f"no byte of the {len(content):,} was changed after the bundle was sealed")


def _read(bundle: zipfile.ZipFile) -> "tuple[dict[str, bytes], list[str]]":
    files, broken = {}, []
    entries = bundle.infolist()
    if sum(entry.file_size for entry in entries) > LARGEST_BYTES:
        raise ValueError(f"it would unpack to more than {LARGEST_BYTES:,} bytes")
    for entry in entries:
        if entry.filename in files or not _is_plain(entry):
            broken.append(entry.filename)
            continue
        try:
            files[entry.filename] = bundle.read(entry)
        except Exception:  # noqa: BLE001 - a changed byte can make any part of the decompression fail
            broken.append(entry.filename)
    return files, broken


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """A file under a name that stays within the folder it is unpacked to: no link, no absolute path, no `..`."""
    is_link = entry.external_attr >> 28 == 0xA
    return bool(re.fullmatch(r"[\w][\w. -]*(/[\w][\w. -]*)*", entry.filename)) and not is_link


def _listed(files: Files, broken: "list[str]", root: "str | None") -> Iterator[Line]:
    """Each file against the manifest, and the manifest against its root."""
    for name in broken:
        yield Line("file", False, f"{name} was changed: it is there twice, leads elsewhere or cannot be unpacked")
    try:
        manifest = json.loads(files[MANIFEST])
        listed = {str(name): str(one["sha256"]) for name, one in manifest["files"].items()}
        stated = str(manifest["root"])
    except (KeyError, ValueError, TypeError, AttributeError):
        yield Line("manifest", False, f"{MANIFEST} was changed: it cannot be read any more")
        return
    for name in sorted({*listed, *files} - {MANIFEST, *broken}):
        if name not in listed:
            yield Line("file", False, f"{name} was added: the manifest does not list it")
        elif name not in files:
            yield Line("file", False, f"{name} was taken out: the manifest lists it")
        elif hashlib.sha256(files[name]).hexdigest() != listed[name]:
            yield Line("file", False, f"{name} was changed: its sha256 is not the manifest's")
    if root_of(listed) != stated:
        yield Line("manifest", False, f"{MANIFEST} was changed: its root does not follow from its files")
    elif root is not None and root.lower() != stated:
        yield Line("root", False, "this is not the bundle that was exported: its root is another")
    else:
        known = " as exported" if root is not None else ""
        yield Line("manifest", True, f"{len(listed)} files as the manifest lists them, root {stated}{known}")


def _contents(files: Files) -> Iterator[Line]:
    for check in CHECKS:
        try:
            yield from check(files)
        except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
            name = getattr(check, "__name__", "check").strip("_")
            yield Line(name, False, f"{name} cannot be checked: {type(error).__name__} {error}")


def _json(files: Files, name: str) -> Any:  # noqa: ANN401 - a JSON document
    return json.loads(files[name])


def _said(check: str, holds: bool, yes: str, no: str) -> Line:
    return Line(check, holds, yes if holds else no)


def _model(files: Files) -> Iterator[Line]:
    """The model file is the one that was trained, gated and released; the spec is the one it was trained with."""
    release, training = _json(files, "ledger/release.json"), _json(files, "model/training.json")
    gate = _json(files, "gate/report.json")
    found = hashlib.sha256(files["model/model.ubj"]).hexdigest()
    named = {release["sha256"], gate["artifact_sha256"], training.get("model_sha256", found)}
    yield _said(
        "model",
        named == {found},
        f"model {found} is the one that was trained, gated and released",
        f"the model file is {found}; the records name {', '.join(sorted(named))}",
    )
    spec = hashlib.sha256(files["model/feature_spec.json"]).hexdigest()
    trained = training.get("feature_spec_sha256", spec)
    yield _said(
        "feature_spec",
        spec == trained,
        f"feature spec {spec} is the one that it was trained with",
        f"the feature spec is {spec}; the training names {trained}",
    )


def _agreement(files: Files) -> Iterator[Line]:
    """Release, training and gate speak of the same run, cut score and snapshot."""
    release, gate = _json(files, "ledger/release.json"), _json(files, "gate/report.json")
    training, snapshot = _json(files, "model/training.json"), _json(files, "data/snapshot.json")
    trained = {**training.get("snapshot", snapshot), "data_fingerprint": training.get("data_fingerprint")}
    pairs = {
        "run": (release["run_id"], gate["run_id"]),
        "cut score": (release["cut_score"], gate["cut"]),
        "cut score of the training": (release["cut_score"], training.get("cut_score", release["cut_score"])),
        "snapshot": ({name: snapshot.get(name) for name in trained}, trained),
    }
    other = [what for what, (one, two) in pairs.items() if one != two]
    yield _said(
        "agreement", not other, f"all parts are of run {release['run_id']} at cut {release['cut_score']}",
        f"the parts disagree about the {', '.join(other)}",
    )  # fmt: skip


def _policy(files: Files) -> Iterator[Line]:
    """The policy is the one that the gate names."""
    document, gate = _json(files, "gate/policy.json"), _json(files, "gate/report.json")
    found = hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    yield _said(
        "policy",
        found == gate["policy"]["sha256"],
        f"policy {gate['policy']['name']} {gate['policy']['version']} is the one that the gate used",
        "the policy is not the one that the gate names",
    )


def _verdict(files: Files) -> Iterator[Line]:
    """The gate's verdict and the waivers that it asks for follow from its checks."""
    gate = _json(files, "gate/report.json")
    counting = [one for one in gate["checks"] if one["action"] != "release_with_note"]
    graver = ("block", "not_enough_evidence", "review", "pass")
    found = next((verdict for verdict in graver if any(one["verdict"] == verdict for one in counting)), graver[1])
    asked = [one["check"] for one in counting if one["action"] == "needs_signed_waiver"]
    yield _said(
        "gate", gate["verdict"] == found and sorted(asked) == sorted(gate["needs_waiver"]),
        f"{gate['verdict']} follows from {len(counting)} checks",
        f"the gate says {gate['verdict']}, its checks {found} with waivers for {', '.join(asked) or 'none'}",
    )  # fmt: skip


def _ledger(files: Files) -> Iterator[Line]:
    """Maker and checker differ, nothing follows a retirement, and a check that needs it has somebody else's waiver."""
    release, answers = _json(files, "ledger/release.json"), _json(files, "ledger/approvals.json")
    waivers, gate = _json(files, "ledger/waivers.json"), _json(files, "gate/report.json")
    maker = release["proposed_by"]
    events = _json(files, "ledger/events.json")
    own = [one for one in answers if one["decided_by"] == maker] + [one for one in waivers if one["signed_by"] == maker]
    own += [one for one in events if one["kind"] in CHECKED and one["actor"] == maker]
    yield _said(
        "maker_and_checker", not own, f"nothing of {maker}'s proposal was checked by {maker}",
        f"{maker} checked the own proposal",
    )  # fmt: skip
    retired = [place for place, one in enumerate(events) if one["kind"] == "retired"]
    if retired:
        yield _said(
            "retirement", retired == [len(events) - 1], f"retired by {events[-1]['actor']}, and nothing followed",
            "the ledger goes on after the release was retired",
        )  # fmt: skip
    served = any(one["kind"] in ("promoted", "rolled_back") for one in events)
    agreed = [one for one in answers if one["answer"] == "approved"]
    missing = sorted(set(gate["needs_waiver"]) - {one["check"] for one in waivers})
    if served:
        names = ", ".join(sorted({one["decided_by"] for one in agreed}))
        yield _said("approval", bool(agreed), f"approved by {names}", "it served without an approval")
        yield _said(
            "waivers", not missing, f"{len(gate['needs_waiver'])} checks needed a waiver and have one",
            f"it served without a waiver for {', '.join(missing)}",
        )  # fmt: skip
        yield _said("verdict", gate["verdict"] != "block", f"the gate said {gate['verdict']}", "the gate blocked it")


def _chain(files: Files) -> Iterator[Line]:
    """Each line of the audit log follows from the one before it."""
    previous, position, count = "", 0, 0
    for text in files["ledger/audit_log.jsonl"].decode().splitlines():
        line = json.loads(text)
        follows = not count or (line["previous_hash"] == previous and line["position"] == position + 1)
        if not follows or _line_hash(line) != line["hash"]:
            yield Line("audit_log", False, f"the audit log's line {line['position']} was changed or does not follow")
            return
        previous, position, count = line["hash"], line["position"], count + 1
    yield Line("audit_log", True, f"{count} lines of the audit log follow from each other, head {previous or '-'}")


def _logged(files: Files) -> Iterator[Line]:
    """The chained log has a line for every act on the release, for the gate's verdict and for each file of the run."""
    release, gate = _json(files, "ledger/release.json"), _json(files, "gate/report.json")
    log = [json.loads(text) for text in files["ledger/audit_log.jsonl"].decode().splitlines()]
    label, run = f"{release['model']}@{release['version']}", release["run_id"]
    events = _json(files, "ledger/events.json")
    acts = Counter((LOGGED[one["kind"]], one["actor"]) for one in events if one["kind"] in LOGGED)
    lines = Counter((one["action"], one["actor"]) for one in log if one["subject"] == label)
    answers, waivers = _json(files, "ledger/approvals.json"), _json(files, "ledger/waivers.json")
    signed = Counter((LOGGED[one["answer"]], one["decided_by"]) for one in answers)
    signed += Counter(("check_waived", one["signed_by"]) for one in waivers)
    lacking = sorted({f"{action} by {actor}" for action, actor in (acts - lines) + (signed - lines)})
    stood = [
        one["detail"]["verdict"] for one in log if one["action"] == "gate_evaluated" and one["subject"] == run
        and one["detail"]["policy_sha256"] == gate["policy"]["sha256"]
    ]  # fmt: skip
    if stood[-1:] != [gate["verdict"]]:
        lacking.append(f"the gate's verdict {gate['verdict']}")
    known: dict[str, set[str]] = {}
    for one in log:
        if one["subject"] == run and one["action"] in ("model_trained", "run_redacted"):
            for text in one["detail"]["files"]:
                known.setdefault(text[65:], set()).add(text[:64])
    gone = _json(files, "missing.json")
    for name in files:
        folder, _, short = name.partition("/")
        is_of_run = folder in ("model", "statistics") and name not in (*gone, *MADE_AT_EXPORT)
        if is_of_run and hashlib.sha256(files[name]).hexdigest() not in known.get(short, ()):
            lacking.append(name)
    yield _said(
        "logged", not lacking, f"the audit log knows each of {len(acts)} acts and {len(known)} files of the run",
        f"the audit log has no line for {', '.join(lacking)}",
    )  # fmt: skip


def _line_hash(line: "Mapping[str, Any]") -> str:
    moment = dt.datetime.fromisoformat(line["happened_at"]).astimezone(dt.timezone.utc)  # noqa: UP017 - Python 3.8
    values = [
        line["position"], moment.isoformat(timespec="microseconds"), line["actor"], line["action"], line["subject"],
        line["detail"], line["previous_hash"],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _figures(files: Files) -> Iterator[Line]:
    """Rates with their intervals, impact ratios and error rates again, from the counts of each group."""
    seen = 0
    for check in _json(files, "gate/report.json")["checks"]:
        for table in tables(check.get("detail")):
            found = list(wrong(table))
            if found:
                at = f" at cut {table['cut']}" if "cut" in table else ""
                yield Line("adverse_impact", False, f"{check['check']}{at}: {'; '.join(found)}")
            seen += 1
    yield Line("adverse_impact", True, f"{seen} tables by group were computed again from their counts")


def _quality(files: Files) -> Iterator[Line]:
    """The holdout's AUC again, from how many people of each outcome have each score."""
    cells, training = _json(files, "cells/scores.json"), _json(files, "model/training.json")
    if "cells/scores.json" in _json(files, "missing.json"):
        yield Line("auc", True, "the run's holdout is gone, so its AUC is not computed again")
        return
    stored = (training.get("metrics") or {}).get("auc")
    found = auc(cells["cells"])
    if stored is None and found is None:
        return
    yield _said(
        "auc",
        same(stored, found),
        f"the holdout's AUC {found} was computed again from {cells['n']:,} people in {len(cells['cells']):,} cells",
        f"the holdout's AUC is stored as {stored}, its cells say {found}",
    )


def _environment(files: Files) -> Iterator[Line]:
    """The environment names its interpreter, its packages and the code."""
    environment = _json(files, "environment.json")
    code = str(environment["code_version"])
    holds = bool(re.fullmatch(r".+\+[0-9a-f]{12}", code)) and bool(environment["packages"])
    yield _said("environment", holds, f"made by code {code}", "the environment does not name its code")


CHECKS: "tuple[Callable[[Files], Iterator[Line]], ...]" = (
    _model, _agreement, _policy, _verdict, _ledger, _chain, _logged, _figures, _quality, _environment,
)  # fmt: skip


def main(arguments: "list[str] | None" = None) -> int:
    """Prints what was checked; answers the exit code."""
    parser = argparse.ArgumentParser(prog="verify.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("bundle", help="the bundle's zip file")
    parser.add_argument("--root", help="the root that the export printed and the audit log keeps")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    asked = parser.parse_args(arguments)
    try:
        lines = verify(asked.bundle, root=asked.root)
    except Unreadable as error:
        sys.stderr.write(f"{error}\n")
        return 2
    holds = all(line.holds for line in lines)
    if asked.json:
        document = {
            "holds": holds,
            "checks": [{"check": o.check, "holds": o.holds, "sentence": o.sentence} for o in lines],
        }
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    else:
        for line in lines:
            sys.stdout.write(f"{'holds  ' if line.holds else 'CHANGED'}  {line.check}: {line.sentence}\n")
        sys.stdout.write("The bundle is as it was exported.\n" if holds else "The bundle was changed.\n")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
