"""Where a service is asked: its own address, or the one that the environment names instead."""

from __future__ import annotations

from collections.abc import Mapping

from scraper.errors import FetchError
from scraper.records import clean_url


def endpoint(environment: Mapping[str, str], name: str, default: str) -> str:
    """The address in the variable `name`, without a slash at its end. Raises FetchError for one that is no address."""
    address = environment.get(name, "").strip().rstrip("/") or default
    if clean_url(address) != address:
        raise FetchError(f"{name} is {address[:200]!r}, which is not an http or https address")
    return address


def secret(environment: Mapping[str, str], name: str) -> str:
    """The key or token in the variable `name`, or nothing. Raises FetchError for one that cannot be sent."""
    token = environment.get(name, "").strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise FetchError(f"{name} holds characters that no token has; copy it again from the settings of the account")
    return token
