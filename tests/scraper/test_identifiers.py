"""Every way in which a paper is named, and what names none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import identifiers
from scraper.errors import IdentifierError
from scraper.identifiers import Kind, Reference


@pytest.mark.parametrize(
    ("text", "identifier", "version"),
    [
        ("2511.08567", "2511.08567", None),
        ("2511.08567v12", "2511.08567", 12),
        ("0704.0010", "0704.0010", None),
        ("1412.9999v1", "1412.9999", 1),
        ("1501.00001", "1501.00001", None),
        ("cs/0112017", "cs/0112017", None),
        ("hep-th/9108002v2", "hep-th/9108002", 2),
        ("math.GT/0309136", "math/0309136", None),
        ("arXiv:2511.08567v2", "2511.08567", 2),
        ("arxiv: cs/0112017", "cs/0112017", None),
        (" 2511.08567 ", "2511.08567", None),
        ("https://arxiv.org/abs/2511.08567v2", "2511.08567", 2),
        ("http://www.arxiv.org/abs/math.GT/0309136v1#comments", "math/0309136", 1),
        ("https://export.arxiv.org/pdf/2511.08567.pdf", "2511.08567", None),
        ("arxiv.org/pdf/2511.08567v3?download=1", "2511.08567", 3),
        ("https://arxiv.org/html/2511.08567v1/", "2511.08567", 1),
        ("https://huggingface.co/papers/2511.08567", "2511.08567", None),
        ("https://www.alphaxiv.org/abs/2511.08567v1", "2511.08567", 1),
        ("https://alphaxiv.org/overview/2511.08567", "2511.08567", None),
        ("arXiv:2511.08567v2 [cs.LG]", "2511.08567", 2),
        ("arXiv:2511.08567v2 [cs.LG] 12 Nov 2025", "2511.08567", 2),
        ("10.48550/arXiv.2511.08567", "2511.08567", None),
        ("https://doi.org/10.48550/arxiv.2511.08567", "2511.08567", None),
        ("doi:10.1016/0370-2693(92)90710-L", "10.1016/0370-2693(92)90710-l", None),
        ("https://dx.doi.org/10.1000/A%2FB", "10.1000/a/b", None),
        ("cycle-consistency", "cycle-consistency", None),
    ],
)
def test_a_paper_is_recognised_however_it_is_named(text: str, identifier: str, version: int | None) -> None:
    """Identifiers, citations and addresses give the one canonical identifier, the version apart."""
    assert identifiers.parse_reference(text) == Reference(identifier, version)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "2501", "2501.1001", "1412.00001", "2513.00001", "2500.00001", "0703.0001", "2511.00000"),
        *("2511.08567v0", "2511.08567x", "nope/0112017", "cs/0113017", "10.1/x", "10.1016/", "a--b", "-a", "A b"),
        *("9901.12345", "cs/2501001", "cs/9012001", "10.1000/" + "語" * 60, "10.1000/" + "(" * 90),
        *("arXiv:attention", "https://arxiv.org/abs/foo", "https://doi.org/some-slug"),
        *("https://huggingface.co/papers/trending",),
        *(
            "../../etc/passwd",
            "con",
            "lpt1",
            "doi",
            "https://example.org/abs/2511.08567",
            "https://arxiv.org/list/cs.LG",
        ),
        *("https://[", "javascript:alert(1)", "2511.08567\n2511.08568", "x" * 81, "10.1000/" + "x" * 300, "٢٥١١.٠٨٥٦٧"),
    ],
)
def test_what_names_no_paper_is_refused(text: str) -> None:
    """A float's remains, an impossible month, a reserved file name, a path, a foreign address: none is a paper."""
    with pytest.raises(IdentifierError):
        identifiers.parse_reference(text)


@pytest.mark.parametrize(
    ("identifier", "kind", "file", "page", "upstream"),
    [
        ("2511.08567", Kind.ARXIV, "2511/2511.08567.md", "papers/2511.08567/", "https://arxiv.org/abs/2511.08567"),
        ("cs/0112017", Kind.ARXIV, "cs/0112017.md", "papers/cs/0112017/", "https://arxiv.org/abs/cs/0112017"),
        (
            "10.1016/s0(92)/a",
            Kind.DOI,
            "doi/10.1016/s0~2892~29~2fa.md",
            "papers/doi/10.1016/s0~2892~29~2fa/",
            "https://doi.org/10.1016/s0(92)/a",
        ),
        ("10.1000/..", Kind.DOI, "doi/10.1000/~2e~2e.md", "papers/doi/10.1000/~2e~2e/", "https://doi.org/10.1000/.."),
        ("10.1000/con", Kind.DOI, "doi/10.1000/~63on.md", "papers/doi/10.1000/~63on/", "https://doi.org/10.1000/con"),
        (
            "10.1000/lpt1.x",
            Kind.DOI,
            "doi/10.1000/~6cpt1.x.md",
            "papers/doi/10.1000/~6cpt1.x/",
            "https://doi.org/10.1000/lpt1.x",
        ),
        ("10.1000/cons", Kind.DOI, "doi/10.1000/cons.md", "papers/doi/10.1000/cons/", "https://doi.org/10.1000/cons"),
        ("a-slug", Kind.SLUG, "slug/a-slug.md", "papers/a-slug/", None),
    ],
)
def test_each_kind_has_its_place(identifier: str, kind: Kind, file: str, page: str, upstream: str | None) -> None:
    """Where a paper's file, its page and the paper itself are."""
    assert identifiers.kind(identifier) is kind
    assert identifiers.file_path(identifier) == file
    assert identifiers.page_path(identifier) == page
    assert identifiers.upstream_url(identifier) == upstream


@given(st.from_regex(r"10\.[0-9]{4,9}/[^\s\x00-\x1f\x7f]{1,60}", fullmatch=True))
def test_no_two_dois_share_a_file_and_none_leaves_its_folder(doi: str) -> None:
    """The file's name holds nothing that a file system or an address reads otherwise, and tells the DOI again."""
    try:
        identifier = identifiers.parse_reference(doi).identifier
    except IdentifierError:
        return
    if identifiers.kind(identifier) is not Kind.DOI:
        return
    folder, prefix, name = identifiers.file_path(identifier).split("/")
    assert folder == "doi"
    assert not name.startswith(".")
    assert not set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789._-~")
    escaped = name.removesuffix(".md").encode().split(b"~")
    decoded = escaped[0] + b"".join(bytes([int(part[:2], 16)]) + part[2:] for part in escaped[1:])
    assert f"{prefix}/{decoded.decode()}" == identifier


def test_identifiers_are_ordered_by_time() -> None:
    """1991 comes before 2007, and the four-digit years of the century are not confused."""
    newest_first = ["2511.08567", "2511.00001", "1501.00001", "0704.0010", "cs/0112017", "hep-th/9108002"]
    assert sorted(newest_first, key=identifiers.sort_key, reverse=True) == newest_first


@given(st.text(min_size=1, max_size=300))
def test_every_title_has_a_slug(title: str) -> None:
    """Whatever a title is made of, its slug is an identifier, and the same one every time."""
    if not any(character.isalnum() for character in title):
        return
    slug = identifiers.slugify(title)
    assert identifiers.canonical(slug) == slug
    assert identifiers.kind(slug) is Kind.SLUG
    assert identifiers.slugify(title) == slug


def test_titles_give_speaking_slugs() -> None:
    """Words stay readable, accents fold, a long title ends at a word, and another script keeps its difference."""
    assert (
        identifiers.slugify("Cycle Consistency Driven Object Discovery") == "cycle-consistency-driven-object-discovery"
    )
    assert identifiers.slugify("Schrödinger's “cat”") == "schrodinger-s-cat"
    assert len(identifiers.slugify("word " * 100)) <= identifiers.MAX_SLUG_LENGTH
    assert identifiers.slugify("深度学习") != identifiers.slugify("强化学习")
    assert identifiers.slugify("CON") == "paper-con"


@given(
    st.from_regex(r"[0-9]{4}\.[0-9]{4,6}(v1)?", fullmatch=True)
    | st.from_regex(r"(1[45]|9[01])[01][0-9]\.0000[0-9]", fullmatch=True)
)
def test_what_is_known_at_once_is_what_is_recognised(text: str) -> None:
    """Nearly every identifier is told by its shape alone; it is the one that the table of schemes gives."""
    try:
        is_canonical = identifiers.canonical(text) == text
    except IdentifierError:
        is_canonical = False
    if is_canonical:
        assert identifiers.kind(text) is Kind.ARXIV
    else:
        with pytest.raises(IdentifierError):
            identifiers.kind(text)
