"""A repository's addresses: as git writes it, as people open it, and where GitHub Pages publishes its site."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# https://github.com/owner/name, git@github.com:owner/name.git, ssh://git@github.com/owner/name
_AT_GITHUB = re.compile(
    r"(?:https?://(?:[^@/]+@)?|ssh://(?:[^@/]+@)?|git://|(?:[^@/]+@))(?:www\.)?github\.com(?::\d+/|[/:])"
    r"(?P<owner>[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)/(?P<name>[A-Za-z0-9._-]+?)(?:\.git)?/?",
    re.IGNORECASE,
)


def github_name(address: str) -> str | None:
    """owner/name of a repository at GitHub, however its address is written; None for any other."""
    match = _AT_GITHUB.fullmatch(address.strip())
    return f"{match['owner']}/{match['name']}" if match and match["name"] not in (".", "..") else None


def web_address(remote: str) -> str | None:
    """The address at which people open the repository that git fetches from there; None where that is not known."""
    name = github_name(remote)
    return f"https://github.com/{name}" if name else None


def pages_address(repository: str) -> str | None:
    """Where GitHub Pages publishes a repository's site, unless it has a domain of its own; None outside GitHub.

    Rule: https://docs.github.com/en/pages/getting-started-with-github-pages/what-is-github-pages#types-of-github-pages-sites
    """
    name = github_name(repository)
    if name is None:
        return None
    owner, repository_name = name.split("/")
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if repository_name.lower() == host else f"https://{host}/{repository_name}/"


def is_at_pages(url: str) -> bool:
    """Whether an address is one of GitHub Pages' own, and not of somebody's domain."""
    return (urlsplit(url).hostname or "").endswith(".github.io")


def same_repository(one: str, other: str) -> bool:
    """Whether two addresses are of one repository."""

    def plain(address: str) -> str:
        return (github_name(address) or address.rstrip("/").removesuffix(".git")).lower()

    return plain(one) == plain(other)
