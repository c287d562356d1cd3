"""The related papers for programs: the files that the search in the browser reads."""

from __future__ import annotations

import gzip
import json

import pytest

from scraper import identifiers
from site_config.catalog import Catalog
from site_config.edition import Edition
from site_config.pages import related
from tests.own_library import own_library


@pytest.fixture(scope="module")
def edition() -> Edition:
    """The project's own library."""
    library, settings = own_library()
    return Edition(Catalog.of(library, settings), settings)


def test_every_paper_stands_in_the_file_of_its_address(edition: Edition) -> None:
    """A file holds exactly the papers whose addresses lead there: title, then the related papers' addresses."""
    found = {}
    for output in related.outputs(edition):
        for address, (title, *others) in json.loads(gzip.decompress(output.encoded)).items():
            assert output.path == f"related/{related.file_number(address):02x}.json.gz"
            found[address] = (title, others)
    by_page = {f"papers/{address}/" for address in found}
    assert by_page == {identifiers.page_path(identifier) for identifier in edition.catalog.papers}
    for identifier, others in edition.related.items():
        assert found[related.address(identifier)][1] == [related.address(other) for other in others]


def test_a_paper_takes_less_than_150_bytes(edition: Edition) -> None:
    """On average, titles included."""
    size = sum(len(output.encoded) for output in related.outputs(edition))
    assert size < 150 * len(edition.catalog.papers)


@pytest.mark.parametrize(("address", "number"), [("", 0xC5), ("a", 0x2C), ("foobar", 0x68)])
def test_the_file_is_the_lowest_byte_of_fnv_1a(address: str, number: int) -> None:
    """The published test values of the 32-bit hash: 811c9dc5, e40c292c and bf9cf968."""
    assert related.file_number(address) == number


@pytest.mark.parametrize(
    ("identifier", "address"),
    [
        ("2511.08567", "2511.08567"),
        ("cs/0112017", "cs/0112017"),
        ("10.1016/s0(92)90710", "doi/10.1016/s0~2892~2990710"),
    ],
)
def test_an_address_is_a_part_of_the_pages_path(identifier: str, address: str) -> None:
    """It is plain ASCII without slashes around it."""
    assert related.address(identifier) == address
