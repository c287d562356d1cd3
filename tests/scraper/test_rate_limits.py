"""How long a server asks us to stay away."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scraper.rate_limits import LONGEST_WAIT, seconds_to_wait

NOW = datetime(2026, 8, 21, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value", "seconds"),
    [
        ("retry-after", "120", 120),
        ("retry-after", " 0 ", 0),
        ("retry-after", "Fri, 21 Aug 2026 12:05:00 GMT", 300),
        ("retry-after", "Fri, 21 Aug 2026 11:00:00 GMT", 0),
        ("retry-after", "Fri, 21 Aug 2026 14:05:00 +0200", 300),
        ("retry-after", "Fri, 21 Aug 2026 12:05:00 -0000", 300),
        ("retry-after", "9" * 400, LONGEST_WAIT),
        ("retry-after", "Fri, 31 Dec 9999 23:59:59 -0100", LONGEST_WAIT),
        ("retry-after", "Fri, 21 Aug 99999999999 12:00:00 GMT", None),
        ("retry-after", "Fri, 21 Aug 2026 12:00:00 +999999999999999", None),
        ("retry-after", "soon", None),
        ("retry-after", "-5", None),
        ("retry-after", "Fri, 99 Aug 2026", None),
        ("retry-after", "", None),
        ("ratelimit", '"api";r=0;t=55', 55),
        ("ratelimit", '"api"; r=0; t=55', 55),
        ("ratelimit", '"api";t=55;r=0', 55),
        ("ratelimit", "api;r=0;t=55", 55),
        ("ratelimit", '"api";r=0;t=55;pk=:c2VjcmV0:', 55),
        ("ratelimit", '"a,b;r=9;t=99";r=0;t=7', 7),
        ("ratelimit", '"api";r=0;t=7;note=";t=99"', 7),
        ("ratelimit", '"pages";r=80;t=290, "api";r=0;t=55', 55),
        ("ratelimit", '"pages";r=0;t=20, "api";r=0;t=55', 55),
        ("ratelimit", '"api";r=3;t=55', 55),
        ("ratelimit", '"api";r=0', None),
        ("ratelimit", "100", None),
        ("ratelimit", '"api', None),
        ("ratelimit", f'"api";r=0;t={"9" * 5000}', None),
    ],
)
def test_a_refusal_says_when_to_come_back(name: str, value: str, seconds: float | None) -> None:
    """`Retry-After` in both forms and `RateLimit` as Hugging Face sends it; what is neither says nothing."""
    assert seconds_to_wait({name: value}, NOW, refused=True) == seconds


def test_the_longer_of_two_waits_counts() -> None:
    """Whoever comes too early is refused again."""
    headers = {"retry-after": "10", "ratelimit": '"api";r=0;t=40'}
    assert seconds_to_wait(headers, NOW, refused=True) == 40


@pytest.mark.parametrize(("value", "seconds"), [('"api";r=0;t=55', 55), ('"api";r=1;t=55', None)])
def test_the_last_permitted_answer_says_so(value: str, seconds: float | None) -> None:
    """A good answer asks for a pause only when its quota is used up."""
    headers = {"ratelimit": value, "retry-after": "9999"}
    assert seconds_to_wait(headers, NOW, refused=False) == seconds
