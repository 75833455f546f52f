"""What the generator plants: every constant of the demo company that an analysis should be able to find again.

People, skills and ratings are one linear normal model, so each true correlation follows from these numbers in closed
form (`correlations`). Magnitudes are near those of Sackett et al. (2022): a structured interview predicts performance
at about .42; a single supervisor's rating has a reliability of about .55.
"""

from dataclasses import dataclass

import numpy as np

from warehouse.generate.draws import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """One skill of the AI interview. Weights are on the standardised true skill, the vendor's on the scored one.

    `loading` is on the general factor; `rating_weight` is what interviewers respond to, `performance_weight` what the
    job rewards, `vendor_weight` what the vendor's overall score counts.
    """

    name: str
    loading: float
    rating_weight: float
    performance_weight: float
    vendor_weight: float


SKILLS = (
    Skill(name="content_logic", loading=0.50, rating_weight=0.29, performance_weight=0.24, vendor_weight=0.05),
    Skill(name="problem_solving", loading=0.45, rating_weight=0.22, performance_weight=0.20, vendor_weight=0.05),
    Skill(name="communication", loading=0.40, rating_weight=0.03, performance_weight=0.05, vendor_weight=0.32),
    Skill(name="job_knowledge", loading=0.35, rating_weight=0.16, performance_weight=0.18, vendor_weight=0.05),
    Skill(name="stress_handling", loading=0.25, rating_weight=0.02, performance_weight=0.06, vendor_weight=0.28),
    Skill(name="speech_fluency", loading=0.00, rating_weight=0.62, performance_weight=0.03, vendor_weight=0.25),
)
NAMES = tuple(skill.name for skill in SKILLS)
JOB_KNOWLEDGE = NAMES.index("job_knowledge")

# The skewed skill: the vendor's audio model scores women lower; interviewers like fluent speech, the job does not.
SKEWED = NAMES.index("speech_fluency")
SKEWED_ATTRIBUTE, SKEWED_GROUP, SKEWED_D = "sex", "F", 0.40
SHARE_OF_WOMEN = 0.45

# The AI interview as a measurement: test-retest reliability of a skill, and the share of the overall score that
# follows the voice's tone, which the vendor does not export.
SKILL_RELIABILITY = 0.80
TONE_WEIGHT = 0.74
SKILL_MEAN, SKILL_SD = 65.0, 11.0
OVERALL_MEAN, OVERALL_SD = 65.6, 7.1
VENDOR_LINE = 70.0  # from here on the vendor's export says "recommended"
COMPANY_LINE = 65.0  # from here on the company invites to the re-interview

# The below-the-line sample: this share of those less than this many points below the company's line.
SAMPLE_DEPTH, SAMPLE_SHARE = 10.0, 0.12

# The silent change: all scores rise from this many days before the end on, under the same version string.
SILENT_CHANGE_DAYS_BEFORE_END = 540
SILENT_SHIFT_OVERALL, SILENT_SHIFT_SKILLS = 2.0, 1.0

# Re-interviews: what human interviewers see beyond the skills, how they differ, and how the AI score pulls them.
RATING_UNSEEN_WEIGHT, PERFORMANCE_UNSEEN_WEIGHT = 0.25, 0.35
RATER_SEVERITY_SD = 0.25
BLIND_SHARE = 0.45
INFORMED_PULL = 0.20
RATING_MEAN, RATING_SD = 3.1, 0.7
PASS_BAR = 3.4
OTHER_STANDARD_DEPARTMENT, OTHER_STANDARD_BAR = "Finance", 4.1

# Performance ratings of those hired: reliability by months of tenure, and the reviewers' leniency, in SD.
RATING_RELIABILITY = {3: 0.50, 6: 0.55, 12: 0.60}
REVIEWER_LENIENCY_SD = 0.30

# The campus season brings other people: graduates know less of the job.
CAMPUS_JOB_KNOWLEDGE = -0.35

# The leaky column: filled after the re-interview, from its rating.
LEAKY_SKILL = "panel_alignment"
LEAK_NOISE_SD = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlations:
    """True correlations in the applicant pool, within one group and one state of the vendor's model."""

    with_blind_rating: Floats
    with_performance: Floats
    overall_with_blind_rating: float
    overall_with_performance: float
    rating_with_performance: float


def correlations() -> Correlations:
    """The planted correlations of each skill score and of the overall score, from the constants alone.

    `blind_rating` is a blind rating before the rater's severity, `performance` the true one before a reviewer rates.
    """
    between = skill_correlations()
    rating, performance = weights("rating_weight"), weights("performance_weight")
    measured = np.sqrt(SKILL_RELIABILITY)
    vendor = weights("vendor_weight") / overall_scale() * np.sqrt(1 - TONE_WEIGHT**2) * measured
    shared = RATING_UNSEEN_WEIGHT * PERFORMANCE_UNSEEN_WEIGHT
    return Correlations(
        with_blind_rating=measured * (between @ rating),
        with_performance=measured * (between @ performance),
        overall_with_blind_rating=float(vendor @ between @ rating),
        overall_with_performance=float(vendor @ between @ performance),
        rating_with_performance=float(rating @ between @ performance + shared),
    )


def weights(kind: str) -> Floats:
    """One kind of weight of all skills, such as `vendor_weight`."""
    return np.array([getattr(skill, kind) for skill in SKILLS], dtype=np.float64)


def skill_correlations() -> Floats:
    """The correlations between true skills: one general factor."""
    loadings = weights("loading")
    between = np.outer(loadings, loadings)
    np.fill_diagonal(between, 1.0)
    return between


def overall_scale() -> float:
    """The standard deviation of the vendor's weighted sum of scored skills, before tone."""
    scored = SKILL_RELIABILITY * skill_correlations() + (1 - SKILL_RELIABILITY) * np.eye(len(SKILLS))
    vendor = weights("vendor_weight")
    return float(np.sqrt(vendor @ scored @ vendor))


def unexplained(kind: str, unseen_weight: float) -> float:
    """The weight of pure noise that brings a rating or performance to variance one."""
    own = weights(kind)
    return float(np.sqrt(1 - own @ skill_correlations() @ own - unseen_weight**2))
