"""Which inputs a model may never see, by their names: protected attributes, faces and emotions, anything later.

Training and the scoring API ask the same question here, so a request that sends a protected field is refused with the
same words. A name is read as words (`applicantAge2` is applicant, age, 2), so `language` is not an age.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

from validation.outcome import Text


class Prohibition(StrEnum):
    """Why an input is refused."""

    PROTECTED = "protected_attribute"
    BIOMETRIC = "face_or_emotion"
    LATE = "after_the_interview"


SENTENCES: dict[Prohibition, Text] = {
    Prohibition.PROTECTED: Text(
        en="A protected attribute is never an input of a model; it belongs to the fairness figures only.",
        zh="受保护属性绝不能作为模型输入，只用于公平性统计。",
    ),
    Prohibition.BIOMETRIC: Text(
        en="Features derived from faces or emotions are refused at work (EU AI Act, Article 5(1)(f)).",
        zh="在招聘场景中拒绝使用源自人脸或情绪的特征（欧盟《人工智能法》第 5 条第 1 款（f）项）。",
    ),
    Prohibition.LATE: Text(
        en="What happens after the AI interview may not predict it.",
        zh="AI 面试之后发生的信息不得用于预测。",
    ),
}
"""What a person is told, by reason."""

BIOMETRIC_ORIGINS = frozenset({"face", "emotion"})
"""What a mapping may declare an input to be derived from, and no model may see, whatever its name."""

_WORDS: dict[Prohibition, str] = {
    Prohibition.PROTECTED: (
        r"sex|sexual|sexuality|gender|male|female|woman|race|racial|ethnic|ethnicity|hispanic|latino|latina|age|aged"
        r"|dob|birth|birthday|birthdate|birthyear|born|disability|disabilities|disabled|handicap|religion|religious"
        r"|marital|married|pregnant|pregnancy|maternity|nationality|citizenship|citizen|immigrant|immigration|veteran"
        r"|genetic|skin|caste|hukou|protected"
    ),
    Prohibition.BIOMETRIC: (
        r"face|faces|facial|smile|smiles|smiling|gaze|blink|eyebrow|eyes|lips|jaw|nose|photo|portrait"
        r"|emotion|emotions|emotional|valence|arousal|mood|anger|angry|happiness|happy|sadness|sad|fear|disgust|surprise"
    ),
    Prohibition.LATE: (
        r"reinterview|reinterviewed|hire|hired|hires|offer|offered|offers|retained|retention|leaving|terminated"
        r"|termination|tenure|salary|pay|payroll|compensation|bonus|promoted|promotion|rejected|withdrawn|label|outcome"
    ),
}
_PHRASES: dict[Prohibition, str] = {
    Prohibition.PROTECTED: (
        r"national origin|date of birth|year of birth"
        r"|性别|年龄|民族|种族|出生|生日|残疾|残障|宗教|婚姻|婚育|怀孕|国籍|籍贯|户口|户籍|政治面貌"
    ),
    Prohibition.BIOMETRIC: (
        r"eye contact|head (?:pose|nod|shake|tilt|yaw|roll)|micro expression|action unit"
        r"|人脸|面部|表情|情绪|微笑|眼神|长相|颜值"
    ),
    Prohibition.LATE: (
        r"re interview|performance (?:review|rating|\d+ ?m)|(?:high|low) performer|overall rating|supervisor rating"
        r"|rehire|录用|入职|离职|薪|绩效|复面|转正"
    ),
}
_PATTERNS = {
    reason: re.compile(rf"(?<![a-z])(?:{_WORDS[reason]})(?![a-z])|{_PHRASES[reason]}") for reason in Prohibition
}


class ProhibitedInput(ValueError):
    """An input that no model may see; `name` and `prohibition` say which and why, `sentence` is for people."""

    def __init__(self, name: str, prohibition: Prohibition) -> None:
        """`name` was offered as an input."""
        self.name = name
        self.prohibition = prohibition
        self.sentence = SENTENCES[prohibition]
        super().__init__(f"The input {name!r} is refused ({prohibition.value}): {self.sentence.en} Leave it out.")


def prohibition(name: str) -> Prohibition | None:
    """Why an input of this name is refused; None where it is allowed."""
    text = _as_words(name)
    return next((reason for reason, pattern in _PATTERNS.items() if pattern.search(text)), None)


def refuse_prohibited(names: Iterable[str]) -> None:
    """Nothing where all names are allowed; raises ProhibitedInput for the first that is not."""
    for name in names:
        reason = prohibition(name)
        if reason is not None:
            raise ProhibitedInput(name, reason)


def _as_words(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.sub(r"[\s_\-.:/]+", " ", spaced).strip().lower()
