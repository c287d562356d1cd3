"""What one build leaves for the next: a file with arrays of numbers and a digest of itself, and nothing that runs."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from scipy import sparse

from scraper import titles, words
from scraper.store import shelf
from site_config.related.counts import NUMBERS
from site_config.related.model import Model
from site_config.related.neighbours import Near
from site_config.related.vectors import Vectors

_FILE = "state.npz"
_DIGEST_SIZE = 16
_LIBRARIES = f"numpy {np.__version__}"


@dataclass(frozen=True, slots=True)
class State:
    """All that was worked out for a library; one row for each paper."""

    key: str
    """Names what the model is made of."""
    identifiers: list[str]
    digests: np.ndarray
    """uint8, 16 of them: what was worked out is of a paper with this digest."""
    settled: np.ndarray
    titles: np.ndarray
    model: Model
    vectors: Vectors
    near: Near


def read(folder: Path) -> State | None:
    """What the last build left in a folder; None where there is nothing, or nothing intact of this version."""
    try:
        content = (folder / _FILE).read_bytes()
        head, payload = content[:_DIGEST_SIZE], content[_DIGEST_SIZE:]
        if _digest(payload) != head:
            return None
        with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
            return _state({name: arrays[name] for name in arrays.files})
    except (OSError, ValueError, KeyError, BadZipFile):
        return None


def write(folder: Path, state: State) -> None:
    """Leave this for the next build, in place of what is there. Where nothing can be written the next takes longer."""
    payload = io.BytesIO()
    np.savez(payload, allow_pickle=False, **_arrays(state))
    # Always the same name: drafts of killed builds would pile up. What two builds write at once is not intact.
    draft = folder / f".{_FILE}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(_digest(payload.getbuffer()))
            file.write(payload.getbuffer())
        draft.replace(folder / _FILE)
    except OSError:
        with suppress(OSError):
            draft.unlink()


def _arrays(state: State) -> dict[str, np.ndarray]:
    model, vectors = state.model, state.vectors
    return {
        "names": np.frombuffer(json.dumps([state.key, model.unseen, state.identifiers]).encode(), dtype=np.uint8),
        "digests": state.digests,
        "settled": state.settled,
        "titles": state.titles,
        "model_words": model.words,
        "model_rarity": model.rarity,
        "model_common": model.common,
        "model_spoken": model.spoken,
        "model_directions": model.directions,
        "starts": vectors.words.indptr.astype(np.int64),
        "words": vectors.words.indices.astype(np.int32),
        "weights": vectors.words.data.astype(np.int16),
        "subjects": vectors.subjects,
        "near_columns": state.near.columns,
        "near_scores": state.near.scores,
    }


def _state(arrays: dict[str, np.ndarray]) -> State:
    key, unseen, identifiers = json.loads(arrays["names"].tobytes())
    weights = arrays["weights"].astype(np.float32)
    matrix = sparse.csr_matrix((weights, arrays["words"], arrays["starts"]), shape=(len(identifiers), NUMBERS))
    return State(
        key,
        identifiers,
        arrays["digests"],
        arrays["settled"],
        arrays["titles"],
        Model(
            arrays["model_words"],
            arrays["model_rarity"],
            unseen,
            arrays["model_common"],
            arrays["model_spoken"],
            arrays["model_directions"],
        ),
        Vectors(matrix, arrays["subjects"]),
        Near(arrays["near_columns"], arrays["near_scores"]),
    )


def _digest(payload: bytes | memoryview) -> bytes:
    digest = blake2b(_version(), digest_size=_DIGEST_SIZE)
    digest.update(payload)
    return digest.digest()


@cache
def _version() -> bytes:
    """Another one whenever the code that makes a state is: what it left is not what would be made now."""
    modules = (words, titles, shelf)
    sources = [*sorted(Path(__file__).parent.glob("*.py")), *(Path(str(module.__file__)) for module in modules)]
    digest = blake2b(_LIBRARIES.encode())
    for source in sources:
        digest.update(blake2b(source.read_bytes()).digest())
    return digest.digest()
