"""Grouping many short answers by the words they share: TF-IDF, and topics by non-negative factors. Pure; no network, no chance.

Imported only by a worker: it loads numpy and scikit-learn.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

LEARNT_FROM = 8000  # answers the topics are found from; the others are only placed
AT_ONCE = 5000
MOST_TOPICS = 14
LEAST = 5  # answers of a topic: fewer are no theme
CLEAR = 0.45  # share of an answer's weight that its first topic must have
_PLAIN = {
    "just",
    "really",
    "also",
    "would",
    "like",
    "need",
    "needs",
    "think",
    "want",
    "lot",
    "dont",
    "don",
    "ve",
    "ll",
    "re",
    "things",
    "thing",
}


@dataclass(frozen=True)
class Topic:
    """A group that formed: the words it is known by, the most telling first."""

    terms: tuple[str, ...]

    @property
    def name(self) -> str:
        """A first name for it, for a person to better."""
        return ", ".join(self.terms[:3])


def how_many(answers: int) -> int:
    """How many topics to look for among so many answers."""
    return int(min(MOST_TOPICS, max(2, round((answers / 12) ** 0.45))))


def group(texts: Sequence[str], reached: Callable[[int], None]) -> tuple[list[Topic], Iterator[int | None]]:
    """The topics of these answers, and then for each answer in turn the topic it clearly belongs to, or None."""
    step = max(1, len(texts) // LEARNT_FROM)
    sample = list(islice(texts, 0, None, step))
    words = TfidfVectorizer(
        max_features=4000,
        min_df=2 if len(sample) < 500 else 4,
        max_df=0.4,
        sublinear_tf=True,
        stop_words=sorted(ENGLISH_STOP_WORDS | _PLAIN),
        token_pattern=r"(?u)\b[^\W\d_]{3,}\b",  # noqa: S106 (what a word is)
    )
    try:
        weights = words.fit_transform(sample)
    except ValueError:  # nobody shares a word with anybody
        return [], iter([None] * len(texts))
    reached(20)
    count = min(how_many(len(texts)), weights.shape[1], weights.shape[0])
    model = NMF(n_components=count, init="nndsvda", random_state=0, max_iter=120, tol=1e-3)
    model.fit(weights)
    reached(45)
    names = words.get_feature_names_out()
    topics = [Topic(tuple(names[i] for i in np.argsort(row)[::-1][:8] if row[i] > 0)) for row in model.components_]
    return topics, _placed(texts, words, model)


def _placed(texts: Sequence[str], words: TfidfVectorizer, model: NMF) -> Iterator[int | None]:
    for start in range(0, len(texts), AT_ONCE):
        shares = model.transform(words.transform(texts[start : start + AT_ONCE]))
        totals = shares.sum(axis=1)
        first = shares.argmax(axis=1)
        for row, best in enumerate(first):
            yield int(best) if totals[row] > 0 and shares[row, best] / totals[row] >= CLEAR else None
