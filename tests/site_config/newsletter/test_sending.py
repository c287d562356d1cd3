"""Sending: to a real server, everybody once, whatever the server, the network or the machine does in between."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import traceback
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from scraper.cli import mailing
from scraper.errors import ContentError, LockedError, PaperstandError
from scraper.lock import only_writer
from site_config.newsletter import Mailer, Record
from site_config.newsletter.sending import Connection
from site_config.newsletter.sent import Attempt, State, deliver
from tests.site_config.newsletter.conftest import CERTIFICATE, Run, StartServer, parsed, tls_context

DIGEST = ("digest", "--day", "2026-08-21")
PASSWORD = "s3cret-p4ssword"  # noqa: S105 - the test server's own
ALL = "a@example.org, B@example.org\nc@example.org"


def server_at(port: int, **variables: str) -> dict[str, str]:
    """The environment of a run that sends to a server on loopback."""
    return {
        "PAPERSTAND_SMTP_HOST": "127.0.0.1",
        "PAPERSTAND_SMTP_PORT": str(port),
        "PAPERSTAND_SMTP_TLS": "none",
        "PAPERSTAND_SMTP_FROM": "A newsstand <papers@example.org>",
        "PAPERSTAND_SMTP_TO": ALL,
    } | {f"PAPERSTAND_SMTP_{name}": value for name, value in variables.items()}


def record(root: Path) -> list[tuple[str, str]]:
    """(recipient, state), line by line."""
    lines = (root / ".newsletter" / "sent.jsonl").read_text().splitlines()
    return [(said["to"], said["state"]) for said in map(json.loads, lines)]


def test_everybody_gets_a_message_of_their_own(run: Run, root: Path, start_server: StartServer) -> None:
    """Each recipient is sent one message, to them alone, now; it is the digest, and it arrives as it was sent."""
    server, port = start_server()
    done = run(*DIGEST, "--send", **server_at(port))
    assert (done.exit_code, done.output) == (0, "2026-08-21: sent to 3 recipients, to 0 before, 0 problems\n")
    assert server.recipients == ["a@example.org", "B@example.org", "c@example.org"]
    for recipient, content in server.messages:
        message = parsed(content)
        assert not message.defects
        assert message["To"] == recipient
        assert message["From"] == "A newsstand <papers@example.org>"
        assert abs(parsedate_to_datetime(message["Date"]) - datetime.now(UTC)) < timedelta(minutes=5)
        html = message.get_body(("html",))
        assert html
        assert "https://example.org/papers/papers/2608.19880/" in html.get_content()
    assert len({parsed(content)["Message-ID"] for _, content in server.messages}) == 3
    assert (root / ".newsletter" / "sent.jsonl").stat().st_mode & 0o077 == 0


def test_nobody_is_sent_a_digest_twice(run: Run, root: Path, start_server: StartServer) -> None:
    """A second run sends to those alone who are new, also when the digest's numbers or an address's case changed."""
    server, port = start_server()
    run(*DIGEST, "--send", **server_at(port, TO="a@example.org"))
    day = root / "content/daily/2026/2026-08-21.md"
    day.write_text(day.read_text().replace("upvotes: 163", "upvotes: 164"))
    done = run(*DIGEST, "--send", **server_at(port, TO="A@EXAMPLE.org, new@example.org, new@example.org"))
    assert done.output == "2026-08-21: sent to 1 recipient, to 1 before, 0 problems\n"
    assert server.recipients == ["a@example.org", "new@example.org"]
    assert run(*DIGEST, "--send", "--again", **server_at(port, TO="a@example.org")).exit_code == 0
    assert len(server.messages) == 2
    other = run("digest", "--day", "2026-08-20", "--send", **server_at(port, TO="a@example.org"))
    assert other.exit_code == 0
    assert len(server.messages) == 3


@pytest.mark.parametrize("hangs_up_at", [set[str](), {"RSET"}, {"QUIT"}], ids=["nothing", "RSET", "QUIT"])
def test_a_refused_recipient_stops_nobody(
    run: Run, root: Path, start_server: StartServer, hangs_up_at: set[str]
) -> None:
    """The others get theirs, the run says who did not and fails, and the next run tries them again.

    So it is with a server that hangs up on whoever it refused, or on whoever says good-bye.
    """
    server, port = start_server()
    server.hangs_up_at = hangs_up_at
    server.refused = {"B@example.org"}
    done = run(*DIGEST, "--send", **server_at(port))
    assert done.exit_code == 1
    assert "B@example.org: the server did not take it; the next run tries again (550 no such user)" in done.output
    assert server.recipients == ["a@example.org", "c@example.org"]
    server.refused = set()
    again = run(*DIGEST, "--send", **server_at(port))
    assert (again.exit_code, server.recipients[2:]) == (0, ["B@example.org"])
    assert record(root)[-1] == ("B@example.org", "sent")


@pytest.mark.parametrize("recipient", ["a@example.org", "B@example.org"], ids=["first", "second"])
def test_a_server_that_hangs_up_on_a_recipient(run: Run, start_server: StartServer, recipient: str) -> None:
    """It was not told the message, so that nobody is in doubt: the others get theirs, and the next run tries again."""
    server, port = start_server()
    server.hangs_up_at = {recipient}
    done = run(*DIGEST, "--send", **server_at(port))
    assert done.exit_code == 1
    assert f"{recipient}: the server did not take it; the next run tries again (Connection unexpectedly" in done.output
    assert [name for name in ("a@example.org", "B@example.org", "c@example.org") if name != recipient] == (
        server.recipients
    )
    server.hangs_up_at = set()
    assert run(*DIGEST, "--send", **server_at(port)).exit_code == 0
    assert server.recipients[2:] == [recipient]


def test_a_refused_message_stops_nobody(run: Run, start_server: StartServer) -> None:
    """The same where the server refuses the message itself, in several lines or not."""
    server, port = start_server()
    server.on_message = lambda recipient: "554-spam\r\n554 we think" if recipient.startswith("a@") else None
    done = run(*DIGEST, "--send", **server_at(port))
    assert done.exit_code == 1
    assert "a@example.org: the server did not take it" in done.output
    assert server.recipients == ["B@example.org", "c@example.org"]


def test_a_server_that_takes_few_messages_at_once(run: Run, start_server: StartServer) -> None:
    """Where a server ends the connection after a message (421), the next is sent over a new one."""
    server, port = start_server()
    server.per_connection = 1
    done = run(*DIGEST, "--send", **server_at(port))
    assert done.exit_code == 0, done.output
    assert server.recipients == ["a@example.org", "B@example.org", "c@example.org"]


def test_a_broken_connection_is_not_a_second_mail(run: Run, start_server: StartServer) -> None:
    """A server that hangs up on a message may have it. Others are sent theirs; this one only with --again."""
    server, port = start_server()
    server.on_message = lambda recipient: "hang up" if recipient.startswith("B@") else None
    done = run(*DIGEST, "--send", **server_at(port))
    assert done.exit_code == 1
    assert "B@example.org: the connection broke, so that it may have arrived or not" in done.output
    assert server.recipients == ["a@example.org", "c@example.org"]
    server.on_message = lambda _: None
    later = run(*DIGEST, "--send", **server_at(port))
    assert later.exit_code == 1
    assert "B@example.org: an earlier run broke off while sending it" in later.output
    assert len(server.messages) == 2
    assert run(*DIGEST, "--send", "--again", **server_at(port)).exit_code == 0
    assert server.recipients[2:] == ["B@example.org"]


@pytest.mark.parametrize("arrived", [False, True])
def test_a_run_that_is_killed_while_it_sends(root: Path, run: Run, start_server: StartServer, arrived: bool) -> None:
    """SIGKILL between the message and its answer: the next run sends the rest, names the one in doubt, and fails.

    Whether that one arrived makes no difference, since nobody can know.
    """
    server, port = start_server()
    child: list[subprocess.Popen[str]] = []

    def kill(recipient: str) -> str | None:
        if not recipient.startswith("B@"):
            return None
        if arrived:
            server.messages.append((recipient, b""))  # before the test's own thread sees the child gone
        child[0].send_signal(signal.SIGKILL)
        child[0].wait(timeout=30)
        return "hang up"

    server.on_message = kill
    command = [sys.executable, "-m", "scraper.cli", "--root", str(root), *DIGEST, "--send"]
    child.append(subprocess.Popen(command, env={**os.environ, **server_at(port)}, text=True, stderr=subprocess.PIPE))
    assert child[0].wait(timeout=60) == -signal.SIGKILL
    assert child[0].stderr
    child[0].stderr.close()
    assert record(root) == [("a@example.org", "sending"), ("a@example.org", "sent"), ("B@example.org", "sending")]
    server.on_message = lambda _: None
    before = server.recipients
    done = run(*DIGEST, "--send", **server_at(port))
    assert done.exit_code == 1
    assert "Problem: B@example.org: an earlier run broke off while sending it" in done.output
    assert "sent to 1 recipient, to 1 before, 1 problem" in done.output
    assert server.recipients == [*before, "c@example.org"]


def test_a_server_that_is_not_there(run: Run, root: Path) -> None:
    """Nobody is in doubt when no connection could be made: the next run sends to everybody."""
    done = run(*DIGEST, "--send", **server_at(1))
    assert done.exit_code == 1
    assert "Error: 127.0.0.1:1: Connection refused; look at PAPERSTAND_SMTP_HOST and _PORT" in done.output
    assert {state for _, state in record(root)[1:]} == {"refused"}


def test_a_server_that_says_nothing() -> None:
    """A run does not hang for ever on a server that takes the connection and no more."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hangs_up = threading.Timer(20, silent.close)
        hangs_up.start()
        try:
            mailer = Mailer.of(server_at(silent.getsockname()[1]))
            with (
                pytest.raises(PaperstandError, match="no answer in time"),
                Connection(mailer, timeout=0.2) as connection,
            ):
                connection.send("a@example.org", b"")
        finally:
            hangs_up.cancel()


def test_a_login_over_an_encrypted_connection(
    run: Run, start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With STARTTLS the password goes over the encrypted connection alone."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    server, port = start_server(login=True, tls_context=tls_context(), require_starttls=True)
    server.password = PASSWORD
    login = {"HOST": "localhost", "USER": "papers", "PASSWORD": PASSWORD, "TLS": "starttls"}
    done = run(*DIGEST, "--send", **server_at(port, **login))
    assert done.exit_code == 0, done.output
    assert server.logins == [("papers", PASSWORD, True)]
    assert len(server.messages) == 3


def test_tls_from_the_start(run: Run, start_server: StartServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same where the server wants TLS before anything is said."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    server, port = start_server(ssl_context=tls_context())
    done = run(*DIGEST, "--send", **server_at(port, HOST="localhost", TLS="tls"))
    assert done.exit_code == 0, done.output
    assert len(server.messages) == 3


def test_a_server_that_proves_nothing_gets_nothing(run: Run, start_server: StartServer) -> None:
    """A certificate that nobody vouches for, or no encryption where it is asked for: no password and no mail."""
    server, port = start_server(login=True, tls_context=tls_context())
    login = {"HOST": "localhost", "USER": "papers", "PASSWORD": PASSWORD, "TLS": "starttls"}
    done = run(*DIGEST, "--send", **server_at(port, **login))
    assert done.exit_code == 1
    assert "certificate does not prove that it is this server" in done.output
    plain, open_port = start_server(login=True)
    done = run(*DIGEST, "--send", **server_at(open_port, **login))
    assert done.exit_code == 1
    assert "no encryption" in done.output
    assert server.logins == plain.logins == []
    assert server.messages == plain.messages == []


def test_the_password_is_never_said(run: Run, root: Path, start_server: StartServer) -> None:
    """A wrong password is one message that names the variable and not its value; nothing that is written holds it."""
    server, port = start_server(login=True)
    done = run(*DIGEST, "--send", **server_at(port, USER="papers", PASSWORD=PASSWORD))
    assert done.exit_code == 1
    assert "the server refuses PAPERSTAND_SMTP_USER with this password (it says 535)" in done.output
    assert server.logins[0][1] == PASSWORD
    assert PASSWORD not in done.output
    assert PASSWORD not in (root / ".newsletter" / "sent.jsonl").read_text()
    mailer = Mailer.of(server_at(port, USER="papers", PASSWORD=PASSWORD))
    assert PASSWORD not in repr(mailer)
    # Nor does a traceback, should anybody ever see one: what the server said is no part of the error.
    with pytest.raises(PaperstandError) as caught, Connection(mailer) as connection:
        connection.send("a@example.org", b"")
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"HOST": ""}, "PAPERSTAND_SMTP_HOST is not set: expected your mail server's name"),
        ({"TO": ""}, "PAPERSTAND_SMTP_TO is not set: expected the recipients' addresses"),
        ({"TO": "a@example.org,\nnobody@, x"}, "PAPERSTAND_SMTP_TO, line 2: 'nobody@' is not an address"),
        ({"TO": "no-such-file"}, "PAPERSTAND_SMTP_TO: no-such-file: No such file"),
        ({"FROM": "nobody"}, "PAPERSTAND_SMTP_FROM: expected an address such as papers@example.org"),
        ({"FROM": "a@b.example\nBcc: c@d.example"}, "PAPERSTAND_SMTP_FROM: expected an address"),
        ({"PORT": "many"}, "PAPERSTAND_SMTP_PORT: expected a number such as 587"),
        ({"TLS": "yes"}, "PAPERSTAND_SMTP_TLS: expected one of starttls, tls, none"),
        ({"USER": "papers"}, "PAPERSTAND_SMTP_USER and PAPERSTAND_SMTP_PASSWORD: expected both or neither"),
        (
            {"HOST": "mail.example.org", "USER": "u", "PASSWORD": PASSWORD},
            "PAPERSTAND_SMTP_TLS: with none, everybody on the way could read the password",
        ),
    ],
)
def test_an_environment_that_will_not_do(run: Run, variables: dict[str, str], said: str) -> None:
    """Each thing that is missing or wrong is said, before anybody is asked for anything."""
    done = run(*DIGEST, "--send", **server_at(9, **variables))
    assert done.exit_code == 1
    assert said in done.output
    assert PASSWORD not in done.output


def test_recipients_in_a_file(tmp_path: Path) -> None:
    """One in each line; what follows a # is a remark, and an address that stands twice counts once."""
    (tmp_path / "readers").write_text("\ufeffa@example.org # the first\n\n# nobody\nb@example.org\r\na@example.org\n")
    assert Mailer.of(server_at(25, TO=str(tmp_path / "readers"))).recipients == ("a@example.org", "b@example.org")


def test_the_port_says_how_to_encrypt() -> None:
    """587 begins in the clear and encrypts before anything else, 465 encrypts from the start (RFC 8314)."""
    ports = [{"PORT": "465"}, {"PORT": "587"}, {"PORT": ""}]
    mailers = [Mailer.of(server_at(1, TLS="", **port)) for port in ports]
    assert [(mailer.port, mailer.security) for mailer in mailers] == [
        (465, "tls"),
        (587, "starttls"),
        (587, "starttls"),
    ]


def test_a_record_that_was_torn(tmp_path: Path) -> None:
    """A line that a crash cut off says nothing; what stood before it holds, and what comes after it can be read."""
    path = tmp_path / "sent.jsonl"
    with Record(path) as written:
        written.note("w", "a@example.org", State.SENT)
        written.note("w", "b@example.org", State.SENDING)
    path.write_bytes(path.read_bytes() + b'{"digest": "w", "to": "b@exam')
    with Record(path) as written:
        assert written.state("w", "A@example.org") is State.SENT
        assert written.state("w", "b@example.org") is State.SENDING
        written.note("w", "b@example.org", State.SENT)
    with Record(path) as written:
        assert written.state("w", "b@example.org") is State.SENT


@pytest.mark.parametrize(
    "damaged",
    ["nonsense", "", "7", "[]", '{"digest": "w"}', '{"digest": "w", "to": "b@example.org", "state": "perhaps"}'],
)
def test_a_record_that_cannot_be_read(tmp_path: Path, damaged: str) -> None:
    """A damaged line stops the run and is named: to guess could send everybody everything again."""
    path = tmp_path / "sent.jsonl"
    path.write_text(f'{{"digest": "w", "to": "a@example.org", "state": "sent"}}\n{damaged}\n')
    with pytest.raises(ContentError, match=r"sent.jsonl:2: expected a digest"), Record(path):
        pass


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux counts what a process has open")
def test_a_record_leaves_nothing_open(tmp_path: Path) -> None:
    """Neither one that could be read nor one that could not."""
    path = tmp_path / "sent.jsonl"
    before = len([*Path("/proc/self/fd").iterdir()])
    for _ in range(5):
        with Record(path):
            pass
    path.write_text("nonsense\n")
    for _ in range(5):
        with pytest.raises(ContentError), Record(path):
            pass
    assert len([*Path("/proc/self/fd").iterdir()]) <= before


def test_an_address_that_is_named_twice_is_tried_once(tmp_path: Path) -> None:
    """However it is written; a refusal, or a doubt, is no reason to try it again in the same run."""
    tried: list[str] = []

    def refuse(recipient: str) -> Attempt:
        tried.append(recipient)
        return Attempt(taken=False, certain=recipient[0] in "aA", reason="no")

    with Record(tmp_path / "sent.jsonl") as record:
        names = ["a@example.org", "A@example.org", "b@example.org", "B@example.org"]
        results = list(deliver("w", names, record, refuse, again=True))
    assert tried == [result.recipient for result in results] == ["a@example.org", "b@example.org"]


def test_two_runs_at_once(tmp_path: Path) -> None:
    """While one run sends, another can not."""
    with only_writer(tmp_path, "test"), pytest.raises(LockedError), Record(tmp_path / "sent.jsonl"):
        pass


def test_each_step_is_on_the_disk_before_the_next(
    run: Run, root: Path, start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the server has a message, the record says already that it is being sent; and not yet that it was.

    It is on the disk, and not only on its way there: a machine may stop.
    """
    server, port = start_server()
    seen: list[tuple[str, str]] = []
    on_the_disk: dict[int, int] = {}
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        fsync(descriptor)
        status = os.fstat(descriptor)
        on_the_disk[status.st_ino] = status.st_size

    def look(_: str) -> None:
        seen.append(record(root)[-1])
        status = (root / ".newsletter" / "sent.jsonl").stat()
        assert on_the_disk.get(status.st_ino) == status.st_size

    monkeypatch.setattr(os, "fsync", watched)
    server.on_message = look
    assert run(*DIGEST, "--send", **server_at(port)).exit_code == 0
    assert seen == [(recipient, "sending") for recipient in server.recipients]
    assert len(seen) == 3
    assert on_the_disk[(root / ".newsletter" / "sent.jsonl").stat().st_ino] > 0


def test_the_records_name_is_on_the_disk_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new record's folder is written through, and the folder above it, which names that one."""
    synced: list[int] = []
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    folder = tmp_path / "new"
    with Record(folder / "sent.jsonl"):
        assert {folder.stat().st_ino, tmp_path.stat().st_ino} <= set(synced)


# --- what is sent, where no day or week is named ---


def test_the_last_week_that_is_over(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A week that goes on is not sent: until its last day is over, the one before that has papers is meant."""
    monkeypatch.setattr(mailing, "today", lambda: date(2026, 8, 23))
    assert "Week 31 of 2026" in run("digest", "--week").output
    monkeypatch.setattr(mailing, "today", lambda: date(2026, 8, 24))
    assert "Week 34 of 2026" in run("digest", "--week").output
    assert "Week 34 of 2026" in run("digest", "--week", "--topic", "agents").output
    monkeypatch.setattr(mailing, "today", lambda: date(2026, 8, 21))
    assert "20 August 2026" in run("digest").output


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--day", "2026-08-22"], 0, "Nothing to send: 22 August 2026 has no papers."),
        (["--day", "2020-01-01"], 1, "the library has no day 2020-01-01; it has 2026-07-31 to 2026-08-22"),
        (["--day", "yesterday"], 2, "expected a date such as 2026-08-21"),
        (["--week", "2020-W01"], 1, "the library has no week 2020-W01; it has 2026-W31 to 2026-W34"),
        (["--week", "34"], 2, "expected a week such as 2026-W34"),
        (
            ["--week", "2026-W34", "--topic", "cooking"],
            1,
            "there is no topic 'cooking'; site.yml's topics: agents, physics",
        ),
        (["--day", "2026-08-21", "--trending"], 2, "a digest is of a --day, of a --week or --trending"),
        (["--day", "2026-08-21", "--again"], 2, "belong to --send"),
    ],
)
def test_what_cannot_be_sent(run: Run, arguments: list[str], status: int, said: str) -> None:
    """A day or week that is not there, or has no papers, is said in a line."""
    done = run("digest", *arguments)
    assert (done.exit_code, said in done.output) == (status, True), done.output


def test_a_library_with_problems_is_not_sent(run: Run, root: Path) -> None:
    """A mail cannot be taken back: what the build refuses is refused here."""
    (root / "content/daily/2026/2026-08-21.md").write_text("---\ntitle: x\n")
    done = run("digest", "--day", "2026-08-20")
    assert done.exit_code == 1
    assert "content/daily/2026/2026-08-21.md:" in done.output


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("url: http://127.0.0.1:8000/", "url is http://127.0.0.1:8000/, which leads no reader anywhere"),
        ("mail: {provider: A, form: 'https://a.example/', unsubscribe: '{{ URL }}'}", "is a placeholder"),
    ],
)
def test_a_site_that_cannot_send(run: Run, root: Path, line: str, said: str) -> None:
    """Links to the sender's own machine, or a placeholder that nobody fills in, are never mailed."""
    site = root / "site_config/site.yml"
    lines = [kept for kept in site.read_text().splitlines() if not line.startswith(kept.partition(":")[0] + ":")]
    site.write_text("\n".join([*lines, line]) + "\n")
    done = run(*DIGEST, "--send", **server_at(9))
    assert done.exit_code == 1
    assert said in done.output


def test_files_are_written(run: Run, tmp_path: Path) -> None:
    """--out writes four files with the digest's name; their sender is the configured one."""
    done = run("digest", "--week", "2026-W34", "--topic", "agents", "--out", str(tmp_path / "out"))
    assert done.exit_code == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == [f"2026-W34-agents.{ending}" for ending in ("eml", "html", "md", "txt")]
    assert parsed((tmp_path / "out" / names[0]).read_bytes())["From"] == "A small library <digest@site.invalid>"
    run(*DIGEST, "--out", str(tmp_path / "out"), PAPERSTAND_SMTP_FROM="P <p@example.org>")
    assert parsed((tmp_path / "out" / "2026-08-21.eml").read_bytes())["From"] == "P <p@example.org>"


def test_a_record_elsewhere(run: Run, root: Path, tmp_path: Path, start_server: StartServer) -> None:
    """--record names another file."""
    _, port = start_server()
    assert run(*DIGEST, "--send", "--record", str(tmp_path / "r" / "x.jsonl"), **server_at(port)).exit_code == 0
    assert (tmp_path / "r" / "x.jsonl").read_text().count('"sent"') == 3
    assert not (root / ".newsletter").exists()


def test_errors_are_ours() -> None:
    """What goes wrong is one of the errors that the command line prints as a line."""
    with pytest.raises(PaperstandError, match="PAPERSTAND_SMTP_HOST is not set"):
        Mailer.of({})
