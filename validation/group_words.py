"""Groups and attributes as a sentence names them, in both languages; figures and tables keep the stored values."""

from validation.group_count import Group
from validation.outcome import Text
from warehouse import group_names


def named(group: Group) -> Text:
    """The group's values in words, such as "Asian, female" and 亚裔、女."""
    found = group_names.group(group)
    return Text(en=found.en, zh=found.zh)


def of_attribute(attribute: str, value: str) -> Text:
    """One group with its attribute, such as "female (sex)"; `value` is the stored one."""
    name, group = group_names.attribute(attribute), group_names.value(attribute, value)
    return Text(en=f"{group.en} ({name.en})", zh=f"{group.zh}（{name.zh}）")
