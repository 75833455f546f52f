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
    Kind(
        name="ll144_summary",
        title=Text(en="Public summary (Local Law 144)", zh="公开摘要（第 144 号地方法）"),
        needs=(Permission.READ_MODELS, Permission.READ_DEMOGRAPHICS),
        subject=Subject.RELEASE,
        obligations=("nyc_public_summary",),
        builder="dashboards.documents.ll144:ll144_summary",
        is_public=True,
    ),
    Kind(
        name="annex_iv",
        title=Text(en="Technical file (EU AI Act, Annex IV)", zh="技术文件（欧盟《人工智能法》附件四）"),
        needs=(Permission.READ_MODELS,),
        subject=Subject.RELEASE,
        obligations=("eu_ai_act_annex_iv",),
        builder="dashboards.documents.annex_iv:annex_iv",
    ),
    Kind(
        name="pipl_assessment",
        title=Text(en="Impact assessment (PIPL)", zh="个人信息保护影响评估"),
        needs=(Permission.READ_MODELS,),
        subject=Subject.RELEASE,
        obligations=("cn_pipl_55",),
        builder="dashboards.documents.pipl_assessment:pipl_assessment",
    ),
    Kind(
        name="pipl_notice",
        title=Text(en="Notice of automated decisions (PIPL)", zh="自动化决策告知书"),
        needs=(Permission.READ_MODELS,),
        subject=Subject.RELEASE,
        obligations=("cn_pipl_24", "cn_algorithm_provisions"),
        builder="dashboards.documents.pipl_notice:pipl_notice",
        is_public=True,
        for_candidates=True,
    ),
    Kind(
        name="candidate_letter",
        title=Text(en="Explanation letter to a candidate", zh="致候选人的说明信"),
        needs=(),
        subject=Subject.DECISION,
        obligations=("eu_ai_act_86", "co_admt_explanation", "cn_pipl_24"),
        builder="dashboards.documents.candidate_letter:candidate_letter",
        for_candidates=True,
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
