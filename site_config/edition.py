"""The edition: what one build publishes. The catalog, the settings, and what is derived from the two, each made once.

Everything that stands on a page, in a feed or in an export is a function of an edition. An edition is never changed,
and the same content and settings give an equal one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from scraper.settings import Settings
from site_config import groups
from site_config.catalog import Catalog
from site_config.groups import Group


@dataclass(frozen=True)
class Edition:
    """One build's content. What costs something is made when it is first asked for, and kept."""

    catalog: Catalog
    settings: Settings

    @cached_property
    def topics(self) -> tuple[Group, ...]:
        """The topics of site.yml, in its order."""
        return groups.topics(self.catalog, self.settings)

    @cached_property
    def organizations(self) -> tuple[Group, ...]:
        """The organisations, the one with most papers first."""
        return groups.organizations(self.catalog)

    @cached_property
    def authors(self) -> tuple[Group, ...]:
        """The authors who have a page, the one with most papers first."""
        return groups.authors(self.catalog, self.settings)

    @cached_property
    def topics_of(self) -> Mapping[str, tuple[Group, ...]]:
        """The topics that each paper belongs to, by its identifier."""
        return groups.by_paper(self.topics)

    @cached_property
    def related(self) -> Mapping[str, tuple[str, ...]]:
        """The papers that are most like each paper, the likest first, by its identifier."""
        return {}
