"""An SMTP server that takes messages, as the environment names it.

    PAPERSTAND_SMTP_HOST       smtp.example.org
    PAPERSTAND_SMTP_PORT       587 unless told; 465 with TLS from the start
    PAPERSTAND_SMTP_TLS        starttls, tls or none; by the port unless told
    PAPERSTAND_SMTP_USER       nobody unless told
    PAPERSTAND_SMTP_PASSWORD
    PAPERSTAND_SMTP_FROM       A newsstand <papers@example.org>, or the address alone
    PAPERSTAND_SMTP_TO         addresses with commas or line ends between, or a file with one in each line

The password is handed to the server and to nobody else: no message and no error holds it.
"""

from __future__ import annotations

import ipaddress
import re
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scraper.errors import PaperstandError
from scraper.records import clean_line
from site_config.newsletter.sent import Attempt

TIMEOUT = 60
"""Seconds that a server may take for an answer."""
_WELL = (250, 251)
_ENDS = 421
"""The server ends the connection, after so many messages say (RFC 5321, section 3.8)."""

_PREFIX = "PAPERSTAND_SMTP_"
# What every mail server takes: no quoting, no comments, no letters beyond ASCII, nothing that could end a field.
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_SENDER = re.compile(rf"(?:(?P<name>[^<>]*)<(?P<named>{_ADDRESS.pattern})>|(?P<alone>{_ADDRESS.pattern}))")


@dataclass(frozen=True, slots=True)
class Mailer:
    """What the environment says about sending."""

    host: str
    port: int
    security: str
    """starttls, tls or none."""
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Mailer:
        """What these variables say. Raises PaperstandError with every one that is missing or not understood."""
        given = {
            name.removeprefix(_PREFIX): value.strip()
            for name, value in environment.items()
            if name.startswith(_PREFIX) and value.strip()
        }
        problems = [
            f"{_PREFIX}{name} is not set: expected {what}" for name, what in _NEEDED.items() if name not in given
        ]
        port = _port(given.get("PORT", "587"), problems)
        security = given.get("TLS", "tls" if port == 465 else "starttls").lower()  # RFC 8314, section 3.3
        if security not in _SECURITIES:
            problems.append(f"{_PREFIX}TLS: expected one of {', '.join(_SECURITIES)}")
        if security == "none" and "PASSWORD" in given and not _is_this_machine(given.get("HOST", "")):
            problems.append(f"{_PREFIX}TLS: with none, everybody on the way could read the password")
        if ("USER" in given) != ("PASSWORD" in given):
            problems.append(f"{_PREFIX}USER and {_PREFIX}PASSWORD: expected both or neither")
        name, sender = sender_of(given.get("FROM", ""), problems)
        recipients = _recipients(given.get("TO", ""), problems)
        if problems:
            raise PaperstandError("\n".join(problems))
        return cls(
            given["HOST"],
            port,
            security,
            sender,
            name,
            recipients,
            given.get("USER", ""),
            given.get("PASSWORD", ""),
        )


_NEEDED = {
    "HOST": "your mail server's name, such as smtp.example.org",
    "FROM": "the sender, such as papers@example.org",
    "TO": "the recipients' addresses with commas between, or a file with one in each line",
}
_SECURITIES = ("starttls", "tls", "none")


def _port(text: str, problems: list[str]) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    problems.append(f"{_PREFIX}PORT: expected a number such as 587")
    return 0


def sender_of(text: str, problems: list[str]) -> tuple[str, str]:
    """(name, address) of "A newsstand <papers@example.org>"; ("", "") and another problem where it is neither."""
    found = _SENDER.fullmatch(clean_line(text))
    if found:
        return (found["name"] or "").strip().strip('"').strip(), found["named"] or found["alone"]
    if text:
        problems.append(f"{_PREFIX}FROM: expected an address such as papers@example.org")
    return "", ""


def _recipients(text: str, problems: list[str]) -> tuple[str, ...]:
    where = f"{_PREFIX}TO"
    if text and "@" not in text:
        where = f"{_PREFIX}TO: {text}"
        try:
            text = Path(text).read_bytes().decode("utf-8-sig")
        except OSError as error:
            problems.append(f"{where}: {error.strerror}")
            return ()
        except UnicodeDecodeError:
            problems.append(f"{where}: expected text in UTF-8")
            return ()
        if not text.strip():
            problems.append(f"{where}: expected an address in each line")
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        for address in filter(None, (part.strip() for part in line.partition("#")[0].split(","))):
            if _ADDRESS.fullmatch(address):
                found.append(address)
            else:
                problems.append(f"{where}, line {number}: {address!r} is not an address such as reader@example.org")
    return tuple(dict.fromkeys(found))


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Connection:
    """A connection to the server, opened when it is needed and anew where it broke. Used as a context."""

    def __init__(self, mailer: Mailer, *, timeout: float = TIMEOUT) -> None:
        self._mailer = mailer
        self._timeout = timeout
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            try:
                self._server.quit()
            except (smtplib.SMTPException, OSError):
                self._server.close()

    def send(self, recipient: str, content: bytes) -> Attempt:
        """Hand one message to the server.

        Raises PaperstandError where the server cannot be reached, proves to be another, or refuses the password: then
        the message was not sent.
        """
        was_open = self._server is not None
        server = self._server = self._server or self._open()
        try:
            refusal = self._announce(server, recipient)
        except (smtplib.SMTPException, OSError) as error:
            refusal = Attempt(taken=False, reason=str(error) or type(error).__name__)
            self._drop()
        if was_open and self._is_dropped:
            return self.send(recipient, content)  # the server ended a connection that had been in use
        return refusal or self._transmit(server, content)

    def _announce(self, server: smtplib.SMTP, recipient: str) -> Attempt | None:
        """Tell the server whom a message is from and to. Gives its refusal."""
        server.ehlo_or_helo_if_needed()
        for say, address in ((server.mail, self._mailer.sender), (server.rcpt, recipient)):
            code, words = say(address)
            if code not in _WELL:
                return self._refused(server, code, words)
        return None

    def _transmit(self, server: smtplib.SMTP, content: bytes) -> Attempt:
        try:
            code, words = server.data(content)
        except smtplib.SMTPDataError as refusal:
            return self._refused(server, refusal.smtp_code, refusal.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Attempt(taken=False, certain=False, reason=str(error) or type(error).__name__)
        return Attempt(taken=True) if code in _WELL else self._refused(server, code, words)

    def _refused(self, server: smtplib.SMTP, code: int, words: bytes | str) -> Attempt:
        """What the server said; the connection is ready for the next message, or there is none."""
        try:
            if code == _ENDS or server.rset()[0] not in _WELL:
                self._drop()
        except (smtplib.SMTPException, OSError):
            self._drop()
        said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        return Attempt(taken=False, reason=f"{code} {clean_line(said)}")

    @property
    def _is_dropped(self) -> bool:
        return self._server is None

    def _drop(self) -> None:
        if self._server:
            self._server.close()
        self._server = None

    def _open(self) -> smtplib.SMTP:
        mailer = self._mailer
        context = ssl.create_default_context()
        server: smtplib.SMTP | None = None
        # The sender's host introduces itself: this machine's own name is nobody's business, and often none.
        options: dict[str, Any] = {"timeout": self._timeout, "local_hostname": mailer.sender.rpartition("@")[2]}
        try:
            if mailer.security == "tls":
                server = smtplib.SMTP_SSL(mailer.host, mailer.port, context=context, **options)
            else:
                server = smtplib.SMTP(mailer.host, mailer.port, **options)
            if mailer.security == "starttls":
                server.starttls(context=context)
            if mailer.user:
                server.login(mailer.user, mailer.password)
        except (smtplib.SMTPException, OSError) as error:
            if server:
                server.close()
            # The error itself is left behind: what a server says to a login may hold the password.
            raise PaperstandError(f"{mailer.host}:{mailer.port}: {_advice(error)}") from None
        return server


def _advice(error: Exception) -> str:
    """What went wrong before any message was sent, and what to do."""
    said = getattr(error, "strerror", None) or "the server hung up"
    where = f"look at {_PREFIX}HOST and _PORT"
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"the server refuses {_PREFIX}USER with this password (it says {error.smtp_code})"
        case smtplib.SMTPNotSupportedError():
            return f"the server offers no encryption or no login that can be used here; look at {_PREFIX}TLS and _USER"
        case ssl.SSLCertVerificationError():
            said = f"the server's certificate does not prove that it is this server ({error.verify_message})"
        case ssl.SSLError():
            where = f"port 465 wants {_PREFIX}TLS=tls, port 587 starttls"
            said = f"no encrypted connection ({error.reason})"
        case smtplib.SMTPResponseException():
            said = f"the server refuses to talk (it says {error.smtp_code})"
        case _ if TimeoutError in {type(error), type(error.__context__)}:  # smtplib says that such a server hung up
            said = "no answer in time"
    return f"{said}; {where}"
