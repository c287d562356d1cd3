"""Hugo on the same library: the same HTML pages, from the same files.

Hugo is given what took us work, read from our own pages: each page's papers in their order, each paper's related ones,
its topics, the pages of its authors, its formulas, and all that stands around a list of papers. Its templates put that
together again, so that it writes the same pages; `differences` tells where it did not.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from scraper import identifiers, settings
from scraper.records import Paper
from scraper.store import ContentStore
from site_config.pages.cards import AUTHORS_SHOWN, FEWER_AUTHORS_SHOWN, authors_line
from site_config.pages.site import short_date

_CONFIGURATION = """baseURL = "{base}"
title = "Papers"
disableKinds = ["taxonomy", "term", "RSS", "sitemap", "section", "home"]
"""
_WITH_CARDS = {"", "daily", "weekly", "monthly", "topics", "organizations", "authors", "keywords"}
"""Kinds of page whose lists Hugo makes of cards; the few others it is given as they are."""
_LAYOUTS = Path(__file__).parent / "layouts"
_BODY = "<body"
_CARD = re.compile(r'<li(?: data-id="[^"]*")?(?: data-key="[^"]*")?><h2><a href="?[./]*/papers/([^">]+?)/"?>')
_USUAL_FACTS = re.compile(
    r"<li>Submitted [^<]*<li><a [^>]*>arXiv</a><li><a [^>]*>PDF</a>"
    r"|<li>Featured <a [^>]*>[^<]*</a> · submitted [^<]*"
)
"""What cards say of nearly every paper; of others Hugo is given it."""
_LINKED = re.compile(r'<a href="?([^">]+)"?>(.*?)</a>')
MOST_DIFFERENT = 0.03
"""By which share of our bytes Hugo's pages may be larger or smaller: its BibTeX has names as they are written."""


def make(root: Path, site: Path, project: Path) -> int:
    """Make the Hugo project of a library and the site that was built of it. Gives the number of its pages.

    Raises ValueError where a page of ours is not understood: Hugo would have less to do.
    """
    store = ContentStore(root)
    papers = {identifiers.page_path(paper.id): paper for paper in store.load().papers.values()}
    layouts, data, base = dict[str, str](), dict[str, Mapping[str, Any]](), ""
    repository = settings.load(root).repository
    for path in sorted(site.rglob("index.html")):
        address = path.relative_to(site).parent.as_posix() + "/" if path.parent != site else ""
        page = path.read_text(encoding="utf-8")
        own_root = _root_of(page, address)
        if own_root is None:
            continue
        base = own_root
        prepared = _head(page)
        if address in papers:
            paper = papers[address]
            written = store.paper_path(paper.id).read_text(encoding="utf-8").split("---\n", 2)[1]
            prepared |= _paper(paper, page)
            body = prepared.pop("abstract", "")
            file = project / "content" / "papers" / f"{_name(paper.id)}.md"
            layout = _chrome(page, _layout("cite"), _layout("paper").replace("REPOSITORY", repository))
        else:
            prepared |= _list(address, page)
            written, body = f"title: {json.dumps(address)}\n", ""
            file = project / "content" / "pages" / f"{_name(address) or 'home'}.md"
            layout = _chrome(page, "", _layout("cards"))
        if layout not in layouts:
            layouts[layout] = f"kind-{len(layouts)}"
            _write(project / "layouts" / layouts[layout] / "single.html", layout)
        _write(file, f"---\n{written}url: /{address}\ntype: {layouts[layout]}\n---\n{body}")
        # Hugo reads YAML slowly: what it is given beside the library's own files is one file of JSON.
        data[f"/{address}"] = prepared
    _write(project / "layouts" / "partials" / "card.html", _layout("card"))
    _write(project / "data" / "prepared.json", json.dumps(data))
    _write(project / "hugo.toml", _CONFIGURATION.format(base=base))
    return len(data)


def build(project: Path, destination: Path) -> float:
    """Seconds that Hugo takes for all of it. Raises CalledProcessError."""
    began = time.perf_counter()
    subprocess.run(["hugo", "--quiet", "--source", str(project), "--destination", str(destination)], check=True)
    return time.perf_counter() - began


def differences(site: Path, destination: Path) -> Iterator[str]:
    """In what Hugo's pages are not ours: one that it has not, a kind of another size, a link that is missing."""
    sizes: dict[str, list[int]] = {}
    for path in sorted(site.rglob("index.html")):
        address, own = path.relative_to(site), path.read_text(encoding="utf-8")
        if not (destination / address).exists():
            if _root_of(own, address.parent.as_posix().strip(".")) is not None:
                yield f"{address} is not there"
            continue
        theirs = (destination / address).read_text(encoding="utf-8")
        of_kind = sizes.setdefault(address.parts[0], [0, 0])
        of_kind[0] += len(own.encode())
        of_kind[1] += len(theirs.encode())
        missing = set(_links(own)) - set(_links(theirs))
        if missing:
            yield f"{address} does not lead to {sorted(missing)[:3]}"
    for kind, (own_bytes, their_bytes) in sizes.items():
        if abs(their_bytes - own_bytes) > MOST_DIFFERENT * own_bytes:
            yield f"{kind}: {their_bytes:,} bytes, and ours are {own_bytes:,}"


def _root_of(page: str, address: str) -> str | None:
    """The site's root, by a page's own address; None where the page only leads on to another one."""
    canonical = re.search(r'<link rel=canonical href="?([^">]+)', page)
    own = address and f"{address.rstrip('/')}/"
    return canonical[1].removesuffix(own) if canonical and canonical[1].endswith(own) else None


def _links(page: str) -> Iterator[str]:
    return (unquote(unescape(address.strip('"'))) for address in re.findall(r'href=("[^"]*"|[^ >]+)', page))


def _head(page: str) -> dict[str, Any]:
    """What a page's head says that others of its kind do not."""
    head = page.partition(_BODY)[0]
    description = re.search(r'<meta name=description content="([^"]*)">', head)
    turn = "".join(re.findall(r'<link rel="(?:prev|next)"[^>]*>', head))
    return {
        "tab": unescape(_found(r"<title>(.*?)</title>", head)),
        "description": unescape(description[1]) if description else "",
        **({"turn": turn} if turn else {}),
    }


def _chrome(page: str, in_head: str, in_main: str) -> str:
    """A layout: what stands on a page of ours around its contents, and these."""
    head, _, body = page.partition(_BODY)
    for pattern, value in (
        (r"<title>.*?</title>", "{{ $data := index site.Data.prepared .Params.url }}<title>{{ $data.tab }}</title>"),
        (r'(<meta name=description content=)"[^"]*"', r'\1"{{ $data.description }}"'),
        (r'(<meta property=og:description content=)"[^"]*"', r'\1"{{ $data.description }}"'),
        (r'(<meta property=og:title content=)"[^"]*"', r'\1"{{ $data.tab }}"'),
        (r'(<meta property=og:url content=)"[^"]*"', r'\1"{{ .Permalink }}"'),
        (r'(<link rel=canonical href=)(?:"[^"]*"|[^>]*)', r'\1"{{ .Permalink }}"'),
        (r"<meta name=citation_[^>]*>|<script type=application/ld\+json>.*?</script>", ""),
        (r'<link rel="(?:prev|next)"[^>]*>', ""),
    ):
        head = re.sub(pattern, value, head)
    before, after = re.split(r"<main[^>]*>.*</main>", body, maxsplit=1, flags=re.DOTALL)
    main = _found(r"(<main[^>]*>)", body)
    return f"{head}{{{{ $data.turn | safeHTML }}}}{in_head}{_BODY}{before}{main}{in_main}</main>{after}"


def _paper(paper: Paper, page: str) -> dict[str, Any]:
    """What a paper's page shows that its file does not say, and Hugo does not find out."""
    heading = _found(r"<h1 dir=auto>(.*?)</h1>", page)
    by = re.search(r"<p class=by>(.*?)<ul", page, re.DOTALL)
    topics = re.search(r"<ul class=topics aria-label=Topics>(.*?)</ul>", page)
    related = _found(r"<ul class=related>(.*?)</ul>", page) if "<ul class=related>" in page else ""
    keywords = re.search(r"<dt>Keywords<dd dir=auto>(.*?)(?=<dt>|</dl>)", page)
    categories = re.search(r"<dt>Categories<dd>(.*?)(?=<dt>|</dl>)", page)
    listed = re.search(r"<dt>Listed(.*?)(?=<dt>|</dl>)", page)
    days = re.findall(r'<dd><a href="?([^">]+)"?>(.*?)</a>(.*?)(?=<dd>|$)', listed[1]) if listed else []
    organization = re.search(r'<p class=org dir=auto><a href="([^"]+)">', page)
    edit = re.search(r'<a href="([^"]+)">Edit on GitHub</a>', page)
    doors = _found(r'<ul class="facts doors">(.*?)</ul>', page)
    shown = max(paper.featured, default=paper.submitted)
    front = {
        "heading": heading if unescape(heading) != paper.title else "",
        "author_pages": {unescape(name): url for url, name in _LINKED.findall(by[1])} if by else {},
        "keyword_pages": {unescape(name): url for url, name in _LINKED.findall(keywords[1])} if keywords else {},
        "topics": [
            {"page": url, "path": url.lstrip("./"), "name": unescape(name)} for url, name in _LINKED.findall(topics[1])
        ]
        if topics
        else [],
        "by": authors_line(paper, AUTHORS_SHOWN),
        "by_fewer": authors_line(paper, FEWER_AUTHORS_SHOWN),
        "related": [
            {"page": url, "title": title, "when": when}
            for url, title, when in re.findall(r"<a href=([^>]+)>(.*?)</a>([^<]*)", related)
        ],
        "listed": [{"page": url, "day": unescape(day), "how": unescape(how)} for url, day, how in days],
        # Hugo takes its time to write a date.
        "shown": shown.isoformat() if shown else "",
        "shown_on": short_date(shown) if shown else "",
        "submitted": paper.submitted.isoformat() if paper.submitted else "",
        "year": str(paper.submitted.year) if paper.submitted else "",
        "submitted_on": short_date(paper.submitted) if paper.submitted else "",
        "edit": unescape(edit[1]) if edit else "",
        "organization_page": organization[1] if organization else "",
        # Those of nearly every paper are in the layout.
        "doors": re.sub(r'<li><a href="https://arxiv\.org/(?:abs|pdf)/[^"]*">(?:arXiv|PDF)</a>', "", doors),
        "spoken": unescape(categories[1]) if categories else "",
        "abstract": _found(r"<p class=abstract>(.*?)(?=<ul class=topics|<details class=bibtex>)", page),
    }
    return {name: value for name, value in front.items() if value}


def _list(address: str, page: str) -> Mapping[str, Any]:
    """What a page shows that is no paper's: its list of papers, and what stands around it."""
    main, kind = _found(r"<main[^>]*>(.*)</main>", page), address.partition("/")[0]
    opening = re.search(r'<ol class="(cards[^"]*)">', main) if kind in _WITH_CARDS else None
    if opening is None:
        return {"before": main}
    before, (cards, _, after) = main[: opening.start()], main[opening.end() :].partition("</ol>")
    found = list(_CARD.finditer(cards))
    ends = [*(one.start() for one in found[1:]), len(cards)]
    written = [cards[one.end() : end] for one, end in zip(found, ends, strict=True)]
    votes = [re.search(r"</h2><p class=votes>([\d,]+)", card) for card in written]
    facts = [re.search(r"<ul class=facts>(.*?)</ul>", card) for card in written]
    return {
        "before": before,
        "after": after,
        "list": opening[1],
        "root": "../" * address.count("/") or "./",
        "here": "/".join((*address.split("/")[:2], "")) if kind == "topics" else "",
        "how": "whole" if kind in {"", "daily"} else "bare" if kind in {"authors", "keywords"} else "compact",
        "cards": [
            {
                "paper": _file(unescape(one[1])),
                "votes": vote[1] if vote else "",
                "facts": fact[1] if fact and not _USUAL_FACTS.fullmatch(fact[1]) else "",
            }
            for one, vote, fact in zip(found, votes, facts, strict=True)
        ],
    }


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page, re.DOTALL)
    if found is None:
        raise ValueError(f"no {pattern} in {page[:500]}")
    return found[1]


def _file(identifier: str) -> str:
    """A paper's file as Hugo's GetPage finds it: without its ending, a name with a dot in it is not found."""
    return f"/papers/{_name(identifier)}.md"


def _layout(name: str) -> str:
    return (_LAYOUTS / f"{name}.html").read_text(encoding="utf-8").strip()


def _name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
