"""The words with which a file says that a person's group is not known: left blank, not asked, or not told.

They are no group of their own: "prefer not to say" must neither set the bar for others nor be held to it. English and
Chinese. "None" and 无 are answers (no disability), and so is "other".
"""

import re
from functools import lru_cache

BLANK = ("", "na", "n/a", "nan", "null")

_ENGLISH = (
    r"unknown( or .*| ?/ ?.*| ?\(.*\))?",
    r"(i |i'd )?(would )?(prefer|rather|choose|chose|wish|elect)(ed|s)? not( (to )?[a-z ,/'()]*)?",
    r"(i )?(do not|don't|did not|didn't) (wish|want|care)( to [a-z ,/'()]*)?",
    r"(i )?(decline|declined|declines|refuse|refused|refuses)( to [a-z ,/'()]*)?",
    r"(un|not ?)(disclosed|stated|specified|provided|reported|known|available|answered|declared|identified|collected"
    r"|recorded|asked|given|indicated|determined|self identified)",
    r"no (answer|response|data|information|selection)( given| provided)?",
    r"missing|withheld|confidential|not applicable|n\.a|\?+|[-–—]+",
)
_CHINESE = (
    r"未知|不详|不詳|不明|不清楚|不知道|缺失|保密|暂无|暫無|空白",
    r"未(填写?|填寫|说明|說明|提供|披露|透露|告知|报告|回答|作答|选择?|選擇|登记|登記|采集|標明|标明|声明|申报|公开)",
    r"(无|無|没有)(回答|数据|資料|资料|信息|记录|應答|应答)",
    r"(本人|我)?(选择|選擇|宁愿|寧願|希望)?(不|拒绝|拒絕|谢绝|婉拒)(愿意?|願意?|想|便|方便|予|肯)?"
    r"(透露|回答|说明|說明|告知|提供|填写|填寫|披露|公开|公開|作答|表明|声明|选择|說|说|答)",
    r"拒答|拒绝|拒絕",
)
_UNTOLD = re.compile("|".join((*_ENGLISH, *_CHINESE)))


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing: empty, NA, N/A, NaN or null."""
    return value is None or str(value).strip().lower() in BLANK


@lru_cache(maxsize=65_536)
def is_untold(text: str) -> bool:
    """Whether a group's value says that the group is not known, in whatever case and spacing."""
    plain = " ".join(re.sub(r"[_\-]+(?=\w)", " ", text.replace("’", "'")).lower().split()).rstrip(".。 ")
    return plain in BLANK or _UNTOLD.fullmatch(plain) is not None
