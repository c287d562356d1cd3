"""A digest written: as HTML for mail programs, as plain text, as Markdown, and as a message that has the first two.

Everything is a function of the digest and the envelope: the same digest gives the same bytes, its Message-ID and the
boundary between its parts included. No picture and no style sheet is asked of anybody.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import blake2b
from urllib.parse import quote, urlsplit

from scraper.settings import Settings
from site_config.newsletter import headers
from site_config.newsletter.digest import Digest, Mention
from site_config.pages.site import counted, render

LARGEST = 100_000
"""Bytes of a message, headers and all. Gmail cuts one off at 102 kB, and with it the link to unsubscribe."""
NO_ADDRESS = "digest@site.invalid"
"""The sender in a file where none is configured: RFC 2606 keeps .invalid for what is no address."""
_WIDTH = 72
_PROVIDERS = re.compile(r"\{\{.*\}\}")
"""A placeholder that a provider fills in: {{ UnsubscribeURL }}."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Whom a message is from and to, and when."""

    sender: str = NO_ADDRESS
    sender_name: str = ""
    """The site's name unless told."""
    recipient: str = ""
    """Nobody, in a file."""
    sent: datetime | None = None
    """Noon (UTC) of the digest's last day, in a file."""


def unsubscribe_address(settings: Settings, recipient: str = "") -> str:
    """Where a recipient unsubscribes, by site.yml's `mail.unsubscribe`; "" where nothing is configured.

    `{address}` in it becomes the recipient's address, where there is one.
    """
    configured = settings.mail.unsubscribe if settings.mail else ""
    return configured.replace("{address}", quote(recipient, safe="")) if recipient else configured


def is_providers(unsubscribe: str) -> bool:
    """Whether an unsubscribe address is a placeholder that only the mail provider can fill in."""
    return bool(_PROVIDERS.search(unsubscribe))


def written(digest: Digest, settings: Settings, envelope: Envelope) -> Mapping[str, bytes]:
    """A digest's files, by the end of their names: .html, .txt, .md and .eml."""
    unsubscribe = unsubscribe_address(settings, envelope.recipient)
    html, plain = _fitted(digest, unsubscribe, envelope)
    return {
        ".html": html.encode(),
        ".txt": plain.encode(),
        ".md": markdown(digest).encode(),
        ".eml": _message(digest, unsubscribe, envelope, html, plain),
    }


def message(digest: Digest, settings: Settings, envelope: Envelope) -> bytes:
    """A digest as a message, at most LARGEST bytes."""
    unsubscribe = unsubscribe_address(settings, envelope.recipient)
    return _message(digest, unsubscribe, envelope, *_fitted(digest, unsubscribe, envelope))


def _fitted(digest: Digest, unsubscribe: str, envelope: Envelope) -> tuple[str, str]:
    """A digest as HTML and as text, with as many papers as there is room for."""
    shown = len(digest.mentions)
    while True:
        html, plain = hypertext(digest, unsubscribe, shown), text(digest, unsubscribe, shown)
        size = len(_message(digest, unsubscribe, envelope, html, plain))
        if size <= LARGEST or not shown:
            return html, plain
        # Nearly all bytes are the papers', so that this comes close at once.
        shown = min(shown - 1, shown * LARGEST // size)


def hypertext(digest: Digest, unsubscribe: str, shown: int) -> str:
    """A digest as a page that mail programs understand: tables, each with its own style."""
    return render(
        "digest.html",
        digest=digest,
        mentions=digest.mentions[:shown],
        more=_more(digest, shown),
        unsubscribe=unsubscribe,
        preheader="; ".join(mention.title for mention in digest.mentions[:3]),
    )


def text(digest: Digest, unsubscribe: str, shown: int) -> str:
    """A digest as plain text."""
    head = [digest.site, digest.title, digest.kicker, digest.about, digest.address]
    parts = ["\n".join(line for line in head if line)]
    if digest.note:
        parts += [_wrapped(paragraph) for paragraph in digest.note_text.split("\n\n")]
    parts += [_mention_as_text(number, mention) for number, mention in enumerate(digest.mentions[:shown], start=1)]
    if more := _more(digest, shown):
        parts.append(f"{more}:\n{digest.address}")
    end = [
        "-- ",
        f"{digest.site}: {digest.url}",
        f"Feeds and other ways to subscribe: {digest.url}subscribe/",
        f"Unsubscribe: {unsubscribe}" if unsubscribe else "To get no more of these, answer this mail and say so.",
    ]
    return "\n\n".join([*parts, "\n".join(end)]) + "\n"


def markdown(digest: Digest) -> str:
    """A digest as Markdown, for a release on GitHub, which has its title above.

    Text of papers is text, and calls nobody.
    """
    parts = [f"[{_escaped(digest.kicker)}]({_target(digest.address)}): {_escaped(digest.about)}"]
    parts += [_escaped(paragraph) for paragraph in digest.note_text.split("\n\n") if paragraph]
    parts += [_mention_as_markdown(number, mention) for number, mention in enumerate(digest.mentions, start=1)]
    if more := _more(digest, len(digest.mentions)):
        parts.append(f"[{_escaped(more)}]({_target(digest.address)})")
    return "\n\n".join(parts) + "\n"


def _more(digest: Digest, shown: int) -> str:
    left = digest.papers - shown
    return f"and {left:,} more" if left else ""


def _facts(mention: Mention) -> str:
    """Withdrawn · A. Name and 2 more · Organisation · 12 upvotes"""
    votes = "" if mention.upvotes is None else counted(mention.upvotes, "upvote")
    return " · ".join(part for part in ("Withdrawn" if mention.withdrawn else "", mention.by, votes) if part)


def _mention_as_text(number: int, mention: Mention) -> str:
    lines = [_wrapped(f"{number}. {mention.title}")]
    if facts := _facts(mention):
        lines.append(_wrapped(facts, "   "))
    if mention.address:
        lines.append(f"   {mention.address}")
    if mention.excerpt:
        lines.append(_wrapped(mention.excerpt, "   "))
    return "\n".join(lines)


def _wrapped(paragraph: str, indent: str = "") -> str:
    return textwrap.fill(
        paragraph,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent or "   ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _mention_as_markdown(number: int, mention: Mention) -> str:
    title = _escaped(mention.title)
    lines = [f"{number}. **[{title}]({_target(mention.address)})**" if mention.address else f"{number}. **{title}**"]
    links = [f"[{_escaped(label)}]({_target(address)})" for label, address in mention.links]
    facts = " · ".join(part for part in (_escaped(_facts(mention)), *links) if part)
    if facts:
        lines.append(facts)
    if mention.excerpt:
        lines.append(f"<br>{_escaped(mention.excerpt)}")
    return "<br>".join(lines[:2]) + "".join(lines[2:])


def _escaped(words: str) -> str:
    """Text that Markdown takes as text.

    GitHub makes a mention of "@name" and a reference of "#12" after Markdown is done; a word joiner keeps it from that.
    """
    escaped = re.sub(r"([!#$&*+:<=>@\[\\\]^_`{|}~])", r"\\\1", " ".join(words.split()))
    return re.sub(r"(\\[@#])(?=\w)", "\\1\u2060", escaped)


def _target(address: str) -> str:
    """An address between the parentheses of a link."""
    return re.sub(r"[\s()<>\\]", lambda found: quote(found[0], safe=""), address)


def _message(digest: Digest, unsubscribe: str, envelope: Envelope, html: str, plain: str) -> bytes:
    body = EmailMessage(policy=SMTP)
    body.set_content(plain, cte="quoted-printable")
    body.add_alternative(html, subtype="html", cte="quoted-printable")
    made_of = (digest.name, digest.subject, envelope.sender, envelope.recipient, unsubscribe, plain, html)
    name = blake2b("\x00".join(made_of).encode(), digest_size=16).hexdigest()
    body.set_boundary(f"=_{name}")
    return (_head(digest, unsubscribe, envelope, name) + body.as_string()).encode("ascii")


def _head(digest: Digest, unsubscribe: str, envelope: Envelope, name: str) -> str:
    """The fields of a message but those of MIME."""
    sent = envelope.sent or datetime.combine(digest.day, time(12), UTC)
    host = envelope.sender.rpartition("@")[2]
    fields = {
        "From": headers.mailbox(envelope.sender_name or digest.site, envelope.sender),
        "To": envelope.recipient or "undisclosed-recipients:;",
        "Subject": headers.text(digest.subject),
        "Date": format_datetime(sent),
        "Message-ID": f"<{digest.name}.{name}@{host}>",
        "List-Id": headers.mailbox(digest.site, list_id(digest)),
        "List-Archive": f"<{quote(digest.address, safe=_IN_ADDRESSES)}>",
    }
    if unsubscribe:
        fields["List-Unsubscribe"] = f"<{_unsubscribe_field(unsubscribe)}>"
        if is_one_click(unsubscribe, envelope.recipient):
            fields["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # RFC 3834, section 5: nobody's answering machine should answer.
    fields["Auto-Submitted"] = "auto-generated"
    return "".join(headers.field(name, value) for name, value in fields.items())


_IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=~-._"


def _unsubscribe_field(unsubscribe: str) -> str:
    return unsubscribe if is_providers(unsubscribe) else quote(unsubscribe, safe=_IN_ADDRESSES + "{}")


def is_one_click(unsubscribe: str, recipient: str) -> bool:
    """Whether one request to this address, without a person, unsubscribes.

    RFC 8058, section 3.1: it is an https address, and it alone says who wants to be taken off which list. One that is
    the same for everybody does not.
    """
    named = bool(recipient) and quote(recipient, safe="") in unsubscribe
    return unsubscribe.startswith("https://") and (named or "{address}" in unsubscribe)


def list_id(digest: Digest) -> str:
    """weekly-agents.papers.example.org, for the series at https://example.org/papers/ (RFC 2919)."""
    parts = urlsplit(digest.url)
    of_host, of_path = (re.findall(r"[A-Za-z0-9-]+", text) for text in (parts.hostname or "", parts.path))
    return ".".join([digest.series, *reversed(of_path), *(of_host or ["localhost"])])
