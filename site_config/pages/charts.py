"""Pictures of numbers: SVG drawn at build time, the same bytes for the same numbers.

Drawn by hand and small, because what there is to draw is bars: the Python libraries that draw charts write inline
styles, scripts or changing identifiers into them, which a strict Content-Security-Policy and a reproducible build
forbid. A chart has no text of its own, so that it may be stretched to any width; its words stand beside it in HTML, and
its numbers in a table.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

HEIGHT = 100
"""Of every chart of bars, in its own units; style sheets say how large that is."""
_STEP, _BAR = 10, 8
_SVG = Markup('<svg class="chart" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>')


def bars(counts: Sequence[int], names: Sequence[str], label: str, *, is_open: bool = False) -> Markup:
    """Upright bars, the highest as high as the chart. `is_open` says that the last is of a time that is not over."""
    highest = max(counts, default=0)
    drawn = []
    for place, (count, name) in enumerate(zip(counts, names, strict=True)):
        if count:
            height = _length(count, highest)
            drawn.append(
                Markup('<rect x="{}" y="{}" width="{}" height="{}"{}><title>{}: {}</title></rect>').format(
                    _STEP * place + 1,
                    _short(HEIGHT - height),
                    _BAR,
                    _short(height),
                    Markup(' class="open"') if is_open and place == len(counts) - 1 else "",
                    name,
                    f"{count:,}",
                )
            )
    return _SVG.format(_STEP * len(counts), HEIGHT, label, Markup("").join(drawn))


def bar(count: int, highest: int, part: int = 0) -> Markup:
    """One bar on its side, as a part of the longest; `part` of it is marked. Its numbers stand beside it."""
    lengths = ((count, ""), (part, Markup(' class="part"')))
    drawn = (
        Markup('<rect width="{}" height="{}"{}/>').format(_short(_length(length, highest)), _STEP, mark)
        for length, mark in lengths
        if length
    )
    return Markup('<svg class="bar" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">{}</svg>').format(
        HEIGHT, _STEP, Markup("").join(drawn)
    )


def _length(count: float, highest: float) -> float:
    """At least 1, so that what is there can be seen."""
    return max(1.0, HEIGHT * count / highest)


def _short(length: float) -> str:
    return f"{length:.1f}".removesuffix(".0")
