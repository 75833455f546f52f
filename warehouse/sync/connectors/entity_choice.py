"""What a source file's `pull.entities` chooses: a list of names, or an object whose empty values are names too.

An object's other values describe further entities in the words of the generic REST engine.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from warehouse.sync.kit.errors import Misconfigured
from warehouse.sync.kit.records import Entity
from warehouse.sync.sources import Source


def chosen(source: Source, native: Sequence[Entity]) -> tuple[Sequence[Entity], Mapping[str, Mapping[str, object]]]:
    """The native entities that are wanted, all where nothing is said, and the described ones.

    Raises Misconfigured for a name that is neither.
    """
    given = source.pull.get("entities")
    if given is None:
        return native, {}
    named = given if isinstance(given, dict) else {str(name): {} for name in cast("list[object]", given)}
    known = {entity.name for entity in native}
    described = {name: value for name, value in named.items() if name not in known}
    bare = [name for name, value in described.items() if not isinstance(value, dict) or not value]
    if bare:
        raise Misconfigured(
            f"{source.name}: pull.entities: {bare[0]} is none of {', '.join(sorted(known))}, and nothing describes it"
        )
    wanted = [entity for entity in native if entity.name in named]
    return wanted or (native if described else ()), cast("dict[str, dict[str, object]]", described)
