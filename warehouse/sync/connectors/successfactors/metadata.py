"""What `$metadata` says of this tenant and this API user: sets, keys, types, and what may be read, filtered, upserted.

The `sap:` attributes follow the user's permissions and the tenant's templates. A set that the tenant has no licence for
answers 404, one that the user may not see 403; both are unavailable and no failure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from warehouse.sync.connectors.successfactors.xml import UnsafeXml, attribute, local_name, parsed
from warehouse.sync.kit.client import Client
from warehouse.sync.kit.errors import Forbidden, Malformed, NotFound

PATH = "odata/v2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One property; `type` is the Edm type without its prefix."""

    type: str
    is_filterable: bool = True
    is_upsertable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityType:
    """One entity set as this user sees it."""

    name: str
    keys: tuple[str, ...]
    properties: Mapping[str, Property] = field(repr=False)
    navigations: frozenset[str] = field(default=frozenset(), repr=False)
    is_upsertable: bool = False

    def can_filter(self, name: str) -> bool:
        """Whether a filter may name the property."""
        found = self.properties.get(name)
        return found is not None and found.is_filterable

    def can_upsert(self, name: str) -> bool:
        """Whether an upsert may carry the property."""
        found = self.properties.get(name)
        return self.is_upsertable and found is not None and found.is_upsertable


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The sets that can be used, and why the others cannot."""

    types: Mapping[str, EntityType]
    unavailable: Mapping[str, str] = field(default_factory=dict)


def metadata(client: Client, names: Sequence[str]) -> Metadata:
    """The metadata of these sets, in one request where all are there, else in one for each. Raises ConnectorError."""
    try:
        return Metadata(types=_asked(client, ",".join(names)))
    except (NotFound, Forbidden):
        if len(names) == 1:
            raise
    types: dict[str, EntityType] = {}
    unavailable: dict[str, str] = {}
    for name in names:
        try:
            types |= _asked(client, name)
        except NotFound:
            unavailable[name] = "not_licensed"
        except Forbidden:
            unavailable[name] = "forbidden"
    return Metadata(types=types, unavailable=unavailable)


def _asked(client: Client, names: str) -> dict[str, EntityType]:
    answer = client.get(f"{PATH}/{names}/$metadata", headers={"Accept": "application/xml"})
    try:
        return entity_types(answer.body)
    except UnsafeXml as error:
        raise Malformed(f"{answer.what}: {error}", status=answer.status, trace_id=answer.trace_id) from None


def entity_types(document: bytes) -> dict[str, EntityType]:
    """The entity sets of an edmx document by name. Raises UnsafeXml."""
    root = parsed(document)
    kinds = {attribute(one, "Name"): one for one in _all(root, "EntityType")}
    found = {}
    for one in _all(root, "EntitySet"):
        name = attribute(one, "Name") or ""
        kind = kinds.get((attribute(one, "EntityType") or "").rpartition(".")[2])
        if kind is not None:
            found[name] = _entity_type(name, kind, is_upsertable=_is(one, "upsertable", default=False))
    return found


def _entity_type(name: str, kind: etree._Element, *, is_upsertable: bool) -> EntityType:
    return EntityType(
        name=name,
        keys=tuple(attribute(one, "Name") or "" for one in _all(kind, "PropertyRef")),
        properties={attribute(one, "Name") or "": _property(one) for one in _all(kind, "Property")},
        navigations=frozenset(attribute(one, "Name") or "" for one in _all(kind, "NavigationProperty")),
        is_upsertable=is_upsertable,
    )


def _property(one: etree._Element) -> Property:
    return Property(
        type=(attribute(one, "Type") or "").removeprefix("Edm."),
        is_filterable=_is(one, "filterable", default=True),
        is_upsertable=_is(one, "upsertable", default=False),
    )


def _all(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return (one for one in root.iter() if local_name(one) == name)


def _is(one: etree._Element, name: str, *, default: bool) -> bool:
    text = attribute(one, name)
    return default if text is None else text == "true"
