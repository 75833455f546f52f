"""XML from outside, read without entities, document types or anything fetched.

Errors:

  UnsafeXml   the text is no XML, or declares a document type
"""

from lxml import etree

LARGEST_BYTES = 64 << 20


class UnsafeXml(ValueError):
    """The text is no XML that we read; the message holds none of it."""


def parsed(content: bytes) -> etree._Element:
    """The root element. Raises UnsafeXml; a document type is refused whatever it says."""
    if len(content) > LARGEST_BYTES:
        raise UnsafeXml("the document is too large")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UnsafeXml("the document cannot be read as XML") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsafeXml("the document declares a document type; such documents are not read")
    return root


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace; empty for what is no element, as a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute by its local name: vendors declare `sap:` under more than one namespace."""
    for key, value in element.attrib.items():
        if etree.QName(str(key)).localname == name:
            return str(value)
    return None
