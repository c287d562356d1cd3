"""Hugo on the same library: the same HTML pages, from the same files.

Hugo is given what took us work: each page's papers in their order, and each paper's related ones, read from our own
pages. Its templates put the same chrome around the same words, so that both write about as many bytes.
"""

from __future__ import annotations

import html
import re
import subprocess
import time
from pathlib import Path

from scraper import identifiers
from scraper.store import ContentStore

_CONFIGURATION = """baseURL = "https://example.org/"
title = "Papers"
disableKinds = ["taxonomy", "term", "RSS", "sitemap", "section", "home"]
"""


def make(root: Path, site: Path, project: Path) -> int:
    """Make the Hugo project of a library and the site that was built of it. Gives the number of its pages."""
    (project / "layouts" / "_default").mkdir(parents=True)
    (project / "hugo.toml").write_text(_CONFIGURATION)
    store, pages = ContentStore(root), 0
    chrome = ""
    for path in store.content_files("papers"):
        text = path.read_text(encoding="utf-8")
        identifier = re.search(r"^id: '?([^'\n]+)", text, re.MULTILINE)
        if identifier is None:
            raise ValueError(f"{path} names no identifier")
        address = identifiers.page_path(identifier[1])
        page = (site / address / "index.html").read_text(encoding="utf-8")
        chrome = chrome or page
        _, _, beside = page.partition("class=related")
        related = re.findall(r'href="\.\./([^"/]+)/"', beside.partition("</ul>")[0])
        front = f"type: paper\nurl: /{address}\nrelated: [{', '.join(map(_file, related))}]\n"
        _write(project / "content" / "papers" / f"{_name(identifier[1])}.md", text.replace("---\n", f"---\n{front}", 1))
        pages += 1
    for path in sorted(site.rglob("index.html")):
        address = path.relative_to(site).parent.as_posix()
        shown = re.findall(r'class=card><h2 dir=auto><a href="[./]*/papers/([^"]+)/"', path.read_text(encoding="utf-8"))
        if shown and not address.startswith("papers/"):
            of = ", ".join(_file(html.unescape(one)) for one in shown)
            front = f"---\ntitle: '{address}'\nurl: /{address}/\ncards: {_cards(address)}\npapers_shown: [{of}]\n---\n"
            _write(project / "content" / "pages" / f"{_name(address)}.md", front)
            pages += 1
    before, _, rest = chrome.partition("<article")
    after = rest.rpartition("</article>")[2]
    title = re.compile(r"<title>.*?</title>")
    # What our pages say in their heads to Zotero and search engines is in a template of its own.
    before = re.sub(r"<meta name=citation_[^>]*>|<script type=application/ld\+json>.*?</script>", "", before)
    before = title.sub("<title>{{ .Title }}</title>", before)
    (project / "layouts" / "paper").mkdir()
    head = before.replace("<body", _layout("head") + "<body", 1)
    (project / "layouts" / "paper" / "single.html").write_text(head + _layout("paper") + after, encoding="utf-8")
    (project / "layouts" / "_default" / "single.html").write_text(before + _layout("cards") + after, encoding="utf-8")
    return pages


def build(project: Path, destination: Path) -> float:
    """Seconds that Hugo takes for all of it. Raises CalledProcessError."""
    began = time.perf_counter()
    subprocess.run(["hugo", "--quiet", "--source", str(project), "--destination", str(destination)], check=True)
    return time.perf_counter() - began


def _cards(address: str) -> str:
    """How much our own cards show on a page: everything, all but the abstract, or title and date."""
    kind = address.partition("/")[0]
    return "whole" if kind in {"", "daily"} else "bare" if kind in {"authors", "keywords"} else "compact"


def _file(identifier: str) -> str:
    """A paper's file as Hugo's GetPage finds it: without its ending, a name with a dot in it is not found."""
    return f"/papers/{_name(identifier)}.md"


def _layout(name: str) -> str:
    return (Path(__file__).parent / "layouts" / f"{name}.html").read_text(encoding="utf-8")


def _name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
