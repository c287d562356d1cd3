"""How long a server asks us to stay away, from the headers of its answer.

Rules: RFC 9110 section 10.2.3 (`Retry-After`), draft-ietf-httpapi-ratelimit-headers-09 (`RateLimit`, which
Hugging Face sends: https://huggingface.co/docs/hub/rate-limits).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 366 * 24 * 3600.0
"""Seconds. Whoever asks for more means "never", and dates must not overflow."""

# RFC 8941: commas separate the members of a list, semicolons their parameters, and a quoted string may hold both.
_MEMBER = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^",])+')
_PARAMETER = re.compile(r";\s*(?P<name>[a-z*][a-z0-9_.*-]*)=(?P<value>\d{1,15})(?![\d.])")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def seconds_to_wait(headers: Mapping[str, str], now: datetime, *, refused: bool) -> float | None:
    """Seconds from `now` until the next request is welcome, or None where the headers do not say.

    `headers` has lower-case names; `refused` tells that the answer was a refusal and not a last permitted one.
    """
    waits = [_rate_limit(headers.get("ratelimit", ""), refused=refused)]
    if refused:
        waits.append(_retry_after(headers.get("retry-after", ""), now))
    known = [wait for wait in waits if wait is not None]
    return min(max(known), LONGEST_WAIT) if known else None


def _retry_after(value: str, now: datetime) -> float | None:
    """Either a number of seconds or a date."""
    value = value.strip()
    if re.fullmatch(r"[0-9]+", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, OverflowError):
        return None


def _rate_limit(value: str, *, refused: bool) -> float | None:
    """`"api";r=0;t=55`: nothing remains of the quota "api", which is whole again in 55 seconds.

    A refusal that names no exhausted quota is answered with the longest of the times it names.
    """
    exhausted, named = [], []
    for member in _MEMBER.findall(value):
        parameters = {match["name"]: int(match["value"]) for match in _PARAMETER.finditer(_QUOTED.sub("", member))}
        if "t" in parameters:
            named.append(float(parameters["t"]))
            if parameters.get("r") == 0:
                exhausted.append(float(parameters["t"]))
    candidates = exhausted or (named if refused else [])
    return max(candidates) if candidates else None
