"""The engine of another version, merged into a fork: three ways, file by file, and nothing but the engine.

    base     the engine that the fork has, without what the fork changed in it
    theirs   the engine of the version that is wanted
    ours     the fork as it is committed

git makes the merge: `theirs` is written as a commit on top of one with `base`, both with the fork's own files beside
the engine, and picked onto the fork. Days, lists and settings are the same in all three, so that no merge can touch
them, whatever upstream did to its own. What the fork and the new version changed in one place stands in the file with
git's markers, for a person.

The base is the newest commit of the wanted version's history that the fork is known to have: the one that the last
upgrade recorded, the one that the two histories have in common, or, where they have none (a repository made from a
template), the tag of the version that is running.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scraper import __version__, plain_yaml, settings
from scraper.errors import PaperstandError
from scraper.fork import engine
from scraper.fork.engine import Engine
from scraper.fork.programs import Git, GitError
from scraper.fork.schedule import WORKFLOWS, drawn
from scraper.http import PROJECT
from scraper.scratch import scratch_folder
from scraper.store.files import write_atomically

RECORD = Path(".paperstand-version")
"""What the last upgrade brought, relative to the root: the tag and its commit."""

_WANTED, _OF_VERSION = "refs/paperstand/wanted", "refs/paperstand/version"
_IDENTITY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "paperstand upgrade"), ("EMAIL", "upgrade@localhost"))
}
"""Of the two commits that only the merge sees."""
# A folder that upstream renamed must not take a fork's own files along, and what git remembers of other merges, or a
# person prefers in general, has no part in this one.
_PLAIN_MERGE = (
    *("-c", "merge.directoryRenames=false", "-c", "merge.conflictStyle=merge", "-c", "rerere.enabled=false"),
)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the engine: how it was asked for, and its commit."""

    tag: str
    commit: str


@dataclass(frozen=True, slots=True)
class Merge:
    """What an upgrade did to the work tree. Nothing is committed."""

    version: Version
    base: str
    """The commit whose engine the fork had."""
    changed: tuple[str, ...]
    """Files that are other ones now, the conflicting ones included."""
    conflicts: tuple[str, ...]
    """Files that a person has to look at."""

    @property
    def needs_setup(self) -> bool:
        """Whether the libraries that the engine needs may be others now."""
        return any(path.startswith("requirements/") or path == "pyproject.toml" for path in self.changed)


def upstream_of(git: Git) -> str:
    """Where versions come from unless told: the remote `upstream` where there is one, or the project's repository."""
    return "upstream" if "upstream" in git.run("remote").split() else PROJECT


def upgrade(root: Path, tag: str, source: str | None = None) -> Merge | None:
    """Merge the engine of the version `tag` of `source`, an address, a path or a remote's name, into the fork.

    None where the fork has it already. The work tree must be clean; `git reset --hard` leads back. Raises GitError
    where git cannot, and PaperstandError for a version that is older than the fork's.
    """
    git = Git(root)
    git.require_clean()
    with _fetched(git, source or upstream_of(git), tag) as version:
        base = _base(git, version.commit, source or upstream_of(git))
        if base == version.commit:
            return None
        if git.ask("merge-base", "--is-ancestor", version.commit, base) is not None:
            raise PaperstandError(f"{tag} is older than the engine that is here ({base[:12]}); nothing was changed")
        return _merged(git, base, version)


@contextmanager
def _fetched(git: Git, source: str, tag: str) -> Iterator[Version]:
    """The version, fetched, and kept by git for as long as the block lasts."""
    if git.ask("check-ref-format", f"refs/tags/{tag}") is None:
        raise GitError(f"{tag!r} is no name of a version")
    try:
        if not _fetch(git, source, f"refs/tags/{tag}", _WANTED):
            git.run("fetch", "--quiet", "--no-tags", "--end-of-options", source, f"+{tag}:{_WANTED}")
        yield Version(tag, git.run("rev-parse", f"{_WANTED}^{{commit}}"))
    finally:
        for name in (_WANTED, _OF_VERSION):
            git.ask("update-ref", "-d", name)


def _fetch(git: Git, source: str, name: str, into: str) -> bool:
    fetch = ("fetch", "--quiet", "--no-tags", "--end-of-options", source, f"+{name}:{into}")
    return git.ask(*fetch) is not None


def _base(git: Git, wanted: str, source: str) -> str:
    """The commit whose engine the fork has. Raises GitError where nothing says which."""
    known = [one for one in (_recorded(git), git.ask("merge-base", "HEAD", wanted)) if one]
    candidates = [one for one in known if _is_within(git, one, wanted) or _is_within(git, wanted, one)]
    if not candidates and _fetch(git, source, f"refs/tags/v{__version__}", _OF_VERSION):
        candidates = [git.run("rev-parse", f"{_OF_VERSION}^{{commit}}")]
    if not candidates:
        shallow = git.run("rev-parse", "--is-shallow-repository") == "true"
        advice = "run `git fetch --unshallow` first" if shallow else f"{source} has no tag v{__version__}"
        raise GitError(
            f"Which version's engine is here cannot be told: the histories have no commit in common; {advice}"
        )
    newest = candidates[0]
    for one in candidates[1:]:
        newest = one if _is_within(git, newest, one) else newest
    return newest


def _recorded(git: Git) -> str | None:
    """The commit of the last upgrade, where there was one and git has it."""
    try:
        said = plain_yaml.load((git.root / RECORD).read_text("utf-8"))
        commit = said.get("commit") if isinstance(said, dict) else None
    except (FileNotFoundError, UnicodeDecodeError, plain_yaml.PlainYamlError):
        return None
    if not isinstance(commit, str) or not commit.isalnum():
        return None
    return git.ask("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")


def _is_within(git: Git, one: str, other: str) -> bool:
    """Whether a commit is in another's history, or is it."""
    return git.ask("merge-base", "--is-ancestor", one, other) is not None


def _merged(git: Git, base: str, version: Version) -> Merge:
    """Make the merge in the work tree, and the record of it."""
    parts = _engine(git, version)
    with scratch_folder("upgrade") as folder:
        index = folder / "index"
        before = _commit(git, _tree(git, base, parts, index), "The engine that is here")
        after = _commit(git, _tree(git, version.commit, parts, index), f"The engine of {version.tag}", before)
    with _or_as_before(git, before, after):
        conflicts = _picked(git, after)
        changed = git.names("diff", "--name-only", "--no-renames", "HEAD")
        own = sorted(filter(engine.is_never, {*changed, *conflicts}))
        if own:
            raise PaperstandError(f"The upgrade would have changed {', '.join(own)}; nothing was changed")
        _record(git, version)
    return Merge(version, base, tuple(sorted({*changed, *conflicts})), conflicts)


@contextmanager
def _or_as_before(git: Git, before: str, after: str) -> Iterator[None]:
    """Lead the work tree, which had no changes, back where the block fails; on a full disk, say.

    A half-made merge would be in the way of the next try. What git wrote and did not come to remember is no change to
    it: the files that are new in `after` are removed by name.
    """
    try:
        yield
    except (PaperstandError, OSError) as error:
        new = [RECORD.as_posix(), *git.names("diff", "--name-only", "--no-renames", "--diff-filter=A", before, after)]
        steps = (("reset", "--quiet", "--hard"), ("clean", "--quiet", "--force", "--", *new))
        for step in steps:
            git.ask(*step)
        if git.ask("status", "--porcelain") == "":
            raise
        # Not even that could be written.
        back = " && ".join(shlex.join(["git", *step]) for step in steps)
        raise GitError(f"{error}; make room, and get back to how it was with `{back}`") from error


def _picked(git: Git, commit: str) -> tuple[str, ...]:
    """Put what a commit changes into the work tree; gives the files that conflict. Raises GitError."""
    try:
        git.run(*_PLAIN_MERGE, "cherry-pick", "--no-commit", "--allow-empty", commit)
    except GitError:
        conflicts = _conflicts(git)
        if not conflicts:  # it failed in another way
            raise
        return conflicts
    return ()


def _engine(git: Git, version: Version) -> Engine:
    """The engine's paths: those of the new version, less what the fork's own list leaves out."""
    theirs = engine.parse_engine(git.run("show", f"{version.commit}:{engine.PATH}"))
    ours = engine.parse_engine(git.ask("show", f"HEAD:{engine.PATH}") or "")
    return Engine(theirs.included, (*theirs.excluded, *ours.excluded))


def _conflicts(git: Git) -> tuple[str, ...]:
    return tuple(sorted(set(git.names("diff", "--name-only", "--diff-filter=U"))))


def _tree(git: Git, commit: str, parts: Engine, index: Path) -> str:
    """A tree of the fork's own files as they are, and of the engine as a commit has it."""
    there = {"GIT_INDEX_FILE": str(index)}
    git.run("read-tree", "HEAD", environment=there)
    ours = parts.of(git.run("ls-files", "-z", environment=there).split("\0"))
    git.run("update-index", "-z", "--force-remove", "--stdin", environment=there, given="\0".join(ours))
    theirs = [
        entry for entry in git.run("ls-tree", "-r", "-z", commit).split("\0") if parts.has(entry.partition("\t")[2])
    ]
    theirs = [_with_own_minutes(git, entry) for entry in theirs]
    git.run("update-index", "-z", "--index-info", environment=there, given="\0".join([*theirs, ""]))
    return git.run("write-tree", environment=there)


def _with_own_minutes(git: Git, entry: str) -> str:
    """An entry of a tree, its workflow's minutes drawn as the fork has drawn its own: then they are no difference.

    A fork that drew none, or chose others, keeps what it has as it keeps any change.
    """
    status, _, path = entry.partition("\t")
    if not path.startswith(f"{WORKFLOWS.as_posix()}/"):
        return entry
    ours = git.ask("show", f"HEAD:{path}") or ""
    name, repository = path.rpartition("/")[2], settings.load(git.root).repository
    if not ours or drawn(ours, name, repository) != ours:
        return entry
    mode, kind, blob = status.split()
    text = drawn(git.run("cat-file", "blob", blob), name, repository) + "\n"
    new = git.run("hash-object", "-w", "--stdin", given=text)
    return f"{mode} {kind} {new}\t{path}"


def _commit(git: Git, tree: str, message: str, parent: str | None = None) -> str:
    parents = ("-p", parent) if parent else ()
    return git.run("commit-tree", tree, *parents, "-m", message, environment=_IDENTITY)


def _record(git: Git, version: Version) -> None:
    text = "# What `paperstand upgrade` brought last; the next one begins there.\n" + plain_yaml.dump(
        {"tag": version.tag, "commit": version.commit}
    )
    write_atomically(git.root / RECORD, text)
    git.run("add", "--", RECORD.as_posix())
