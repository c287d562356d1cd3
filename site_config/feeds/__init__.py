"""Feeds: what is new, for programs that look for it (Atom and JSON Feed).

    feed.atom             the site: a paper an entry
    days.atom             a day an entry
    weeks.atom            a week that is over an entry
    topics/agents/feed.atom, lists/…, organizations/…, trending/…
    feed/2026-08-1.atom   an archive of the first
    opml.xml              all of them

Each is there as JSON Feed, too, beside it. Which kind of page has which is in `site_config.formats`, and so are the
links to them.
"""

from site_config.feeds.published import OPML, Feed, feeds, outputs

__all__ = ["OPML", "Feed", "feeds", "outputs"]
