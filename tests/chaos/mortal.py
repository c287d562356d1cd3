"""Commands that are killed: each in a process of its own, by itself at a chosen write or from outside at any moment.

`Mortals` starts one process that loads everything and then forks a child for each command: a child costs milliseconds,
and is killed by a real SIGKILL. A child counts its writes below the library's folder, in the order in which they
reach the system: a file opened for writing, by Python's `open` or the system's own, each portion written into it, each
rename, removal, folder made or removed.
"""

from __future__ import annotations

import io
import json
import mmap
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_NAMES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate")
"""Python announces each of these before it is done (PEP 578)."""


@dataclass(frozen=True)
class End:
    """How a command ended: its status, or None where it was killed; and how many writes it had begun by then."""

    status: int | None
    writes: int
    output: str = ""
    versions: Collection[tuple[str, str]] = ()
    """Each text that a file got, as the file's path and the text's SHA-256."""
    renames: Sequence[int] = ()
    """Which of the writes gave a file its name: until then nobody reads what was written."""


class Mortals:
    """A context manager; `run` gives how a command ended."""

    def __enter__(self) -> Self:
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.mortal"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._parent.stdin
        assert self._parent.stdout
        self._parent.stdin.close()
        self._parent.stdout.close()
        self._parent.wait(30)

    def run(
        self,
        root: Path,
        arguments: list[str],
        environment: Mapping[str, str],
        *,
        at: int = 0,
        half: bool = False,
        after: float = 0.0,
    ) -> End:
        """Run `paperstand` on `root`, killed before its write number `at`, or `after` seconds; 0 stands for never.

        With `half`, a portion that is the fatal write is begun: half of it reaches the file.
        """
        assert self._parent.stdin
        assert self._parent.stdout
        wish = {
            "root": str(root),
            "arguments": arguments,
            "environment": dict(environment),
            "at": at,
            "half": half,
            "after": after,
        }
        self._parent.stdin.write(json.dumps(wish) + "\n")
        self._parent.stdin.flush()
        said = json.loads(self._parent.stdout.readline())
        return End(**{**said, "versions": {(path, digest) for path, digest in said["versions"]}})


class _Count:
    """The writes of a child, in memory that its parent sees, too."""

    def __init__(self, root: str, fatal: int, half: bool) -> None:
        self.root, self.fatal, self.half = root, fatal, half
        self.shared = mmap.mmap(-1, 8)
        self.versions: list[tuple[str, str]] = []
        self.renames: list[int] = []
        self.descriptors: set[int] = set()

    @property
    def writes(self) -> int:
        return int.from_bytes(self.shared[:8], "little")

    def concerns(self, path: object) -> bool:
        """Whether this is a file of the library, of its site or of a build's memory: not an answer kept, nor a lock."""
        try:
            name = os.path.abspath(os.fsdecode(path))  # type: ignore[arg-type]  # noqa: PTH100 - whatever a call was given
        except TypeError:
            return False
        return name.startswith(self.root) and "/.cache/http" not in name and not name.endswith("/.lock")

    def begin(self, die: Callable[[], object] = lambda: None) -> None:
        """Count a write that is about to be done, or be killed."""
        number = self.writes + 1
        self.shared[:8] = number.to_bytes(8, "little")
        if number == self.fatal:
            die()
            os.kill(os.getpid(), signal.SIGKILL)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """What Python announces."""
        if event in _NAMES and self.concerns(arguments[0]):
            self.begin()
            if event == "os.rename":
                self.renames.append(self.writes)
                source, target = map(Path, arguments[:2])
                self.versions.append((str(target), sha256(source.read_bytes()).hexdigest() if source.is_file() else ""))

    def watch(self) -> None:
        """Count from now on."""
        # What a process has written outlives it; only a machine that stops loses what has not reached the disk.
        vars(os)["fsync"] = lambda _: None
        sys.addaudithook(self.hear)
        real = io.open

        def opened(file: Any, mode: str = "r", *arguments: Any, **keywords: Any) -> Any:
            if not set(mode) & set("wax+") or isinstance(file, int) or not self.concerns(file):
                return real(file, mode, *arguments, **keywords)
            self.begin()
            stream: Any = real(file, mode, *arguments, **keywords)
            write = stream.write

            def counted(content: Any) -> Any:
                def some() -> None:
                    if self.half:
                        write(content[: len(content) // 2])
                        stream.flush()

                self.begin(some)
                return write(content)

            stream.write = counted
            return stream

        vars(io)["open"] = opened
        self.watch_descriptors()

    def watch_descriptors(self) -> None:
        """Count what is written without Python's files, as the press does."""
        real_open, real_write, real_close = os.open, os.write, os.close

        def opened(path: Any, flags: int, *arguments: Any, **keywords: Any) -> int:
            if not flags & (os.O_WRONLY | os.O_RDWR) or not self.concerns(path) or not _can_be_opened(path, flags):
                return real_open(path, flags, *arguments, **keywords)
            self.begin()
            descriptor = real_open(path, flags, *arguments, **keywords)
            self.descriptors.add(descriptor)
            return descriptor

        def written(descriptor: int, content: Any) -> int:
            def some() -> None:
                if self.half:
                    real_write(descriptor, content[: len(content) // 2])

            if descriptor in self.descriptors:
                self.begin(some)
            return real_write(descriptor, content)

        def closed(descriptor: int) -> None:
            self.descriptors.discard(descriptor)
            real_close(descriptor)

        vars(os).update(open=opened, write=written, close=closed)


def _can_be_opened(path: Any, flags: int) -> bool:
    """Whether a file will be there: the press tries a name, and its folder, before it makes either."""
    there = Path(os.fsdecode(path))
    return there.parent.is_dir() and not (flags & os.O_EXCL and os.path.lexists(there))


def _child(wish: Mapping[str, Any], count: _Count, output: int) -> None:
    from click.testing import CliRunner  # noqa: PLC0415 - in the process that forks alone

    from scraper import turns  # noqa: PLC0415 - the same
    from scraper.cli import main  # noqa: PLC0415 - the same
    from tests.scraper.fake_clock import FakeClock  # noqa: PLC0415 - the same

    turns.TURNS = turns.Turns(FakeClock())
    os.environ.update(wish["environment"])
    tempfile.tempdir = None  # the environment names another one
    count.watch()
    result = CliRunner().invoke(main, ["--root", wish["root"], *wish["arguments"]])
    crashed = result.exception and not isinstance(result.exception, SystemExit)
    output_text = result.output + (repr(result.exception) if crashed else "")
    with open(output, "w") as pipe:
        json.dump({"output": output_text[-3000:], "versions": count.versions, "renames": count.renames}, pipe)
    os._exit(70 if crashed else result.exit_code)


def _lived(wish: Mapping[str, Any]) -> End:
    count = _Count(wish["root"], wish["at"], wish["half"])
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _child(wish, count, writing)
    os.close(writing)
    if wish["after"]:
        time.sleep(wish["after"])
        os.kill(child, signal.SIGKILL)
    with open(reading) as pipe:  # noqa: PTH123 - the same
        said = json.loads(pipe.read() or "{}")
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return End(None if code == -signal.SIGKILL else code, count.writes, **said)


def pid_after(seconds: float) -> int:
    """A worker's number, after a while, so that each of several gets to work."""
    time.sleep(seconds)
    return os.getpid()


def main() -> None:
    """Fork a child for each line of wishes."""
    import site_config.plugin  # noqa: F401, PLC0415 - the same

    for line in sys.stdin:
        end = _lived(json.loads(line))
        sys.stdout.write(json.dumps(asdict(end)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
