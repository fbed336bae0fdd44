"""Find when each spoken word sounds, from the phonemes of its sentence. Pure.

The phonemiser puts a space between words but runs some small words together ("of the"), so
groups of phonemes are matched to words by what each word sounds like alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

_SILENT = frozenset(" .,;:?!ˈˌ")
_LONGEST_JOIN = 3

Span = tuple[int, int]


class WordsError(ValueError):
    """Phonemes and words cannot be matched."""


def group_phonemes(phonemes: Sequence[str]) -> list[list[int]]:
    """Cut a sentence at its spaces: for each group, the indices of the phonemes that sound."""
    groups: list[list[int]] = [[]]
    for index, phoneme in enumerate(phonemes):
        if phoneme == " ":
            groups.append([])
        elif phoneme not in _SILENT:
            groups[-1].append(index)
    return [group for group in groups if group]


def word_spans(
    words: Sequence[str],
    phonemes: Sequence[str],
    sounding: Sequence[Span],
    alone: Mapping[str, Sequence[str]],
) -> list[Span]:
    """Return (start, end) of each word in the unit of `sounding`, each phoneme's (start, end).

    `alone` holds the phonemes of each word spoken by itself.
    """
    groups = group_phonemes(phonemes)
    sounds = [[p for p in alone[word] if p not in _SILENT] for word in words]
    heard = [[phonemes[index] for index in group] for group in groups]
    spans: list[Span] = []
    first = 0
    for group, size in zip(groups, _sizes(heard, sounds), strict=True):
        spans += _share(group, sounding, [len(sound) for sound in sounds[first : first + size]])
        first += size
    return spans


def _sizes(heard: Sequence[Sequence[str]], sounds: Sequence[Sequence[str]]) -> list[int]:
    """Choose how many words each group holds so that groups sound most like their words."""
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for group in heard:
        reached: dict[int, tuple[float, list[int]]] = {}
        for first, (cost, sizes) in best.items():
            for size in range(1, min(_LONGEST_JOIN, len(sounds) - first) + 1):
                expected = [p for sound in sounds[first : first + size] for p in sound]
                total = cost + _distance(group, expected)
                if first + size not in reached or total < reached[first + size][0]:
                    reached[first + size] = (total, [*sizes, size])
        best = reached
    if len(sounds) not in best:
        raise WordsError(f"{len(heard)} phoneme groups do not fit {len(sounds)} words")
    return best[len(sounds)][1]


def _distance(left: Sequence[str], right: Sequence[str]) -> float:
    matched = SequenceMatcher(None, left, right, autojunk=False).ratio()
    return (1.0 - matched) * (len(left) + len(right))


def _share(group: Sequence[int], sounding: Sequence[Span], lengths: Sequence[int]) -> list[Span]:
    """Divide one group's time between its words, in proportion to their lengths alone."""
    start, end = sounding[group[0]][0], sounding[group[-1]][1]
    cuts = [0, *accumulate(lengths)]
    at = [start + (end - start) * cut // cuts[-1] for cut in cuts]
    return list(pairwise(at))
