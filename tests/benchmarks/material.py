"""Plain Material for MkDocs: a page for each paper, its own navigation and its own search."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from scraper.store import ContentStore

MOST_PAPERS = 1000
"""Above this its time and memory grow beyond what a benchmark may take: every page carries the whole navigation."""


def build(root: Path, project: Path) -> tuple[int, float]:
    """Build a site of the library's first papers. Gives how many, and the seconds."""
    papers = list(ContentStore(root).load().papers.values())[:MOST_PAPERS]
    docs = project / "docs"
    docs.mkdir(parents=True)
    (docs / "index.md").write_text("# Papers\n")
    for number, paper in enumerate(papers):
        authors = ", ".join(author.name for author in paper.authors)
        (docs / f"{number}.md").write_text(f"# {paper.title}\n\n{authors}\n\n{paper.abstract}\n", encoding="utf-8")
    (project / "mkdocs.yml").write_text("site_name: Papers\ntheme:\n  name: material\n  font: false\n")
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "--quiet"], cwd=project, check=True, capture_output=True)
    return len(papers), time.perf_counter() - began
