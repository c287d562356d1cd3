"""Long lists in pages."""

from __future__ import annotations

import pytest

from site_config.pages.paging import growing_pages_of, pages_of


@pytest.mark.parametrize("total", [0, 1, 100, 120, 121, 250, 3000])
def test_every_entry_stands_on_one_page_in_its_order(total: int) -> None:
    """No page is empty but that of an empty list, and none has more than a fifth too many."""
    pages = list(pages_of(range(total), "topics/agents/"))
    assert [entry for page in pages for entry in page.items] == list(range(total))
    assert all(20 < len(page.items) <= 120 for page in pages) or total <= 20
    assert [page.first for page in pages] == [1 + 100 * number for number in range(len(pages))]
    assert {page.count for page in pages} == {len(pages)}


@pytest.mark.parametrize("total", [0, 1, 100, 149, 150, 249, 250, 3000])
def test_every_entry_of_a_growing_list_stands_on_one_page_in_its_order(total: int) -> None:
    """The first page has half as many entries to half as many again, and the others all the same number."""
    first, *others = growing_pages_of(range(total), "topics/agents/")
    assert [entry for page in (first, *others) for entry in page.items] == list(range(total))
    assert 50 <= len(first.items) < 150 or total < 50
    assert {len(page.items) for page in others} <= {100}
    assert [first.first, *(page.first for page in others)] == [1, *(page.items[0] + 1 for page in others)]


def test_what_comes_to_a_growing_list_changes_its_first_page_alone() -> None:
    """Until there is one page more, which a hundred entries make."""
    before = list(growing_pages_of(range(1, 250), "topics/agents/"))
    after = list(growing_pages_of(range(250), "topics/agents/"))
    assert [len(page.items) for page in before] == [149, 100]
    assert [len(page.items) for page in after] == [50, 100, 100]
    grown = list(growing_pages_of(range(-40, 250), "topics/agents/"))
    assert [list(page.items) for page in grown[1:]] == [list(page.items) for page in after[1:]]


def test_the_first_page_has_the_lists_own_address() -> None:
    """Links to a list stay what they were when it grows."""
    first, second, third = pages_of(range(300), "topics/agents/")
    assert [page.path for page in (first, second, third)] == ["topics/agents/", "topics/agents/2/", "topics/agents/3/"]
    assert (first.previous, first.next) == (None, "topics/agents/2/")
    assert (second.previous, second.next) == ("topics/agents/", "topics/agents/3/")
    assert (third.previous, third.next) == ("topics/agents/2/", None)
    assert (first.suffix, third.suffix) == ("", ", page 3 of 3")
    assert first.head("../../") == '<link rel="next" href="../../topics/agents/2/">'


@pytest.mark.parametrize(
    ("number", "named"),
    [
        (1, [1, 2, None, 30]),
        (3, [1, 2, 3, 4, None, 30]),
        (4, [1, 2, 3, 4, 5, None, 30]),
        (15, [1, None, 14, 15, 16, None, 30]),
        (30, [1, None, 29, 30]),
    ],
)
def test_some_pages_are_named_and_the_rest_is_a_gap(number: int, named: list[int | None]) -> None:
    """The first, the last and the near ones; a gap stands for two pages at least."""
    page = list(pages_of(range(3000), "x/"))[number - 1]
    assert [shown and shown[0] for shown in page.numbers] == named
