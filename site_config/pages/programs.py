"""The page that tells people what there is for their programs, with examples that the tests run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scraper import identifiers
from site_config.chrome import Content
from site_config.edition import Edition
from site_config.pages.site import Kind, Page, deferred, root_from

PATH = "api/"


@dataclass(frozen=True, slots=True)
class Example:
    """A few lines of a program, in `python` or for the `shell`, and what they do."""

    about: str
    language: str
    text: str


_DAY = """\
import json
import urllib.request

with urllib.request.urlopen("{url}api/daily_papers/{day}.json") as answer:
    papers = json.load(answer)
for entry in papers:
    print(entry["paper"]["id"], entry["title"])
"""
_HUGGING_FACE = """\
import json
import urllib.request

from huggingface_hub.hf_api import PaperInfo

with urllib.request.urlopen("{url}api/daily_papers/{day}.json") as answer:
    papers = [PaperInfo(**entry) for entry in json.load(answer)]
for paper in papers:
    print(paper.id, paper.submitted_at.date(), paper.title)
"""
_MONTH = """\
import gzip
import json
import urllib.request

with urllib.request.urlopen("{url}api/papers/{month}.jsonl.gz") as answer:
    for line in gzip.open(answer):
        paper = json.loads(line)
        print(paper["id"], paper.get("topics", []))
"""
_ALL = """\
import urllib.request
from xml.etree import ElementTree

ATOM = "{{http://www.w3.org/2005/Atom}}"
address = "{url}feed.xml"
titles = {{}}
while address:
    with urllib.request.urlopen(address) as answer:
        feed = ElementTree.parse(answer)
    for entry in feed.iter(ATOM + "entry"):
        titles.setdefault(entry.findtext(ATOM + "id"), entry.findtext(ATOM + "title"))
    links = {{link.get("rel"): link.get("href") for link in feed.findall(ATOM + "link")}}
    address = links.get("prev-archive")
print(len(titles), "papers")
"""
_PAPER = "curl --silent --fail {url}{paper}index.md\n"
_EXAMPLES = (
    Example("A day in Python, with nothing installed:", "python", _DAY),
    Example("The same with the classes of huggingface_hub:", "python", _HUGGING_FACE),
    Example("The papers that were first listed in a month, each with its topics:", "python", _MONTH),
    Example("Every paper there is, through the archives of the feed, without a package:", "python", _ALL),
    Example("A paper on the command line:", "shell", _PAPER),
)


def pages(edition: Edition) -> Iterator[Page]:
    """The one page. What its examples name is in the library; an empty one has none."""
    catalog = edition.catalog
    yield Page(
        PATH,
        Kind.PROGRAMS,
        Content(
            title=f"For programs - {edition.settings.name}",
            description="Feeds, JSON, JSON Lines and Markdown: every file that programs can read here, with examples.",
            canonical=edition.settings.url + PATH,
            body=deferred(
                "programs.html",
                root=root_from(PATH),
                day=catalog.latest_day.date.isoformat() if catalog.latest_day else None,
                month=f"{catalog.latest_day.date:%Y-%m}" if catalog.latest_day else None,
                topic=edition.topics[0].slug if edition.topics else None,
                curated=catalog.lists[0].slug if catalog.lists else None,
                examples=examples(edition),
            ),
        ),
    )


def examples(edition: Edition) -> list[Example]:
    """The examples, about the latest day and its first paper."""
    catalog = edition.catalog
    latest = catalog.latest_day
    first = next((entry.id for entry in latest.papers if entry.id in catalog.papers), None) if latest else None
    if latest is None or first is None:
        return []
    names = {
        "url": edition.settings.url,
        "day": latest.date.isoformat(),
        "month": f"{catalog.days_of(first)[0].date:%Y-%m}",
        "paper": identifiers.page_path(first),
    }
    return [Example(one.about, one.language, one.text.format_map(names)) for one in _EXAMPLES]
