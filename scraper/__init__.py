"""From upstream to `content/`: sources, records, the content store and the `paperstand` command."""

from __future__ import annotations

__version__ = "0.1.0"
