"""arXiv as a source: what it announced on a day, in the site's categories or on the site's subjects.

The latest announcement comes from the feed, which says what is new, a cross-list or a new version. Past days come from
the query interface: a paper belongs to the day on which arXiv's calendar has what was submitted when it was. That is
an estimate (a moderator may have kept a paper back), so a day on which the library has such a paper already wins.
Without categories, the query interface finds the papers of every day, by the keywords and authors of the selection.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from scraper.errors import FetchError, PaperstandError, Problem
from scraper.http import Client
from scraper.records import DayEntry, EmptyReason, ListedPaper, Listing, Paper
from scraper.settings import Rules, Settings
from scraper.sources import arxiv_rss
from scraper.sources.arxiv import NAME, Arxiv, Feed, about, in_categories, open_arxiv, submitted_between
from scraper.sources.arxiv_calendar import Calendar
from scraper.sources.arxiv_rss import Announced, Announcement
from scraper.sources.endpoints import endpoint

WHY_CROSS = f"{NAME}: cross-list"
"""Why a paper is listed that came out in another category first."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class ArxivListing:
    """The source. It asks for the feed once."""

    arxiv: Arxiv
    feed_endpoint: str = arxiv_rss.DEFAULT_ENDPOINT
    categories: tuple[str, ...] = ()
    subjects: Rules = field(default_factory=Rules)
    calendar: Calendar = field(default_factory=Calendar)
    name: str = NAME
    _feed: Announcement | None = None
    _feed_was_asked: bool = False

    @property
    def moves(self) -> bool:
        """A feed is whole when it is there, while a query may be early: the index follows the announcement."""
        return not self.categories

    def listing(self, day: date) -> Listing:
        """What arXiv announced on this UTC day. Raises FetchError, and PaperstandError where nothing says for what."""
        _require_subject(self.categories, self.subjects)
        feed = self._latest()
        nothing = self.calendar.why_nothing(day)
        if feed and feed.day == day:
            return self._announced(feed, nothing)
        if nothing:
            return Listing(NAME, day, (), empty=nothing)
        if feed and feed.day < day:
            return Listing(NAME, day, (), empty=EmptyReason.NOT_YET_LISTED)
        found = self._submitted(day)
        return Listing(NAME, day, tuple(map(listed, found.papers)), found.problems)

    def _latest(self) -> Announcement | None:
        """The feed, or None where there is none to be had: then the query interface has to do."""
        if self.categories and not self._feed_was_asked:
            self._feed_was_asked = True
            try:
                self._feed = arxiv_rss.fetch(self.arxiv.client, self.feed_endpoint, self.categories)
            except FetchError as error:
                _log.info("%s; the day's papers are searched for instead", error)
        return self._feed

    def _announced(self, feed: Announcement, nothing: EmptyReason | None) -> Listing:
        papers = {
            paper.id: ListedPaper(paper, DayEntry(paper.id, why=NAME))
            if announced is Announced.NEW
            else ListedPaper(paper, DayEntry(paper.id, why=WHY_CROSS), announced_before=True)
            for announced, paper in feed.papers
            if announced in (Announced.NEW, Announced.CROSS)
        }
        updates = [paper for announced, paper in feed.papers if announced.startswith(Announced.REPLACE)]
        problems = list(feed.problems)
        if feed.is_cut:
            try:
                papers = {paper.id: listed(paper) for paper in self._submitted(feed.day).papers} | papers
            except FetchError as error:
                rest = f"the feed has {arxiv_rss.MAX_ITEMS} papers and no more, and the rest could not be had: {error}"
                problems.append(Problem(f"{NAME} {feed.day}", 0, rest))
        empty = None if papers else nothing or EmptyReason.NOTHING_LISTED
        return Listing(NAME, feed.day, tuple(papers.values()), tuple(problems), empty, tuple(updates))

    def _submitted(self, day: date) -> Feed:
        window = self.calendar.submissions(day)
        if window is None:
            return Feed((), 0)
        subject = in_categories(self.categories) if self.categories else _subjects(self.subjects)
        return self.arxiv.search(f"{subject} AND {submitted_between(*window)}")


def listed(paper: Paper) -> ListedPaper:
    """A paper as it is listed on a day that was only worked out."""
    return ListedPaper(paper, DayEntry(paper.id, why=NAME), announced_before=True)


def open_source(client: Client, environment: Mapping[str, str], site: Settings | None = None) -> ArxivListing:
    """The source as the environment (`ARXIV_ENDPOINT`, `ARXIV_RSS_ENDPOINT`) and site.yml want it.

    Raises FetchError for an endpoint that is none, and PaperstandError for a site.yml that names no subject.
    """
    categories = site.categories if site else ()
    subjects = site.selection.include if site else Rules()
    if site:
        _require_subject(categories, subjects)
    feed_endpoint = endpoint(environment, "ARXIV_RSS_ENDPOINT", arxiv_rss.DEFAULT_ENDPOINT)
    calendar = Calendar(site.announcements) if site else Calendar()
    return ArxivListing(open_arxiv(client, environment), feed_endpoint, categories, subjects, calendar)


def _require_subject(categories: tuple[str, ...], subjects: Rules) -> None:
    if not (categories or subjects.categories or subjects.keywords or subjects.authors):
        raise PaperstandError(
            "site_config/site.yml: the source arxiv needs `categories`, such as [cs.RO],"
            " or keywords or authors in selection.include"
        )


def _subjects(rules: Rules) -> str:
    parts = [in_categories(rules.categories)] if rules.categories else []
    parts += [about(rules.keywords, rules.authors)] if rules.keywords or rules.authors else []
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"
