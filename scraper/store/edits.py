"""Changing a content file in place: a key's value here, a line more there, every other byte as it was.

Values are found by the marks that the YAML reader puts on them, and replaced in the text. Each function takes the
file's text, the record it holds and the record it should hold, and gives the new text; it is then read back, and if it
does not hold exactly that record and every comment, EditError is raised and nothing was changed: a file too unusual to
edit is left to a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scraper import plain_yaml
from scraper.errors import ContentError, PaperstandError
from scraper.plain_yaml import MappingNode, Node, PlainYamlError, ScalarNode, SequenceNode
from scraper.records import CuratedList, Day, DayEntry, ListEntry, Paper
from scraper.store import documents


class EditError(PaperstandError):
    """A file whose form cannot be edited in place with certainty."""


@dataclass(frozen=True, slots=True, order=True)
class _Splice:
    """Replace the characters from `start` to `end` of the file's text."""

    start: int
    end: int
    text: str


class _FrontMatter:
    """A file's front matter with the offsets of its values in the file's text."""

    def __init__(self, text: str) -> None:
        document = documents.split(text)
        try:
            root = plain_yaml.compose(document.front)
        except PlainYamlError as error:
            raise EditError(f"its front matter, line {error.line}, {error.message}") from None
        if not isinstance(root, MappingNode):
            raise EditError("its front matter is not a map")
        self.text = text
        self.root = root
        self._offset = document.start
        self._end = document.start + len(document.front)
        self._newline = "\r\n" if "\r\n" in document.front else "\n"

    def value(self, key: str, within: MappingNode | None = None) -> Node | None:
        """The value of a key, or None where the key is not there."""
        within = within or self.root
        return next((value for name, value in within.value if name.value == key), None)

    def replaced(self, node: Node, value: str) -> _Splice:
        """Another text in a value's place."""
        start, stop = self._start(node), self._stop(node)
        space = " " if start == stop else ""
        # A block of text ends behind its last line's end, which stays.
        end = self._newline if stop > start and self.text[stop - 1] == "\n" else ""
        return _Splice(start, stop, f"{space}{value}{end}")

    def added_key(self, key: str, value: str, within: MappingNode | None = None) -> _Splice:
        """One key more, after the last one."""
        within = within or self.root
        key = plain_yaml.scalar(key)
        if within.flow_style:
            return self._added_to_flow(within, f"{key}: {value}")
        return self._added_line(within, f"{' ' * within.start_mark.column}{key}: {value}")

    def removed_key(self, key: str) -> _Splice:
        """A top-level key taken out with its value: the whole line, but for a comment on it."""
        name, value = next(pair for pair in self.root.value if pair[0].value == key)
        start, stop, end = self._start(name), self._stop(value), self._line_end(value)
        comment = self.text[stop:end].lstrip()
        return _Splice(start, end, comment if comment.startswith("#") else "")

    def added_elements(self, key: str, elements: Sequence[str]) -> _Splice:
        """More elements at the end of a list, each with the list's own indentation; the key may be missing or empty."""
        node = self.value(key)
        lines = [f"- {element}" for element in elements]
        if node is None:
            return self._added_line(self.root, self._newline.join([f"{key}:", *lines]))
        if isinstance(node, SequenceNode) and node.value:
            if node.flow_style:
                return self._added_to_flow(node, ", ".join(elements))
            indent = " " * node.start_mark.column
            return self._added_line(node, self._newline.join(indent + line for line in lines))
        # `papers: []` or `papers:`; what follows on the line (a comment) stays behind the key.
        cut = self.text.rfind(":", 0, self._start(node) + 1) + 1
        rest_of_line = self.text[self._stop(node) : self._line_end(node)].rstrip("\r\n")
        block = "".join(f"{line}{self._newline}" for line in lines)
        return _Splice(cut, self._line_end(node), f"{rest_of_line}{self._newline}{block}")

    def _added_to_flow(self, node: MappingNode | SequenceNode, addition: str) -> _Splice:
        if not node.value:
            inside = self._start(node) + 1
            return _Splice(inside, inside, addition)
        last = self._stop(self._last_leaf(node, deep=False))
        return _Splice(last, last, f", {addition}")

    def _added_line(self, node: Node, line: str) -> _Splice:
        position = self._line_end(self._last_leaf(node))
        return _Splice(position, position, line + self._newline)

    def _last_leaf(self, node: Node, *, deep: bool = True) -> Node:
        """The last value below a node: a block's own end mark lies behind the comments that follow it."""
        while isinstance(node, (MappingNode, SequenceNode)) and node.value and not (deep and node.flow_style):
            last = node.value[-1]
            node = last[1] if isinstance(last, tuple) else last
            if not deep:
                break
        return node

    def _line_end(self, node: Node) -> int:
        """The offset behind the end of the line on which a value ends."""
        stop = self._stop(node)
        if node.end_mark.column == 0 and stop > self._start(node):
            return stop
        newline = self.text.find("\n", stop, self._end)
        return newline + 1 if newline >= 0 else self._end

    def _start(self, node: Node) -> int:
        return self._offset + int(node.start_mark.index)

    def _stop(self, node: Node) -> int:
        return self._offset + int(node.end_mark.index)


def _spliced(text: str, splices: Sequence[_Splice]) -> str:
    for splice in sorted(splices, reverse=True):
        text = text[: splice.start] + splice.text + text[splice.end :]
    return text


def edited_day(text: str, before: Day, after: Day) -> str:
    """The day's file with the numbers, newcomers and reason of `after`.

    `after` has the papers of `before` in their order, then newcomers. Raises EditError.
    """
    front = _FrontMatter(text)
    splices: list[_Splice] = []
    papers = front.value("papers")
    nodes = papers.value if isinstance(papers, SequenceNode) else []
    for node, old, new in zip(nodes, before.papers, after.papers, strict=False):
        splices += _entry_splices(front, node, old, new)
    newcomers = [plain_yaml.scalar(documents.day_entry_value(entry)) for entry in after.papers[len(before.papers) :]]
    if newcomers:
        splices.append(front.added_elements("papers", newcomers))
    if after.empty != before.empty:
        splices.append(_reason_splice(front, after))
    return _verified(text, _spliced(text, splices), after, documents.parse_day)


def _entry_splices(front: _FrontMatter, node: Node, before: DayEntry, after: DayEntry) -> list[_Splice]:
    if after == before:
        return []
    if isinstance(node, ScalarNode):
        return [front.replaced(node, plain_yaml.scalar(documents.day_entry_value(after)))]
    if not isinstance(node, MappingNode):
        raise EditError("an entry is neither an identifier nor a map")
    old, new = documents.day_entry_value(before), documents.day_entry_value(after)
    return _value_splices(front, node, {key: value for key, value in new.items() if old.get(key) != value})


def _value_splices(front: _FrontMatter, within: MappingNode, values: Mapping[str, Any]) -> list[_Splice]:
    """Each value set: in its place where the key is there, else behind the last key, in one piece."""
    splices = []
    added: list[_Splice] = []
    for key, value in values.items():
        node = front.value(key, within)
        if node is not None:
            splices.append(front.replaced(node, plain_yaml.scalar(value)))
        else:
            added.append(front.added_key(key, plain_yaml.scalar(value), within))
    if added:
        splices.append(_Splice(added[0].start, added[0].end, "".join(splice.text for splice in added)))
    return splices


def _reason_splice(front: _FrontMatter, after: Day) -> _Splice:
    if after.empty is None:
        return front.removed_key("empty")
    node = front.value("empty")
    value = plain_yaml.scalar(str(after.empty))
    return front.replaced(node, value) if node is not None else front.added_key("empty", value)


def edited_paper(text: str, before: Paper, after: Paper) -> str:
    """The paper's file with the values in which `after` differs from `before`, title and abstract included.

    Values are set where their keys stand and added behind the last key otherwise. Raises EditError.
    """
    old, new = documents.paper_values(before), documents.paper_values(after)
    changed = {key: value for key, value in new.items() if old.get(key) != value}
    front = _FrontMatter(text)
    splices: list[_Splice] = []
    for key in [key for key in changed if isinstance(front.value(key), (MappingNode, SequenceNode))]:
        grown = _grown_splices(front, key, old.get(key), changed[key])
        if grown is not None:
            splices += grown
            del changed[key]
    edited = _spliced(text, splices + _value_splices(front, front.root, changed))
    if after.abstract != before.abstract:
        document = documents.split(edited)
        head = edited[: len(edited) - len(document.body)]
        edited = f"{head}\n{after.abstract}\n"
    return _verified(text, edited, after, documents.parse_paper)


def _grown_splices(front: _FrontMatter, key: str, old: Any, new: Any) -> list[_Splice] | None:
    """What is new in a list or map that only grew, added to it where it stands; None where it did more than that."""
    node = front.value(key)
    if isinstance(node, MappingNode) and isinstance(old, dict) and old.items() <= new.items():
        return _value_splices(front, node, {name: value for name, value in new.items() if name not in old})
    as_list = [old] if not isinstance(old, list) else old
    if isinstance(node, SequenceNode) and isinstance(new, list) and new[: len(as_list)] == as_list:
        return [front.added_elements(key, [plain_yaml.scalar(value) for value in new[len(as_list) :]])]
    return None


def with_entry_added(text: str, before: CuratedList, entry: ListEntry) -> str:
    """A list's file with one entry more at its end. Raises EditError."""
    splice = _FrontMatter(text).added_elements("papers", [plain_yaml.scalar(documents.list_entry_value(entry))])
    after = replace(before, papers=(*before.papers, entry))
    return _verified(text, _spliced(text, [splice]), after, lambda edited: documents.parse_list(edited, before.slug))


def with_identifier_replaced(text: str, old: str, new: str) -> str:
    """A day's or list's file that names the paper `old`, naming it `new` in the same place. Raises EditError."""
    front = _FrontMatter(text)
    papers = front.value("papers")
    splices: list[_Splice] = []
    for node in papers.value if isinstance(papers, SequenceNode) else []:
        identifier = front.value("id", node) if isinstance(node, MappingNode) else node
        if isinstance(identifier, ScalarNode) and identifier.value == old:
            splices.append(front.replaced(identifier, plain_yaml.scalar(new)))
    if not splices:
        raise EditError(f"{old} is not among its papers")

    def renamed(document: str) -> list[Any]:
        values = plain_yaml.load(documents.split(document).front)["papers"]
        return [_renamed(value, old, new) for value in values]

    return _verified(text, _spliced(text, splices), renamed(text), renamed)


def _renamed(entry: Any, old: str, new: str) -> Any:
    """An entry of a front matter, a bare identifier or a map, under the new name."""
    if isinstance(entry, dict):
        return {**entry, "id": _renamed(entry.get("id"), old, new)}
    return new if entry == old else entry


def _verified(before: str, edited: str, expected: Any, parse: Callable[[str], Any]) -> str:
    """The edited text, if it holds exactly what it should and every comment that was there."""
    try:
        kept = Counter(_comments(before)) <= Counter(_comments(edited))
        if kept and parse(edited) == expected:
            return edited
    except (ContentError, PlainYamlError):
        pass  # what cannot be read back is no edit, either
    raise EditError("its form is too unusual to be edited in place; edit it by hand")


def _comments(text: str) -> list[str]:
    return plain_yaml.comments(documents.split(text).front)
