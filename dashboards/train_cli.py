"""`hiregate train` and `hiregate compare`: a training with its progress, and runs side by side on the same people."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dashboards.audit_output import HtmlOption, Language, LanguageOption, print_json, write_reports

if TYPE_CHECKING:
    from training.pipeline import Progress, TrainedRun

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
As = Annotated[str | None, typer.Option("--as", help="Act as this identity.")]


def train(
    config: Annotated[
        str | None,
        typer.Option("--config", help="A configuration's YAML file, or the name of one of the product's own."),
    ] = None,
    background: Annotated[
        bool, typer.Option("--background", help="Leave it to the worker of `hiregate up`; prints the job's id.")
    ] = False,
    as_json: Json = False,
    acting_as: As = None,
) -> None:
    """Train a model on the newest snapshot and store the run with its evidence."""
    if background:
        _in_background(config, as_json=as_json, acting_as=acting_as)
        return
    from training import configuration  # noqa: PLC0415 - heavy parts load in their commands
    from training.pipeline import train as train_run  # noqa: PLC0415
    from training.progress_steps import steps  # noqa: PLC0415
    from training.weights_stored import stored_weights  # noqa: PLC0415
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    chosen = configuration.load(config or configuration.DEFAULT)
    with _progress(steps(chosen)) as tell:
        who = identity.acting(of, acting_as)
        run = train_run(of, who, chosen, progress=tell)
    counted = stored_weights(of, who, run.run_id)
    if as_json:
        typer.echo(json.dumps({**run.as_json(), "weights": counted}, ensure_ascii=False))
    else:
        typer.echo("\n".join([*_summary(run), *_counted(run, counted)]))


def compare(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Run ids; the others are set against the first.")],
    as_json: Json = False,
    html: HtmlOption = None,
    language: LanguageOption = Language.EN,
    seed: Annotated[int, typer.Option("--seed", help="The seed of the draws.", min=0)] = 1,
    draws: Annotated[int, typer.Option("--draws", help="How often people are drawn again, 100 to 10000.")] = 1_000,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the comparison in MLflow, as all may see it.")] = False,
    acting_as: As = None,
) -> None:
    """Compare runs and their baselines on the same held-out people."""
    from training.compare import computed  # noqa: PLC0415 - heavy parts load in their commands
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    who = identity.acting(of, acting_as)
    with _progress() as tell:
        made = computed(of, who, runs, seed=seed, draws=draws, progress=tell)
    found = made.for_reader()
    if keep:
        from dashboards import comparison_files  # noqa: PLC0415

        found["stored_run_id"] = comparison_files.keep(of, who, made, language.value)
    if html is not None:
        from dashboards.reports.comparison_report import comparison_document  # noqa: PLC0415

        write_reports(comparison_document(found, language.value), html=html, pdf=None)
    if as_json:
        print_json(found)
    else:
        from dashboards import comparison_text  # noqa: PLC0415

        comparison_text.show(found, language.value)
        if keep:
            typer.echo(f"kept       {found['stored_run_id']}")


def _in_background(config: str | None, *, as_json: bool, acting_as: str | None) -> None:
    from dashboards import job_desk, job_kinds  # noqa: PLC0415
    from dashboards.acting import acting  # noqa: PLC0415

    of, principal = acting(acting_as)
    job_id = job_desk.start(of, principal, job_kinds.TRAIN, job_kinds.training_of(config))
    typer.echo(
        json.dumps({"job": str(job_id)}) if as_json else f"job {job_id}; `hiregate job show {job_id}` follows it"
    )


@contextmanager
def _progress(total: int | None = None) -> "Iterator[Progress]":
    """A bar on stderr of `total` steps (None: not known) that names the step; stdout stays free for the result."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description:<44}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("starting", total=total)

        def tell(step: str) -> None:
            bar.update(task, description=step, advance=1)

        yield tell
        bar.update(task, description="done", total=total or 1, completed=total or 1)


def _summary(run: "TrainedRun") -> list[str]:
    record = run.record
    n, cut = record["n"], record["cut_score"]
    metrics, baselines, warnings = (record[name] for name in ("metrics", "baselines", "warnings"))
    if not (isinstance(n, dict) and isinstance(metrics, dict) and isinstance(baselines, dict)):
        raise TypeError("a training record without figures")
    lines = [
        f"run        {run.run_id}",
        f"model      {run.model_name}, cut score {_number(cut)}",
        f"rows       {n['fit']:,} fitted, {n['holdout_labelled']:,} of {n['holdout']:,} held out have a label",
        _figures("this model", metrics),
        *(_figures(name, figures) for name, figures in baselines.items()),
    ]
    notes = warnings if isinstance(warnings, list) else []
    return [*lines, *(f"note       {note['en']}" for note in notes)]


def _counted(run: "TrainedRun", weights: Mapping[str, Any] | None) -> list[str]:
    """Which fit the model is, and what counts in it; weights only where the model has skills."""
    fit: Any = run.record["fit"]
    fitted = [f"fit        {fit['why']['en']}"]
    if weights is None:
        return fitted
    return [*fitted, *(f"weights    {weights[part]['en']}" for part in ("overall", "chain"))]


def _figures(name: str, figures: Mapping[str, object]) -> str:
    interval = figures["auc_ci"]
    low, high = interval if isinstance(interval, list) else (None, None)
    return (
        f"{name:<34} AUC {_number(figures['auc'])} [{_number(low)}, {_number(high)}]"
        f"  selected {_number(figures['selection_rate'], '.1%')}  lift {_number(figures['lift'], '.2f')}"
        f"  Brier {_number(figures.get('brier'))}"
    )


def _number(value: object, form: str = ".3f") -> str:
    return format(value, form) if isinstance(value, int | float) else "-"
