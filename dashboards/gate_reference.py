"""Writes `docs/gate.md` from policies and code: `python -m dashboards.gate_reference > docs/gate.md`.

Numbers, roles, places and levels come from the policies, what a check reads and can ask for from its code; the rest is
written here.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from dashboards.gate_code import CHECKS, evidence_of, next_steps
from validation import policy as policies
from validation.decision_rule import State
from validation.gate_few_labels import FACTS, ON_LABELS
from validation.policy import Policy
from validation.policy_composition import FLOOR
from validation.policy_settings import Role

LOOKS: Mapping[str, tuple[str, str]] = {
    "data_contracts": (
        "findings of the data contracts on every load that feeds the snapshot",
        "no contract is broken in {review_share:.1%} of the values; from {block_share:.0%} on it fails",
    ),
    "data_sufficiency": (
        "matured labels in training and holdout",
        "{min_training_rows:,} rows were fitted, {min_holdout_rows} are held out, {min_holdout_of_each_label} of each"
        " label",
    ),
    "leakage": (
        "each feature's declaration and what it knows alone",
        "all are declared fixed before the outcome; none alone has an AUC within {tolerance} of all others together (of"
        " fewer than {least_others}: {ahead} above them), none one of {too_good_auc}",
    ),
    "validity": (
        "AUC (or r of a graded label) on the holdout",
        "its lower bound reaches {min_auc:g} (r: {min_correlation:g})",
    ),
    "criterion": ("what the model was trained to predict", "the policy accepts it as evidence of work in the job"),
    "performance": (
        "the difference to vendor, logistic regression and champion on the same rows (DeLong, Zou)",
        "its lower bound stays above minus the margin ({margins})",
    ),
    "adverse_impact": (
        "impact ratios at the deployed cut and one step ({cut_step_share:.0%} of the people) beside it, Holm over all"
        " pairs of groups of a table, worst case of unknown people",
        "every lower bound reaches {threshold:.2f}, at no neighbouring cut one fails, no group of"
        " {sizeable_share:.0%} or more is below {min_n} people",
    ),
    "adverse_impact_champion": (
        "the ratio to the champion's impact ratios, same people, paired",
        "its lower bound reaches {margin:g}",
    ),
    "adverse_impact_stages": (
        "every stage of the funnel and the bottom line, the model deciding its own stage, Holm over stages and groups;"
        " beside each rate who is in none: still in process, or withdrawn",
        "every stage and the bottom line reach the line of `adverse_impact`",
    ),
    "adverse_impact_strata": (
        "the model's decision within strata ({by}), each way by itself: Mantel-Haenszel, Breslow-Day, Holm over all"
        " ways, strata and groups",
        "in each way the strata agree and the pooled lower bound reaches the line; where they differ no pooled figure"
        " is given",
    ),
    "vendor_change": (
        "each vendor's AI scores by month since the first fitted row, the mix of jobs held constant",
        "mean and spread did not change beyond chance ({false_alarms:.0%} false alarms) by {shift_review:g} standard"
        " deviations or {spread_review:g} times",
    ),
    "drift": (
        "the latest {latest_days} days against those before the holdout, on frozen bins",
        "no stability index reaches {psi_review:.2f} beyond noise; from {psi_block:.2f} on it fails",
    ),
    "error_rates": ("true positive rates by group, where labels allow", "every lower bound reaches four fifths"),
    "calibration": (
        "outcomes over predicted chances on the holdout",
        "the interval lies within {largest_error:.0%} of one",
    ),
    "stability": (
        "other draws of the same people",
        "the AUC spreads by at most {largest_spread:g} and {largest_flips:.0%} of the decisions turn; twice that fails",
    ),
    "proxies": ("how well features predict a group", "no AUC is shown to pass {largest_auc:g}"),
    "explanations": ("each feature's sentence in both languages", "none is missing"),
    "documents": ("what only people can write", "nothing that the policy requires is missing"),
}
"""What each check looks at and when it passes; the numbers are the default policy's."""

_HEAD = """# The release gate

The gate holds a stored run against a policy: evidence in, verdicts out. Each check says what it saw, its verdict, and what to do next, in English and Chinese. The gate is monitoring; it is not the independent audit that New York City asks for.

This page is generated from the policies and the code by `python -m dashboards.gate_reference`; a test holds it to that.

```
hiregate gate RUN                                    # evaluated and kept in the ledger
hiregate gate RUN --dry-run --json                   # evaluated only
hiregate gate RUN --policy us-nyc --policy level-senior
```

## Checks

Numbers and roles are those of the policy `default`."""  # noqa: E501 - a paragraph of Markdown is a line

_AFTER = """**Few rows block nothing by chance.** What is measured on labels ({on_labels}) is `not_enough_evidence` while the holdout has fewer of them than `data_sufficiency` asks for, whatever it shows; of several policies the least number counts here, so that asking for more rows holds no proven failure back. Facts stand at any size ({facts}), and so does a model file that was changed. So does harm that is proven on as many people as a holdout needs rows: it is tested against all pairs of groups, for the comparator is chosen as the highest of them ([decision 41](decisions/0041-chance-blocks-nothing.md)).

**The bottom line.** A model that has not served yet has led nobody through the funnel. Its bottom line is the product of the stages' rates of the holdout's period, with the model's own stage as it would decide, and the variance of every stage in the interval. It assumes that the later stages go on as they are. A good bottom line does not excuse a stage that fails, and stages that each pass can add up to a process that fails: both are said.

**Small groups.** The stored result is complete. Who may not read demographics gets every verdict, but no whole table, no figure and no sentence of a group of fewer than ten people, nor of one from which such a group could be computed: in the command, on the pages, in the model card and in the documents alike. An evidence bundle is complete, so only those may export it who may read demographics."""  # noqa: E501

_POLICIES = """## Policies

A policy is a dated YAML file, held to `policies/policy.schema.json`. One that `extends` another says only what differs; several `--policy` at once give the strictest of each setting, whatever their order, so nobody gains by adding one. A setting of which neither value is the stricter (`min_n`, `alpha`, `latest_days`) must agree. `in_force` may name its first and last day: a gate under a policy that is not in force today is refused, and several are in force while all of them are.

No law asks for what the job levels set; each setting's reason stands beside it in the file. What a policy sets otherwise than `default`:"""  # noqa: E501

_TAIL = """## Exit codes

| Code | Verdict |
|---|---|
| 0 | `pass`; also `review` and `not_enough_evidence`, which a person decides, unless `--require-pass` |
| 1 | `block`; with `--require-pass` everything but `pass` |
| 2 | the gate could not run; one line on stderr says why |

## In a build

`--summary FILE` adds the report to a file as Markdown, `--annotate` prints one GitHub annotation for each check that does not pass. [`examples/github-actions-gate.yml`](examples/github-actions-gate.yml) trains a configuration or takes a run, and does both. A test runs its commands.
"""  # noqa: E501

_STATES = {
    State.PASS: "passes",
    State.REVIEW: "not shown either way",
    State.INSUFFICIENT_DATA: "too little data",
    State.UNDEFINED: "a figure has no value",
    State.FAIL: "a proven failure",
}


def reference() -> str:
    """The whole page as Markdown."""
    default = policies.load()
    shipped = {name: policies.load(name) for name in policies.names()}
    return "\n".join(
        [
            _HEAD,
            "",
            "| Check | What it looks at | Passes when | Role |",
            "|---|---|---|---|",
            *(_check(name, default, shipped) for name in CHECKS),
            "",
            "What each check reads of the evidence, and what it can ask for next:",
            "",
            "| Check | Reads | Next |",
            "|---|---|---|",
            *(_asks(name) for name in CHECKS),
            "",
            "A check is in one of five states, and the policy says what a release may then do:",
            "",
            "| State | Blocking check | Advisory check |",
            "|---|---|---|",
            *(_state(state, default) for state in _STATES),
            "",
            _AFTER.format(on_labels=_listed(ON_LABELS), facts=_listed(FACTS)),
            "",
            _POLICIES,
            "",
            "| Policy | For | Version | Sets |",
            "|---|---|---|---|",
            *(_policy(one, default) for one in shipped.values()),
            "",
            _TAIL,
        ]
    )


def _check(name: str, default: Policy, shipped: Mapping[str, Policy]) -> str:
    looks, passes = (text.format(**_settings(name, default)) for text in LOOKS[name])
    if default.asks(name):
        role = default.role(name).value
    else:
        role = "; ".join(f"{one.role(name).value} in `{one.name}`" for one in shipped.values() if one.asks(name))
    return f"| `{name}` | {looks} | {passes} | {role} |"


def _settings(name: str, default: Policy) -> dict[str, Any]:
    """The check's settings; lists and margins in words."""
    found = dict(_document(default)["checks"].get(name, {}))
    found["by"] = ", ".join(f"`{way}`" for way in found.get("by", ()))
    found["margins"] = ", ".join(f"{other} {one['margin']:g}" for other, one in found.get("against", {}).items())
    return found


def _asks(name: str) -> str:
    reads = ", ".join(f"`{field}`" for field in evidence_of(name))
    return f"| `{name}` | {reads} | {' / '.join(next_steps(name))} |"


def _state(state: State, default: Policy) -> str:
    actions = (default.consequences[role][state].value.replace("_", " ") for role in (Role.BLOCKING, Role.ADVISORY))
    return f"| {_STATES[state]} | {' | '.join(actions)} |"


def _policy(one: Policy, default: Policy) -> str:
    applies = _document(one).get("applies_to", {})
    where = ", ".join((*applies.get("jurisdictions", ()), *applies.get("job_levels", ()))) or "everywhere"
    sets = "; ".join(_differences(one, default)) or "–"
    return f"| `{one.name}` | {one.title.en}: {where} | {one.version} | {sets} |"


def _differences(one: Policy, default: Policy) -> Iterator[str]:
    """The settings that are not the default's, by their place."""
    before = dict(_flat(_document(default)))
    for place, value in _flat(_document(one)):
        if before.get(place) != value and not place.endswith(".sources") and f".{FLOOR}." not in place:
            yield f"`{place.removeprefix('checks.')}` {_shown(value)}"


def _flat(document: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        if place or key in ("release", "consequences", "checks"):
            at = f"{place}.{key}" if place else key
            if isinstance(value, Mapping):
                yield from _flat(value, at)
            else:
                yield at, value


def _shown(value: object) -> str:
    """A setting in a cell: tables and lists in one line."""
    if not isinstance(value, list):
        return str(value)
    return ", ".join(" × ".join(map(str, one)) if isinstance(one, list) else str(one) for one in value)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in CHECKS if name in names)


def _document(one: Policy) -> Mapping[str, Any]:
    return one.document


if __name__ == "__main__":
    print(reference(), end="")
