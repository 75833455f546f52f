"""A job in the reader's words: its state, what it was asked for, and the step that it is at.

The log itself is English, as all logs are; the step in progress is told in the reader's language where it has words.
"""

import re

from dashboards.wording.words import NOTHING, Words
from warehouse.job_values import JobLine

_ABOUT = re.compile(r"^(trying|comparing) (.+)$")


def title(say: Words, job: JobLine) -> str:
    """Kind and argument, such as "Training of demo_job_related"."""
    return say("jobs.title", kind=say.of("jobs", f"kind_{job.kind}"), about=about(job))


def about(job: JobLine) -> str:
    """What it was asked for: the configuration, the runs, or the run and its policy."""
    arguments = job.arguments
    document = arguments.get("document")
    if isinstance(document, dict):
        return str(document.get("name", NOTHING))
    if isinstance(runs := arguments.get("runs"), list):
        return ", ".join(str(one)[:8] for one in runs)
    if "run" in arguments:
        return f"{str(arguments['run'])[:8]} ({arguments.get('policy', 'default')})"
    return str(arguments.get("configuration", NOTHING))


def step(say: Words, text: str | None) -> str:
    """The step in words; one without words stands for itself."""
    if text is None:
        return say("jobs.starting")
    found = _ABOUT.match(text)
    if found and say.has(f"step.{found[1]}"):
        return say(f"step.{found[1]}", what=say.of("step", found[2]))
    return say.of("step", text)
