"""How a reader follows the site: the page of all ways, and the small box on the home page.

Both say what is configured and nothing else: feeds are always there; mail is when site.yml names a provider's form;
releases are when the repository is on GitHub.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from urllib.parse import parse_qsl, urlsplit

from site_config.chrome import Content
from site_config.edition import Edition
from site_config.feeds import OPML, Feed, feeds
from site_config.pages.site import Deferred, Kind, Page, deferred, root_from

PATH = "subscribe/"
_ON_THEIR_PAGES = frozenset({"Lists", "Organisations"})
"""Sections of feeds that may be hundreds: each is linked from its own page, and all are in the OPML file."""


def pages(edition: Edition) -> Iterator[Page]:
    """The one page."""
    name = edition.settings.name
    root = root_from(PATH)
    yield Page(
        PATH,
        Kind.SUBSCRIBE,
        Content(
            title=f"Subscribe - {name}",
            description=f"Ways to follow {name}: by {_ways(edition)}.",
            canonical=edition.settings.url + PATH,
            body=deferred(
                "subscribe.html",
                site=name,
                ways=_ways(edition),
                mail=_mail(edition),
                repository=_github(edition),
                sections=_sections(edition, root),
                opml=root + OPML,
                root=root,
            ),
        ),
    )


def box(edition: Edition, root: str) -> Deferred:
    """The box on a page from which `root` leads to the site's root."""
    return deferred(
        "subscribe-box.html",
        mail=_mail(edition),
        repository=_github(edition),
        page=root + PATH,
        feed=f"{root}feed.xml",
    )


def _ways(edition: Edition) -> str:
    """mail, releases and feeds"""
    others = [*(["mail"] if edition.settings.mail else []), *(["releases"] if _github(edition) else [])]
    return " and ".join(filter(None, [", ".join(others), "feeds"]))


def _mail(edition: Edition) -> dict[str, object] | None:
    """The provider's form. What stands behind the `?` of its address goes along as fields that nobody sees."""
    mail = edition.settings.mail
    if mail is None:
        return None
    parts = urlsplit(mail.form)
    return {
        "provider": mail.provider,
        "host": parts.hostname or "",
        "form": parts._replace(query="", fragment="").geturl(),
        "fields": parse_qsl(parts.query, keep_blank_values=True),
        "unsubscribe": bool(mail.unsubscribe),
    }


def _github(edition: Edition) -> str:
    """The repository's address, where it is on GitHub: elsewhere nobody can watch releases in this way."""
    repository = edition.settings.repository
    return repository if urlsplit(repository).hostname == "github.com" else ""


def _sections(edition: Edition, root: str) -> list[tuple[str, list[tuple[str, str, str, str, str]]]]:
    """Each section's feeds: (name, what it has, its page, as Atom, as JSON Feed)."""
    shown = (feed for feed in feeds(edition) if feed.section not in _ON_THEIR_PAGES)
    return [
        (section, [_line(edition, feed, root) for feed in of_section])
        for section, of_section in groupby(shown, lambda feed: feed.section)
    ]


def _line(edition: Edition, feed: Feed, root: str) -> tuple[str, str, str, str, str]:
    name = edition.settings.name
    title = feed.title.removeprefix(name).lstrip(",: ")
    title = title[:1].upper() + title[1:] if title else "Every paper"
    return title, feed.about, root + feed.page, root + feed.atom, root + feed.json
