"""BibTeX: one entry for each paper (https://ctan.org/pkg/bibtex, and arXiv's fields, https://info.arxiv.org/help/hypertex/bibstyles/)."""

from __future__ import annotations

from functools import lru_cache

from scraper.records import Paper
from site_config.citing import facts, tex
from site_config.citing.names import split


def entry(paper: Paper) -> str:
    """A paper's entry, ending in a line's end.

    It holds no abstract, and no address: `eprint` and `doi` say it, and each paper has this text on three pages.
    """
    fields = [f"title={{{tex.title(paper.title)}}}"]
    if paper.authors:
        fields.append(f"author={{{' and '.join(_name(author.name) for author in paper.authors)}}}")
    date = facts.when(paper)
    if date:
        fields.append(f"year={{{date[0]}}}")
    arxiv, doi = facts.arxiv_identifier(paper), facts.doi(paper)
    if arxiv:
        fields += [f"eprint={{{arxiv}}}", "archiveprefix={arXiv}"]
        if paper.categories:
            fields.append(f"primaryclass={{{tex.escaped(paper.categories[0])}}}")
    if doi:
        fields.append(f"doi={{{doi}}}")
    if paper.withdrawn:
        fields.append("note={Withdrawn}")
    lines = ",\n  ".join((f"@misc{{{facts.key(paper)}", *fields))
    return lines + "\n}\n"


@lru_cache(maxsize=1 << 15)  # see names.split
def _name(written: str) -> str:
    name = split(written)
    family = tex.escaped(name.family)
    if name.is_whole:
        return f"{{{family}}}"
    family = f"{tex.escaped(name.particle)} {family}" if name.particle else family
    parts = (
        (family, tex.escaped(name.suffix), tex.escaped(name.given))
        if name.suffix
        else (family, tex.escaped(name.given))
    )
    return ", ".join(parts)
