"""Reads the YAML of a training configuration: what is wrong is said with its line, a day stays text as it is written,
and a key that stands twice is refused, for the second would replace the first in silence.

Errors:

  NotYaml    the text cannot be read; the message says where
"""

from collections.abc import Hashable
from typing import Any

import yaml


class NotYaml(ValueError):
    """A text that is no YAML, or says one thing twice."""


class _Loader(yaml.SafeLoader):
    """The safe loader with keys that stand once and days that stay text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """The mapping, if each of its keys stands once."""
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} stands twice", key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else "")
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def document(text: str) -> Any:  # noqa: ANN401 - YAML, checked by whoever asked
    """The plain values of the text. Raises NotYaml with line and column, both from 1."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = "" if mark is None else f"line {mark.line + 1}, column {mark.column + 1}: "
        raise NotYaml(f"{where}{error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise NotYaml(" ".join(str(error).split())) from error
