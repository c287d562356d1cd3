"""In which other formats each kind of page is there: feeds, citations, Markdown, JSON.

A format stands beside its page, under a name that is the same for all pages of a kind, so that the links to it are part
of the kind's chrome and cost a page nothing. Whoever adds a format here writes its file for every page of the kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from site_config.pages.site import Kind


@dataclass(frozen=True, slots=True)
class Format:
    """One format: what readers call it, its file relative to the page, and its media type."""

    label: str
    file: str
    media_type: str


FORMATS: Mapping[Kind, tuple[Format, ...]] = {}
