"""What a browser may do on a page: the Content-Security-Policy that each page carries in its head.

A page has scripts, styles and data of its own site and nothing else. Where a text from outside ever became markup, the
policy leaves it inert: no script or style that stands in the page runs, nothing is loaded from or sent to elsewhere.
What a fork turns on in site.yml widens it by just that.

https://www.w3.org/TR/CSP3/; a policy in a `<meta>` holds for what is below it. It asks for no Trusted Types: a paper's
page reads the page of the list that one came from, and a document that is only read runs nothing.
"""

from __future__ import annotations

from scraper.settings import Settings, origin_of

_SELF, _NONE = "'self'", "'none'"
_GISCUS = "https://giscus.app"


def policy(settings: Settings) -> str:
    """The policy of a site's pages. It holds no `"`, `&`, `<` or `>`, so that it can stand in an attribute as it is.

    Frames, objects, fonts, media and workers are refused by `default-src`.
    """
    allowed = {
        "default-src": [_NONE],
        "base-uri": [_NONE],
        "connect-src": [_SELF],
        "form-action": [_SELF],
        # Icons stand in the style sheets.
        "img-src": [_SELF, "data:"],
        "script-src": [_SELF],
        "style-src": [_SELF],
    }
    if settings.mail and (origin := origin_of(settings.mail.form)):
        allowed["form-action"].append(origin)
    if settings.thumbnails:
        allowed["img-src"].append("https:")
    if settings.giscus:
        for kind in ("frame-src", "script-src", "style-src"):
            allowed.setdefault(kind, []).append(_GISCUS)
    return ";".join(" ".join([kind, *sources]) for kind, sources in allowed.items())
