"""Invented names, addresses and telephone numbers that belong to nobody.

Names are put together at random from common parts. Addresses end in example.com (RFC 2606). Telephone numbers lie in
ranges set aside for fiction, 555-01xx in North America and 030 23125 xxx in Germany, which all European candidates
get; China has no such range, so its candidates get numbers whose prefix 100 no network has.
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.generate.draws import Draws, Ints
from warehouse.generate.openings import CHINA
from warehouse.generate.people import People

PHONE_PREFIXES = ("+86 100 0000 ", "+1 202 555 01", "+49 30 23125 ")
_PHONE_DIGITS = (4, 2, 3)

_FAMILY_ZH = (
    "Wang 王,Li 李,Zhang 张,Liu 刘,Chen 陈,Yang 杨,Zhao 赵,Huang 黄,Zhou 周,Wu 吴,Xu 徐,Sun 孙,Ma 马,Zhu 朱,Hu 胡,"
    "Guo 郭,He 何,"
    "Lin 林,Gao 高,Luo 罗,Zheng 郑,Liang 梁,Xie 谢,Song 宋,Tang 唐,Deng 邓,Feng 冯,Cao 曹,Peng 彭,Zeng 曾"
)
_FIRST_ZH = (
    "Wen 文,Jia 佳,Yu 雨,Zi 子,Ming 明,Xiao 晓,Hao 浩,Si 思,Jing 静,Yi 怡,Chun 春,Shu 书,Rui 瑞,Xin 欣,Tian 天,Yun 云"
)
_SECOND_ZH = (
    "han 涵,xuan 轩,yi 怡,chen 晨,lin 琳,jie 杰,ning 宁,hui 慧,bo 博,yan 妍,feng 峰,xin 昕,ran 然,qi 琪,tao 涛,yue 悦"
)
_GIVEN = {
    "US": "Avery,Blake,Casey,Dana,Drew,Elliot,Emery,Finley,Harper,Hayden,Jamie,Jordan,Kendall,Lane,Logan,Morgan,Parker,"
    "Quinn,Reese,Riley,Robin,Rowan,Sawyer,Skyler,Taylor",
    "EU": "Alexis,Andrea,Camille,Charlie,Chris,Claude,Dominique,Eike,Finn,Jona,Kim,Lou,Luca,Maxime,Mika,Noa,Nika,Robin,"
    "Sascha,Sam,Toni,Ulli,Yael,Yannick",
}
_FAMILY = {
    "US": "Adams,Allen,Baker,Brooks,Campbell,Carter,Clark,Collins,Cooper,Davis,Edwards,Evans,Foster,Garcia,Gray,Green,"
    "Hall,Harris,Hill,Howard,Jackson,Johnson,King,Lee,Lewis,Lopez,Martin,Miller,Mitchell,Moore,Nguyen,Parker,Perez,"
    "Reed,Rivera,Robinson,Sanders,Scott,Stewart,Thomas,Torres,Turner,Walker,Ward,White,Wood,Young",
    "EU": "Bauer,Becker,Bernard,Braun,Byrne,Dubois,Durand,Fischer,Fournier,Garnier,Hartmann,Keller,Kelly,Kennedy,"
    "Koch,Lambert,Lefebvre,Martin,Meyer,Moreau,Murphy,Petit,Richter,Roux,Ryan,Schmidt,Schneider,Simon,Vogel,Wagner",
}


def full_names(draws: Draws, who: People) -> pa.Array:
    """Names in Latin script; Chinese ones with the given name first, as an English-speaking company writes them."""
    western = [
        _spaced(_drawn(draws, f"given {region}", who, _GIVEN[region]), _drawn(draws, f"family {region}", who, names))
        for region, names in _FAMILY.items()
    ]
    first, second, family = (_chinese(draws, who, script=0)[part] for part in range(3))
    chinese = _spaced(pc.binary_join_element_wise(first, second, ""), family)
    return pc.choose(pa.array(who.region), chinese, *western)


def local_names(draws: Draws, who: People) -> pa.Array:
    """Names in Chinese script, family name first; empty for candidates outside China."""
    first, second, family = _chinese(draws, who, script=1)
    return pc.if_else(pa.array(who.region == CHINA), pc.binary_join_element_wise(family, first, second, ""), None)


def emails(who: People) -> pa.Array:
    """One address a person, from the person's number alone."""
    return pc.binary_join_element_wise("candidate", pc.cast(pa.array(who.number), pa.string()), "@example.com", "")


def phones(draws: Draws, who: People) -> pa.Array:
    """Numbers that reach nobody; shared by many people, as the ranges are small."""
    numbers = [
        pc.binary_join_element_wise(prefix, padded(draws.whole("phone", who.number, 10**digits), digits), "")
        for prefix, digits in zip(PHONE_PREFIXES, _PHONE_DIGITS, strict=True)
    ]
    return pc.choose(pa.array(who.region), *numbers)


def picked(words: Sequence[str], position: Ints) -> pa.Array:
    """The word at each position."""
    return pa.array(list(words)).take(pa.array(position))


def padded(number: Ints, digits: int) -> pa.Array:
    """Whole numbers with leading zeros."""
    return pc.utf8_lpad(pc.cast(pa.array(number), pa.string()), width=digits, padding="0")


def _chinese(draws: Draws, who: People, *, script: int) -> list[pa.Array]:
    lists = {"first": _FIRST_ZH, "second": _SECOND_ZH, "family": _FAMILY_ZH}
    parts = {name: [pair.split()[script] for pair in words.split(",")] for name, words in lists.items()}
    return [picked(words, draws.whole(f"chinese {name}", who.number, len(words))) for name, words in parts.items()]


def _drawn(draws: Draws, name: str, who: People, words: str) -> pa.Array:
    choices = words.split(",")
    return picked(choices, draws.whole(name, who.number, len(choices)))


def _spaced(first: pa.Array, second: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(first, second, " ")
