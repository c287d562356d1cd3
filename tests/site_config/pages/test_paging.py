"""Long lists in pages."""

from __future__ import annotations

import pytest

from site_config.pages.paging import pages_of


@pytest.mark.parametrize("total", [0, 1, 100, 120, 121, 250, 3000])
def test_every_entry_stands_on_one_page_in_its_order(total: int) -> None:
    """No page is empty but that of an empty list, and none has more than a fifth too many."""
    pages = list(pages_of(range(total), "topics/agents/"))
    assert [entry for page in pages for entry in page.items] == list(range(total))
    assert all(20 < len(page.items) <= 120 for page in pages) or total <= 20
    assert [page.first for page in pages] == [1 + 100 * number for number in range(len(pages))]
    assert {page.count for page in pages} == {len(pages)}


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
