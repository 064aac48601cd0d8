"""Reproducible chance: one stream per purpose, so that a changed row changes only what stands on it."""

from __future__ import annotations

from itertools import permutations
from zlib import crc32

import numpy as np
from scipy.special import ndtr


def stream(seed: int, *purpose: str | int) -> np.random.Generator:
    """Give the random generator of one purpose, always the same for the same seed and words."""
    return np.random.default_rng([seed, *(crc32(str(word).encode()) for word in purpose)])


def persistent_uniform(seed: int, name: str, wave: int, person: np.ndarray, correlation: float) -> np.ndarray:
    """Uniform numbers (0-1) that for one person are alike from wave to wave: a Gaussian copula with `correlation`.

    `person` holds the persons' numbers, counted from 0.
    """
    of_person = stream(seed, name).standard_normal(person.max() + 1)[person]
    of_wave = stream(seed, name, wave).standard_normal(len(person))
    return ndtr(np.sqrt(correlation) * of_person + np.sqrt(1 - correlation) * of_wave)


def at_least_one(shares: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draw options for each row with exactly the given shares, never none: systematic sampling (Madow 1949).

    `shares`, n x k, holds probabilities (0-1) that add up to 1 or more in every row. The options stand in random order
    on a line; points one apart from a random start hit them. Returns n x k booleans.
    """
    order = np.argsort(random.random(shares.shape), axis=1)
    ends = np.cumsum(np.take_along_axis(shares, order, axis=1), axis=1) + random.random((len(shares), 1))
    starts = np.concatenate([ends[:, :1] - np.take_along_axis(shares, order[:, :1], axis=1), ends[:, :-1]], axis=1)
    hit = np.floor(ends) > np.floor(starts)
    chosen = np.empty_like(hit)
    np.put_along_axis(chosen, order, hit, axis=1)
    return chosen


def set_shares(shares: np.ndarray) -> np.ndarray:
    """How likely each set of options is under `at_least_one`: n x 2^k, exact.

    Column c holds the set of the options whose bits are on in c. For each order of the options, the start between 0
    and 1 decides; it decides otherwise only where a point passes the end of an option.
    """
    count, options = shares.shape
    likely = np.zeros((count, 2**options))
    orders = list(permutations(range(options)))
    edge = np.zeros((count, 1))
    for order in orders:
        ends = np.concatenate([edge, np.cumsum(shares[:, order], axis=1)], axis=1)
        starts = np.sort(np.concatenate([edge, 1 - (ends[:, 1:] - np.floor(ends[:, 1:])), edge + 1], axis=1), axis=1)
        middles = (starts[:, 1:] + starts[:, :-1]) / 2
        hit = np.diff(np.floor(middles[:, :, None] + ends[:, None, :]), axis=2) > 0
        which = (hit * 2 ** np.array(order)).sum(axis=2)
        np.add.at(likely, (np.arange(count)[:, None], which), np.diff(starts, axis=1) / len(orders))
    return likely
