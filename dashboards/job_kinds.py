"""The kinds of jobs that people may ask for: what each needs, which arguments it knows, and what it does.

Arguments name configurations, runs and policies. They are read in full when somebody asks, so that a mistake is told
at once and not by a job that fails later, and once more when the job runs.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.access import AccessDenied, Permission, Principal
from warehouse.job_values import BadRequest, Document
from warehouse.settings import Settings

if TYPE_CHECKING:
    from training.configuration import Configuration

Tell = Callable[[str], None]

TRAIN, COMPARE, GATE = "train", "compare", "gate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of job: the permissions of which one is needed, and its functions.

    `read` refuses bad arguments, `run` does the work and answers what the result is, `steps` is how often `run` tells
    of progress, and `stores_at` the step from which it can no longer be cancelled.
    """

    name: str
    needs: tuple[Permission, ...]
    read: Callable[[Document], object]
    run: Callable[[Settings, Principal, Document, Tell], Document]
    steps: Callable[[Document], int]
    stores_at: str

    def require(self, principal: Principal) -> None:
        """Raises AccessDenied where the principal has none of the permissions."""
        if not any(principal.may(permission) for permission in self.needs):
            raise AccessDenied(principal, self.needs[0])


def kind(name: str) -> Kind:
    """The kind of this name. Raises BadRequest."""
    if name not in KINDS:
        raise BadRequest(f"there is no job {name!r}; there are {', '.join(KINDS)}")
    return KINDS[name]


def training_of(name_or_path: str | None) -> Document:
    """The arguments of a training of a named configuration or a YAML file. Raises ConfigurationError."""
    from training import configuration  # noqa: PLC0415 - XGBoost and its like load where they are needed

    name = name_or_path or configuration.DEFAULT
    if name in configuration.names():
        return {"configuration": name}
    configuration.load(name)
    return uploaded(Path(name).read_text(encoding="utf-8"))


def uploaded_file(content: bytes) -> Document:
    """The arguments of a training of a YAML file as it was sent. Raises BadRequest."""
    try:
        return uploaded(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadRequest("the file is no text in UTF-8; save it as UTF-8") from None


def uploaded(text: str) -> Document:
    """The arguments of a training of a YAML file's content. Raises BadRequest."""
    from training.configuration_yaml import NotYaml  # noqa: PLC0415
    from training.configuration_yaml import document as read  # noqa: PLC0415

    try:
        document = read(text)
    except NotYaml as error:
        raise BadRequest(f"the file is not YAML: {error}") from error
    if not isinstance(document, dict):
        raise BadRequest("the file is no mapping of keys to values")
    return {"document": document}


def _configuration(arguments: Document) -> "Configuration":
    """From the name of one of the product's own, or from the document of an uploaded file."""
    from training import configuration  # noqa: PLC0415
    from training.labels import target_kind  # noqa: PLC0415

    _known(arguments, {"configuration", "document"})
    if (name := arguments.get("configuration")) is not None:
        if name not in configuration.names():
            raise BadRequest(f"there is no configuration {name!r}; there are {', '.join(configuration.names())}")
        return configuration.load(str(name))
    document = arguments.get("document")
    if not isinstance(document, Mapping):
        raise BadRequest("a training needs either `configuration`, a name, or `document`, the content of a YAML file")
    _plain(document)
    found = configuration.configuration(document, "the uploaded configuration")
    target_kind(found.target)
    return found


def _train(settings: Settings, principal: Principal, arguments: Document, tell: Tell) -> Document:
    from training.pipeline import train  # noqa: PLC0415

    run = train(settings, principal, _configuration(arguments), progress=tell)
    return {"run_id": run.run_id, "model_name": run.model_name}


def _train_steps(arguments: Document) -> int:
    from training.progress_steps import steps  # noqa: PLC0415

    return steps(_configuration(arguments))


def _runs(arguments: Document) -> list[str]:
    _known(arguments, {"runs"})
    runs = arguments.get("runs")
    if not isinstance(runs, list) or not 1 <= len(runs) <= 10 or not all(isinstance(one, str) for one in runs):
        raise BadRequest("a comparison needs `runs`, a list of one to ten run ids")
    return runs


def _compare(settings: Settings, principal: Principal, arguments: Document, tell: Tell) -> Document:
    """Kept as everybody may read it, so only those who may see all departments can ask for it."""
    from dashboards.comparison_files import keep  # noqa: PLC0415
    from training.compare import computed  # noqa: PLC0415

    principal.require(Permission.READ_ALL_DEPARTMENTS)
    made = computed(settings, principal, _runs(arguments), progress=tell)
    tell("storing the comparison")
    return {"runs": [run.run_id for run in made.runs], "stored_run_id": keep(settings, principal, made)}


def _gated(arguments: Document) -> tuple[str, str]:
    from validation import policy as policies  # noqa: PLC0415

    _known(arguments, {"run", "policy"})
    run, policy = arguments.get("run"), arguments.get("policy", "default")
    if not isinstance(run, str) or not run:
        raise BadRequest("the gate needs `run`, a run id")
    if policy not in policies.names():
        raise BadRequest(f"there is no policy {policy!r}; there are {', '.join(policies.names())}")
    return run, str(policy)


def _gate(settings: Settings, principal: Principal, arguments: Document, tell: Tell) -> Document:
    from models import releases  # noqa: PLC0415
    from models.release_gate import require_gating  # noqa: PLC0415
    from models.release_run import run_id_of  # noqa: PLC0415
    from training.gate_run import gather  # noqa: PLC0415
    from validation import policy as policies  # noqa: PLC0415
    from validation.gate import evaluate  # noqa: PLC0415

    run, name = _gated(arguments)
    require_gating(principal)
    run_id, policy = run_id_of(settings, run), policies.load(name)
    tell("gathering the evidence")
    evidence = gather(settings, principal, run_id, policy)
    tell("evaluating the policy")
    report = evaluate(policy, evidence)
    tell("storing the verdict")
    releases.record_gate(settings, principal, policy, report)
    return {"run_id": run_id, "verdict": report.verdict.value, "policy": policy.name}


def _known(arguments: Document, names: set[str]) -> None:
    if unknown := set(arguments) - names:
        raise BadRequest(f"the argument {min(unknown)!r} is unknown; known are {', '.join(sorted(names))}")


def _plain(document: Mapping[str, object]) -> None:
    try:
        json.dumps(document, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise BadRequest(f"the configuration holds a value that is no text, number, list or mapping: {error}") from None


KINDS: Mapping[str, Kind] = {
    one.name: one
    for one in (
        Kind(
            name=TRAIN,
            needs=(Permission.TRAIN,),
            read=_configuration,
            run=_train,
            steps=_train_steps,
            stores_at="storing the run",
        ),
        Kind(
            name=COMPARE,
            needs=(Permission.READ_MODELS,),
            read=_runs,
            run=_compare,
            steps=lambda _: 2,
            stores_at="storing the comparison",
        ),
        Kind(
            name=GATE,
            needs=(Permission.TRAIN, Permission.APPROVE_RELEASE),
            read=_gated,
            run=_gate,
            steps=lambda _: 3,
            stores_at="storing the verdict",
        ),
    )
}
