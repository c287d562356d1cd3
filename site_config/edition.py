"""The edition: what one build publishes. The catalog, the settings, and what is derived from the two, each made once.

Everything that stands on a page, in a feed or in an export is a function of an edition. An edition is never changed,
and the same content and settings give an equal one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from scraper.settings import Settings
from site_config import groups, memberships, periods, trending
from site_config.catalog import Catalog
from site_config.groups import Group
from site_config.periods import Period
from site_config.stamps import PaperStamps, stamp
from site_config.trending import Trending


@dataclass(frozen=True)
class Edition:
    """One build's content. What costs something is made when it is first asked for, and kept."""

    catalog: Catalog
    settings: Settings
    cache: Path | None = field(default=None, compare=False)
    """A folder for what the next build need not do again."""
    executor: Executor | None = field(default=None, compare=False)
    """Workers. They and the cache change how long it takes, and nothing that is published."""
    found_before: Mapping[str, tuple[str, ...]] | None = field(default=None, compare=False)
    """Related papers that are good enough where somebody waits for the page that they are writing."""

    def begin(self) -> None:
        """Let workers begin on what takes them a while and is needed in any case, while this process goes on."""
        _ = self._topics_found

    @cached_property
    def _topics_found(self) -> Callable[[], list[tuple[int, ...]]]:
        papers, topics = self.catalog.papers, self.settings.topics
        return memberships.begun(papers, topics, self.cache, self.executor, self.catalog.digests)

    @cached_property
    def topics(self) -> tuple[Group, ...]:
        """The topics of site.yml, in its order."""
        return groups.topics(self.catalog, self.settings, self._topics_found())

    @cached_property
    def organizations(self) -> tuple[Group, ...]:
        """The organisations that have pages, the one with most papers first."""
        return groups.organizations(self.catalog, self.settings)

    @cached_property
    def authors(self) -> tuple[Group, ...]:
        """The authors who have a page, the one with most papers first."""
        return groups.authors(self.catalog, self.settings)

    @cached_property
    def keywords(self) -> tuple[Group, ...]:
        """The keywords that have pages, the one with most papers first."""
        return groups.keywords(self.catalog, self.settings)

    @cached_property
    def topics_of(self) -> Mapping[str, tuple[Group, ...]]:
        """The topics that each paper belongs to, by its identifier."""
        return groups.by_paper(self.topics)

    @cached_property
    def organization_of(self) -> Mapping[str, Group]:
        """The organisation of each paper that names one, by the paper's identifier."""
        return {identifier: group for group in reversed(self.organizations) for identifier in group.papers}

    @cached_property
    def authors_of(self) -> Mapping[str, tuple[Group, ...]]:
        """The authors of each paper who have pages, by the paper's identifier."""
        return groups.by_paper(self.authors)

    @cached_property
    def keywords_of(self) -> Mapping[str, tuple[Group, ...]]:
        """The keywords of each paper that have pages, by the paper's identifier."""
        return groups.by_paper(self.keywords)

    @cached_property
    def shown_author(self) -> Mapping[str, str]:
        """The folded name under which an author is filed, by each other one that site.yml names."""
        return groups.shown_names(self.settings.same_authors)

    @cached_property
    def stamps(self) -> PaperStamps:
        """What tells the papers of this edition from those of another one."""
        return PaperStamps(self.catalog, (*self.topics, *self.organizations, *self.authors, *self.keywords))

    @cached_property
    def settings_stamp(self) -> bytes:
        """The same for its settings."""
        return stamp(self.settings)

    @cached_property
    def compact_cards(self) -> dict[tuple[str, str], Any]:
        """The compact cards that were made, by paper and way to the root: many pages show each. See pages.cards."""
        return {}

    @cached_property
    def related_papers(self) -> dict[str, Any]:
        """The papers as others name them for related, by identifier. See pages.papers."""
        return {}

    @cached_property
    def related(self) -> Mapping[str, tuple[str, ...]]:
        """The papers that are most like each paper, the likest first, by its identifier."""
        if self.found_before is not None:
            papers, before = self.catalog.papers, self.found_before
            return {one: tuple(other for other in before.get(one, ()) if other in papers) for one in papers}
        # SciPy takes a fifth of a second to be imported, for which a command that builds nothing should not wait.
        from site_config.related import related  # noqa: PLC0415

        return related(self.catalog, self.cache / "related" if self.cache else None, self.executor)

    @cached_property
    def weeks(self) -> tuple[Period, ...]:
        """Every week that has a day, oldest first."""
        return periods.weeks(self.catalog)

    @cached_property
    def months(self) -> tuple[Period, ...]:
        """Every month that has a day, oldest first."""
        return periods.months(self.catalog)

    @cached_property
    def trending(self) -> tuple[Trending, ...]:
        """The rankings of the last 7 and 30 days."""
        return trending.trending(self.catalog)
