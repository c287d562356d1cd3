"""A real SMTP server on loopback, and the library whose digests are sent to it."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
from asyncio import Transport
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from click.testing import CliRunner, Result

from scraper import settings
from scraper.cli import main
from scraper.store import ContentStore
from site_config.catalog import Catalog
from site_config.edition import Edition

DATA = Path(__file__).parents[2] / "data"
CERTIFICATE, KEY = DATA / "smtp" / "localhost.pem", DATA / "smtp" / "localhost.key"


def parsed(content: bytes) -> EmailMessage:
    """A message as a mail program reads it."""
    message = BytesParser(policy=policy.default).parsebytes(content)
    assert isinstance(message, EmailMessage)
    return message


@dataclass
class MailServer:
    """What a server was sent, and how it behaves. Its methods are what aiosmtpd calls."""

    messages: list[tuple[str, bytes]] = field(default_factory=list)
    """(recipient, message), in the order in which they came."""
    refused: set[str] = field(default_factory=set)
    """Recipients it does not know."""
    hangs_up_at: set[str] = field(default_factory=set)
    """Recipients and commands (RSET, QUIT) at which it ends the connection without a word."""
    per_connection: int = 1000
    """Messages that it takes before it ends a connection."""
    on_message: Callable[[str], str | None] = lambda _: None
    """Is told each recipient before the server answers, and may give another answer."""
    logins: list[tuple[str, str, bool]] = field(default_factory=list)
    """(user, password, whether the connection was encrypted)."""
    password: str = "right"  # noqa: S105 - the test server's own
    taken: int = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.taken = 0
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self._perhaps_hang_up(server, address)
        if self.taken >= self.per_connection:
            return "421 enough for this connection"
        if address in self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_RSET(self, server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        self._perhaps_hang_up(server, "RSET")
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        self._perhaps_hang_up(server, "QUIT")
        return "221 Bye"

    def _perhaps_hang_up(self, server: SMTP, at: str) -> None:
        if at in self.hangs_up_at:
            assert isinstance(server.transport, Transport)
            server.transport.abort()

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        recipient, content = envelope.rcpt_tos[0], envelope.content
        assert isinstance(content, bytes)
        assert len(envelope.rcpt_tos) == 1
        answer = self.on_message(recipient)
        if answer == "hang up":
            assert isinstance(server.transport, Transport)
            server.transport.abort()
            return "451 never read"
        if answer is None:
            self.taken += 1
            self.messages.append((recipient, content))
        return answer or "250 OK"

    def authenticate(
        self, _server: SMTP, session: Session, _envelope: Envelope, _mechanism: str, given: Any
    ) -> AuthResult:
        """Whether a login is right, as aiosmtpd asks."""
        assert isinstance(given, LoginPassword)
        user, password = given.login.decode(), given.password.decode()
        self.logins.append((user, password, session.ssl is not None))
        # What a server says about a login is its own: some say what they were given.
        refusal = f"535 {user} may not come in with {password}"
        return AuthResult(success=password == self.password, handled=False, message=refusal)

    @property
    def recipients(self) -> list[str]:
        """Who got a message, in order."""
        return [recipient for recipient, _ in self.messages]


StartServer = Callable[..., tuple[MailServer, int]]


@pytest.fixture
def start_server() -> Iterator[StartServer]:
    """`start_server(**options)` starts a server on loopback, and gives it and its port."""
    running: list[Controller] = []

    def start(**options: Any) -> tuple[MailServer, int]:
        server = MailServer()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        if options.pop("login", False):
            options |= {"authenticator": server.authenticate, "auth_require_tls": False}
        options |= {"server_hostname": "localhost", "ready_timeout": 60}  # five seconds are few on a busy machine
        controller = Controller(server, hostname="127.0.0.1", port=port, **options)
        controller.start()
        running.append(controller)
        return server, port

    yield start
    for controller in running:
        controller.stop()


def tls_context() -> ssl.SSLContext:
    """What a server that encrypts needs."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, KEY)
    return context


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of tests/data/library."""
    shutil.copytree(DATA / "library", tmp_path / "library")
    return tmp_path / "library"


def edition_of(root: Path, **changes: Any) -> Edition:
    """What the library at `root` publishes, with other settings."""
    site = settings.load(root)
    site = type(site)(**{name: changes.get(name, getattr(site, name)) for name in site.__slots__})
    return Edition(Catalog.of(ContentStore(root).load(), site), site)


@pytest.fixture
def edition() -> Edition:
    """What tests/data/library publishes."""
    return edition_of(DATA / "library")


Run = Callable[..., Result]


@pytest.fixture
def run(root: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("digest", "--day", PAPERSTAND_SMTP_HOST="…")` runs `paperstand` on the copy of the library."""

    def invoke(*arguments: str, **variables: str) -> Result:
        for name in os.environ:
            if name.startswith("PAPERSTAND_"):
                monkeypatch.delenv(name)
        return CliRunner().invoke(main, ["--root", str(root), *arguments], env=variables, catch_exceptions=False)

    return invoke
