"""Published operational validities as reference bands, never as a pass mark for one employer.

Sackett, Zhang, Berry & Lievens (2022), Table 3: mean, standard deviation of rho across settings, Black-White d.
"""

from dataclasses import dataclass

from validation.outcome import Interval, Text
from validation.proportion import quantile


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One kind of predictor: mean operational validity, its spread across settings, and the White-Black gap d."""

    key: str
    name: Text
    validity: float
    sd: float
    group_difference: float

    def credibility_interval(self, level: float = 0.8) -> Interval:
        """Where the true validities of settings lie, mean +/- z SD."""
        half = quantile(0.5 + level / 2) * self.sd
        return Interval(low=self.validity - half, high=self.validity + half, level=level, method="credibility")


def _benchmark(key: str, en: str, zh: str, *figures: float) -> Benchmark:
    validity, sd, difference = figures
    return Benchmark(key=key, name=Text(en=en, zh=zh), validity=validity, sd=sd, group_difference=difference)


BENCHMARKS: tuple[Benchmark, ...] = (
    _benchmark("structured_interview", "Structured interview", "结构化面试", 0.42, 0.19, 0.23),
    _benchmark("job_knowledge", "Job knowledge test", "岗位知识测验", 0.40, 0.13, 0.54),
    _benchmark("biodata_empirical", "Biodata, empirically keyed", "经验计分的履历问卷", 0.38, 0.09, 0.33),
    _benchmark("work_sample", "Work sample", "工作样本", 0.33, 0.09, 0.67),
    _benchmark("gma", "General mental ability", "一般认知能力", 0.31, 0.14, 0.79),
    _benchmark("integrity", "Integrity test", "诚信测验", 0.31, 0.20, 0.10),
    _benchmark("assessment_center", "Assessment centre", "评价中心", 0.29, 0.09, 0.52),
    _benchmark("sjt_knowledge", "Situational judgement, knowledge", "情境判断（知识型）", 0.26, 0.10, 0.39),
    _benchmark("sjt_behavioural", "Situational judgement, behaviour", "情境判断（行为型）", 0.26, 0.12, 0.34),
    _benchmark("unstructured_interview", "Unstructured interview", "非结构化面试", 0.19, 0.16, 0.32),
    _benchmark("job_experience_years", "Job experience in years", "工作年限", 0.07, 0.11, 0.49),
)
