"""The registry of document kinds: name, title, permissions, subject, and which obligations each answers.

Errors:

  UnknownKind    there is no such document kind
"""

import importlib
from typing import cast

from dashboards.documents.frame import Build, DocumentError, Kind, Subject
from validation.outcome import Text
from warehouse.access import Permission


class UnknownKind(DocumentError):
    """There is no such document kind; the message names those there are."""


KINDS: tuple[Kind, ...] = (
    Kind(
        name="model_card",
        title=Text(en="Model card", zh="模型卡"),
        needs=(Permission.READ_MODELS,),
        subject=Subject.RELEASE,
        obligations=("Regulation (EU) 2024/1689, Article 13",),
        builder="dashboards.documents.model_card:model_card",
    ),
    Kind(
        name="validity_study",
        title=Text(en="Validity study report", zh="效度研究报告"),
        needs=(Permission.READ_MODELS, Permission.READ_LAKE),
        subject=Subject.RELEASE,
        obligations=("29 CFR 1607.15",),
        builder="dashboards.documents.validity_study:validity_study",
    ),
)
"""In the order in which they are listed."""


def kind(name: str) -> Kind:
    """The kind of this name, dashes and underscores alike. Raises UnknownKind."""
    asked = name.replace("-", "_")
    for one in KINDS:
        if one.name == asked:
            return one
    raise UnknownKind(f"there is no document kind {name!r}; there are {', '.join(one.name for one in KINDS)}")


def builder(of: Kind) -> Build:
    """The kind's function."""
    module, function = of.builder.split(":")
    return cast(Build, getattr(importlib.import_module(module), function))
