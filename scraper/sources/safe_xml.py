"""XML from strangers: read without a document type, and so without entities."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from scraper.records import clean_line


class _NoDoctype(ET.TreeBuilder):
    """Refuses a document type: entities are declared there, and ten lines of them fill all memory."""

    def doctype(self, *_: object) -> None:
        raise ValueError("an XML document with a document type, which no answer of arXiv's has")


def parse_xml(body: bytes, root_tag: str, expected: str) -> ET.Element:
    """The document's root. Raises ValueError for what is no XML, or the XML of something else."""
    parser = ET.XMLParser(target=_NoDoctype())  # noqa: S314 - the document type is refused, and entities with it
    try:
        parser.feed(body)
        root = parser.close()
    except (ET.ParseError, LookupError) as error:  # LookupError: in an encoding that nobody knows
        raise ValueError(f"{len(body)} bytes that are not XML ({error})") from error
    if root.tag != root_tag:
        raise ValueError(f"an XML document <{clean_line(root.tag)[:60]}> where {expected} was expected")
    return root
