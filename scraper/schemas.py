"""What site.yml and the front matter of content take, as JSON Schema files for editors that complete and check.

They are made of the tables that read the files, and are committed: `make schemas` writes them anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scraper.settings import SITE
from scraper.store import documents
from scraper.store.files import write_atomically

FOLDER = Path("site_config", "schema")
"""Where the files are, relative to the library's root."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TITLES = {
    "site": "Paperstand: site_config/site.yml",
    "paper": "Paperstand: the front matter of content/papers/…/….md",
    "day": "Paperstand: the front matter of content/daily/…/….md",
    "list": "Paperstand: the front matter of content/lists/….md",
}


def schema_texts() -> Mapping[str, str]:
    """The text of each schema file, by its name."""
    schemas = {"site": SITE.schema, **documents.SCHEMAS}
    return {f"{kind}.json": _text(kind, schema) for kind, schema in schemas.items()}


def _text(kind: str, schema: Mapping[str, Any]) -> str:
    whole = {"$schema": _DIALECT, "title": _TITLES[kind], **schema}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def write_schemas(root: Path) -> None:
    """Write the schema files of the house at `root`."""
    for name, text in schema_texts().items():
        write_atomically(root / FOLDER / name, text)


if __name__ == "__main__":
    write_schemas(Path(__file__).parents[1])
