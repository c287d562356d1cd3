"""arXiv's categories: their codes and names, as https://arxiv.org/category_taxonomy has them (2026).

A category that is not here may still be one, for arXiv makes a new one every few years: whoever meets it says so, and
goes on.
"""

from __future__ import annotations

from collections.abc import Mapping

from scraper.shapes import meant

_BY_ARCHIVE: Mapping[str, str] = {
    "cs": """AI Artificial Intelligence|AR Hardware Architecture|CC Computational Complexity
        |CE Computational Engineering, Finance, and Science|CG Computational Geometry|CL Computation and Language
        |CR Cryptography and Security|CV Computer Vision and Pattern Recognition|CY Computers and Society|DB Databases
        |DC Distributed, Parallel, and Cluster Computing|DL Digital Libraries|DM Discrete Mathematics
        |DS Data Structures and Algorithms|ET Emerging Technologies|FL Formal Languages and Automata Theory
        |GL General Literature|GR Graphics|GT Computer Science and Game Theory|HC Human-Computer Interaction
        |IR Information Retrieval|IT Information Theory|LG Machine Learning|LO Logic in Computer Science
        |MA Multiagent Systems|MM Multimedia|MS Mathematical Software|NA Numerical Analysis
        |NE Neural and Evolutionary Computing|NI Networking and Internet Architecture|OH Other Computer Science
        |OS Operating Systems|PF Performance|PL Programming Languages|RO Robotics|SC Symbolic Computation|SD Sound
        |SE Software Engineering|SI Social and Information Networks|SY Systems and Control""",
    "econ": "EM Econometrics|GN General Economics|TH Theoretical Economics",
    "eess": "AS Audio and Speech Processing|IV Image and Video Processing|SP Signal Processing|SY Systems and Control",
    "math": """AC Commutative Algebra|AG Algebraic Geometry|AP Analysis of PDEs|AT Algebraic Topology
        |CA Classical Analysis and ODEs|CO Combinatorics|CT Category Theory|CV Complex Variables
        |DG Differential Geometry|DS Dynamical Systems|FA Functional Analysis|GM General Mathematics|GN General Topology
        |GR Group Theory|GT Geometric Topology|HO History and Overview|IT Information Theory|KT K-Theory and Homology
        |LO Logic|MG Metric Geometry|MP Mathematical Physics|NA Numerical Analysis|NT Number Theory|OA Operator Algebras
        |OC Optimization and Control|PR Probability|QA Quantum Algebra|RA Rings and Algebras|RT Representation Theory
        |SG Symplectic Geometry|SP Spectral Theory|ST Statistics Theory""",
    "astro-ph": """CO Cosmology and Nongalactic Astrophysics|EP Earth and Planetary Astrophysics
        |GA Astrophysics of Galaxies|HE High Energy Astrophysical Phenomena
        |IM Instrumentation and Methods for Astrophysics|SR Solar and Stellar Astrophysics""",
    "cond-mat": """dis-nn Disordered Systems and Neural Networks|mes-hall Mesoscale and Nanoscale Physics
        |mtrl-sci Materials Science|other Other Condensed Matter|quant-gas Quantum Gases|soft Soft Condensed Matter
        |stat-mech Statistical Mechanics|str-el Strongly Correlated Electrons|supr-con Superconductivity""",
    "nlin": """AO Adaptation and Self-Organizing Systems|CD Chaotic Dynamics|CG Cellular Automata and Lattice Gases
        |PS Pattern Formation and Solitons|SI Exactly Solvable and Integrable Systems""",
    "physics": """acc-ph Accelerator Physics|ao-ph Atmospheric and Oceanic Physics|app-ph Applied Physics
        |atm-clus Atomic and Molecular Clusters|atom-ph Atomic Physics
        |bio-ph Biological Physics|chem-ph Chemical Physics
        |class-ph Classical Physics|comp-ph Computational Physics|data-an Data Analysis, Statistics and Probability
        |ed-ph Physics Education|flu-dyn Fluid Dynamics|gen-ph General Physics|geo-ph Geophysics
        |hist-ph History and Philosophy of Physics|ins-det Instrumentation and Detectors|med-ph Medical Physics
        |optics Optics|plasm-ph Plasma Physics|pop-ph Popular Physics|soc-ph Physics and Society
        |space-ph Space Physics""",
    "q-bio": """BM Biomolecules|CB Cell Behavior|GN Genomics|MN Molecular Networks|NC Neurons and Cognition
        |OT Other Quantitative Biology|PE Populations and Evolution|QM Quantitative Methods
        |SC Subcellular Processes|TO Tissues and Organs""",
    "q-fin": """CP Computational Finance|EC Economics|GN General Finance|MF Mathematical Finance|PM Portfolio Management
        |PR Pricing of Securities|RM Risk Management|ST Statistical Finance|TR Trading and Market Microstructure""",
    "stat": """AP Applications|CO Computation|ME Methodology|ML Machine Learning|OT Other Statistics
        |TH Statistics Theory""",
}

SUBJECTS: Mapping[str, Mapping[str, str]] = {
    archive: dict(subject.strip().split(" ", 1) for subject in subjects.split("|"))
    for archive, subjects in _BY_ARCHIVE.items()
}
"""The archives that have categories of their own, and the names of these by what follows the dot in their codes."""

NAMES: Mapping[str, str] = {
    "astro-ph": "Astrophysics",
    "cond-mat": "Condensed Matter",
    "gr-qc": "General Relativity and Quantum Cosmology",
    "hep-ex": "High Energy Physics - Experiment",
    "hep-lat": "High Energy Physics - Lattice",
    "hep-ph": "High Energy Physics - Phenomenology",
    "hep-th": "High Energy Physics - Theory",
    "math-ph": "Mathematical Physics",
    "nucl-ex": "Nuclear Experiment",
    "nucl-th": "Nuclear Theory",
    "quant-ph": "Quantum Physics",
    **{f"{archive}.{code}": name for archive, subjects in SUBJECTS.items() for code, name in subjects.items()},
}
"""By the category's code; two that were categories before their archives were parted are among them."""

# Closed, and still the categories of the papers that were filed there.
_CLOSED = (
    "acc-phys adap-org alg-geom ao-sci atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas dg-ga funct-an mtrl-th"
    " patt-sol plasm-ph q-alg solv-int supr-con"
)

CATEGORIES = frozenset((*NAMES, *SUBJECTS, *_CLOSED.split()))
"""Whatever a paper may be filed under, and the archives that stand for all of their own."""


def spoken(category: str) -> str:
    """Machine Learning (cs.LG), or the code alone where no name is known."""
    return f"{NAMES[category]} ({category})" if category in NAMES else category


def doubt(code: str) -> str | None:
    """What to tell whoever names a category that arXiv does not seem to have; None for one that it has."""
    if code in CATEGORIES:
        return None
    known = "none of arXiv's categories that are known here (https://arxiv.org/category_taxonomy)"
    return f"{code} is {known}, and brings no paper where arXiv has none of that name{meant(code, CATEGORIES)}"
