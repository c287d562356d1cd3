"""Feeds: what is new, for programs that look for it (Atom and JSON Feed).

    feed.xml              the site: a paper an entry
    days.xml              a day an entry
    weeks.xml             a week that is over an entry
    topics/agents/feed.xml, lists/…, organizations/…, trending/…
    feed/2026-08-1.xml    an archive of the first; feed/2026-H1.xml, feed/2026.xml where less comes
    opml.xml              all of them

Each but the archives is there as JSON Feed, too, beside it. Which kind of page has which is in `site_config.formats`,
and so are the links to them.
"""

from site_config.feeds.published import OPML, Feed, feeds, outputs

__all__ = ["OPML", "Feed", "feeds", "outputs"]
