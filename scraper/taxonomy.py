"""arXiv's categories by their codes, as https://arxiv.org/category_taxonomy has them.

A category that is not here may still be one, for arXiv makes a new one every few years: whoever meets it says so, and
goes on.
"""

from __future__ import annotations

from collections.abc import Mapping

from scraper.shapes import meant

SUBJECTS: Mapping[str, tuple[str, ...]] = {
    archive: tuple(subjects.split())
    for archive, subjects in {
        "astro-ph": "CO EP GA HE IM SR",
        "cond-mat": "dis-nn mes-hall mtrl-sci other quant-gas soft stat-mech str-el supr-con",
        "cs": "AI AR CC CE CG CL CR CV CY DB DC DL DM DS ET FL GL GR GT HC IR IT LG LO MA MM MS NA NE NI OH OS PF PL RO"
        " SC SD SE SI SY",
        "econ": "EM GN TH",
        "eess": "AS IV SP SY",
        "math": "AC AG AP AT CA CO CT CV DG DS FA GM GN GR GT HO IT KT LO MG MP NA NT OA OC PR QA RA RT SG SP ST",
        "nlin": "AO CD CG PS SI",
        "physics": "acc-ph ao-ph app-ph atm-clus atom-ph bio-ph chem-ph class-ph comp-ph data-an ed-ph flu-dyn gen-ph"
        " geo-ph hist-ph ins-det med-ph optics plasm-ph pop-ph soc-ph space-ph",
        "q-bio": "BM CB GN MN NC OT PE QM SC TO",
        "q-fin": "CP EC GN MF PM PR RM ST TR",
        "stat": "AP CO ME ML OT TH",
    }.items()
}
"""The archives that have categories of their own, and these."""

_OTHERS = "gr-qc hep-ex hep-lat hep-ph hep-th math-ph nucl-ex nucl-th quant-ph"
# Closed, and still the categories of the papers that were filed there.
_CLOSED = (
    "acc-phys adap-org alg-geom ao-sci atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas dg-ga funct-an mtrl-th"
    " patt-sol plasm-ph q-alg solv-int supr-con"
)

CATEGORIES = frozenset(
    (
        *(f"{archive}.{subject}" for archive, subjects in SUBJECTS.items() for subject in subjects),
        *SUBJECTS,
        *_OTHERS.split(),
        *_CLOSED.split(),
    )
)
"""Whatever a paper may be filed under, and the archives that stand for all of their own."""


def doubt(code: str) -> str | None:
    """What to tell whoever names a category that arXiv does not seem to have; None for one that it has."""
    if code in CATEGORIES:
        return None
    known = "none of arXiv's categories that are known here (https://arxiv.org/category_taxonomy)"
    return f"{code} is {known}, and brings no paper where arXiv has none of that name{meant(code, CATEGORIES)}"
