"""The newsletter: what a day, a week or trending brought, as a mail.

digest      what a digest says: a function of an edition
letter      a digest as HTML, as text, as Markdown, and as a message that has the first two
headers     the fields at a message's top
sending     an SMTP server that takes messages
sent        the record of who was sent what
"""

from site_config.newsletter.digest import Digest, of_day, of_trending, of_week
from site_config.newsletter.letter import Envelope, is_providers, message, unsubscribe_address, written
from site_config.newsletter.sending import Connection, Mailer, sender_of
from site_config.newsletter.sent import Attempt, Outcome, Record, Result, deliver

__all__ = [
    "Attempt",
    "Connection",
    "Digest",
    "Envelope",
    "Mailer",
    "Outcome",
    "Record",
    "Result",
    "deliver",
    "is_providers",
    "message",
    "of_day",
    "of_trending",
    "of_week",
    "sender_of",
    "unsubscribe_address",
    "written",
]
