"""A clean fork: its own settings in site.yml, and none of the content that it was forked with.

What is to be written is worked out first, as texts; nothing is removed before all of it is known to be right.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

from scraper import plain_yaml, settings
from scraper.errors import ContentError, PaperstandError, Problem
from scraper.fork.addresses import same_repository
from scraper.fork.schedule import WORKFLOWS, drawn
from scraper.http import PROJECT
from scraper.plain_yaml import MappingNode, Node, PlainYamlError, SequenceNode
from scraper.settings import Settings
from scraper.store import ContentStore
from scraper.store.files import write_atomically

EXAMPLES = Path("site_config", "examples")
"""Where the worked examples are, relative to the root; about.md among them is the page about a new site."""
CONTENT = ("papers", "daily", "lists")
"""The folders of content/ that hold what scrapes and curators wrote."""
ABOUT = Path("content", "pages", "about.md")

SOURCES_IN_WORDS: Mapping[str, str] = {
    "huggingface": (
        "The papers of a day are those that [Hugging Face Daily Papers](https://huggingface.co/papers) lists for it,"
        " with their upvotes and comments. The facts about them come from [arXiv](https://arxiv.org/)."
    ),
    "arxiv": "The papers of a day are those that [arXiv](https://arxiv.org/) announced on it{categories}.",
    "biorxiv": "Preprints come from [bioRxiv](https://www.biorxiv.org/), on the day on which they were posted.",
    "medrxiv": "Preprints come from [medRxiv](https://www.medrxiv.org/), on the day on which they were posted.",
}
"""What the page about a site says of each source."""
_OF_ARXIV = {"huggingface", "arxiv"}
_ARXIV_LICENCE = (
    "Titles, authors, abstracts and the other metadata of papers on arXiv are in the public domain"
    " ([CC0 1.0](https://creativecommons.org/publicdomain/zero/1.0/), by"
    " [arXiv's terms](https://info.arxiv.org/help/api/tou.html)). Thank you to arXiv for use of its open access"
    " interoperability."
)
_OTHER_LICENCE = "Titles, authors and abstracts are shown as their authors published them, with links to the papers."


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants of a new fork. What is empty stays as the example, or site.yml, has it."""

    example: str = ""
    """One of `examples`; nothing keeps the site.yml that is there."""
    name: str = ""
    description: str = ""
    url: str = ""
    repository: str = ""
    categories: tuple[str, ...] = ()
    """arXiv's categories."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a clean fork is made of."""

    site: str
    """site.yml's text."""
    settings: Settings
    about: str
    """The text of the page about the site."""
    workflows: Mapping[Path, str] = field(default_factory=dict)
    """The texts of the workflows that run at minutes of their own, by their paths relative to the root."""


def examples(root: Path) -> Sequence[str]:
    """The names of the worked examples, in alphabetical order."""
    return sorted(path.stem for path in (root / EXAMPLES).glob("*.yml"))


def begin(root: Path, wishes: Wishes) -> Beginning:
    """What the fork at `root` is to be. Reads files and writes none.

    Raises PaperstandError for an example that is not there, ContentError for settings that cannot be.
    """
    path = root / settings.PATH
    if wishes.example:
        path = root / EXAMPLES / f"{wishes.example}.yml"
        if wishes.example not in examples(root):
            raise PaperstandError(f"There is no example {wishes.example!r}; there are: {', '.join(examples(root))}")
    text = site_text(path.read_text("utf-8"), wishes)
    site = settings.parse(text)
    if wishes.categories and "arxiv" not in site.sources:
        raise PaperstandError(
            f"Categories are arXiv's, and this site's papers come from {' and '.join(site.sources)}: leave"
            " --categories out, or begin with --example robotics"
        )
    about = Template((root / EXAMPLES / "about.md").read_text("utf-8"))
    said = about.substitute(sources="\n\n".join(_sources(site)), licence=_licence(site))
    return Beginning(text, site, said, dict(_drawn_workflows(root, site.repository)))


def _drawn_workflows(root: Path, repository: str) -> Iterator[tuple[Path, str]]:
    for path in sorted((root / WORKFLOWS).glob("*.yml")):
        text = path.read_text("utf-8")
        new = drawn(text, path.name, repository)
        if new != text:
            yield path.relative_to(root), new


def site_text(text: str, wishes: Wishes) -> str:
    """site.yml's text with the values that were wished for; comments and all else stay. Raises ContentError."""
    text = text.replace("$schema=../schema/", "$schema=schema/", 1).replace(_MADE_OF_EXAMPLE.format(wishes.example), "")
    values: dict[str, Any] = {
        "name": wishes.name,
        "description": wishes.description,
        "url": wishes.url,
        "repository": wishes.repository,
        "categories": plain_yaml.Flow(wishes.categories),
    }
    for key, value in values.items():
        if value:
            text = with_value(text, (key,), value)
    if wishes.categories and _node(text, ("selection", "include", "categories")):
        text = with_value(text, ("selection", "include", "categories"), values["categories"])
    return text


_MADE_OF_EXAMPLE = "# `paperstand init --example {}` makes site_config/site.yml of this.\n"


def with_value(text: str, way: Sequence[str], value: Any) -> str:
    """A YAML text with another value at a place; a key of the outermost map that is not there is added at the end.

    Raises ContentError for a text that is no map of keys.
    """
    found = _pair(text, way)
    written = plain_yaml.scalar(value) if len(way) > 1 else plain_yaml.dump({"k": value})[len("k: ") : -len("\n")]
    if found:
        key, old = found
        return text[: key.end_mark.index] + f": {written}" + text[_end(old) :]
    if len(way) > 1:
        raise ContentError([Problem(settings.PATH.as_posix(), 1, f"expected {'.'.join(way)} to be there")])
    return text.rstrip("\n") + f"\n\n{way[0]}: {written}\n"


def _pair(text: str, way: Sequence[str]) -> tuple[Node, Node] | None:
    """The key at a place, and its value."""
    try:
        node = plain_yaml.compose(text)
    except PlainYamlError as error:
        raise ContentError([Problem(settings.PATH.as_posix(), error.line, error.message)]) from None
    pair: tuple[Node, Node] | None = None
    for step in way:
        if not isinstance(node, MappingNode):
            return None
        pair = next(((key, value) for key, value in node.value if key.value == step), None)
        if pair is None:
            return None
        node = pair[1]
    return pair


def _node(text: str, way: Sequence[str]) -> Node | None:
    pair = _pair(text, way)
    return pair[1] if pair else None


def _end(node: Node) -> int:
    """Where a value ends. A list or map in block style claims the white space and comments behind it, too."""
    if isinstance(node, (MappingNode, SequenceNode)) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    end: int = node.end_mark.index
    return end


def _sources(site: Settings) -> Iterator[str]:
    categories = f" in {', '.join(site.categories)}" if site.categories else ""
    for source in site.sources:
        yield SOURCES_IN_WORDS[source].format(categories=categories)
    if site.selection.include or site.selection.exclude:
        yield "Of these, the site shows those that its own rules let in. The rules stand in its settings."


def _licence(site: Settings) -> str:
    return _ARXIV_LICENCE if _OF_ARXIV & set(site.sources) else _OTHER_LICENCE


def has_own_content(root: Path) -> bool:
    """Whether the content at `root` is the repository's own, and not what it was forked with.

    That is so where there is content, and site.yml names another repository than the project's, or cannot be read.
    """
    if not any(content_counts(root).values()):
        return False
    try:
        repository = settings.load(root).repository
    except ContentError:
        return True
    return not same_repository(repository, PROJECT)


def content_counts(root: Path) -> Mapping[str, int]:
    """How many files there are in each of the folders `CONTENT`."""
    store = ContentStore(root)
    return {folder: sum(1 for _ in store.content_files(folder)) for folder in CONTENT}


def make(root: Path, beginning: Beginning) -> None:
    """Write a clean fork: its settings, its page about itself, its workflows' minutes, and an empty library."""
    write_atomically(root / settings.PATH, beginning.site)
    write_atomically(root / ABOUT, beginning.about)
    for path, text in beginning.workflows.items():
        write_atomically(root / path, text)
    for folder in CONTENT:
        shutil.rmtree(root / "content" / folder, ignore_errors=True)
