"""Measures the starter: speed of a lecture, and how numbers survive with and without digits.

    python benchmarks/translation.py --adapter models/starter --languages hi,ta,bn

Every line printed bears the engine's signature. Quality on the validation sets is measured by
``python -m training.evaluate``.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from translators.base import Draft, Request, TranslatorOptions
from translators.number_words import to_digits
from translators.starter import Starter

LECTURE = 110
"""Sentences of a lecture of ten minutes."""

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def numbers_kept(sentences: list[str], drafts: list[Draft]) -> int:
    """Return in how many drafts every number of the sentence stands, words counted as digits."""
    kept = 0
    for sentence, draft in zip(sentences, drafts, strict=True):
        wanted = Counter(_digits(to_digits(sentence)))
        kept += not wanted - Counter(_digits(draft.text or ""))
    return kept


def _digits(text: str) -> list[str]:
    return [number.replace(",", "") for number in _NUMBER.findall(text)]


def _timed(work: Callable[[], list[Draft]]) -> tuple[list[Draft], float]:
    began = time.monotonic()
    return work(), time.monotonic() - began


def main() -> None:
    """Read the arguments, measure and print."""
    home = Path(os.environ.get("KARMAVANI_CACHE", Path.home() / ".cache" / "karmavani"))
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, default=home / "base")
    parser.add_argument("--adapter", type=Path, default=here.parent / "models" / "starter")
    parser.add_argument("--languages", default="hi,ta,bn")
    parser.add_argument("--show", action="store_true", help="print the drafts")
    asked = parser.parse_args()
    options = TranslatorOptions({"base": asked.base, "adapter": asked.adapter}, home / "built")
    engine = Starter(options)
    sentences = (here / "governance_numbers.txt").read_text(encoding="utf-8").splitlines()
    lecture = [Request(sentences[number % len(sentences)]) for number in range(LECTURE)]
    engine.translate([Request("Load the model.")], "en", "hi")
    for language in asked.languages.split(","):
        requests = [Request(sentence) for sentence in sentences]
        with patch("translators.starter.to_digits", lambda text: text):
            words, _ = _timed(lambda: engine.translate(requests, "en", language))  # noqa: B023
        digits, _ = _timed(lambda: engine.translate(requests, "en", language))  # noqa: B023
        _, seconds = _timed(lambda: engine.translate(lecture, "en", language))  # noqa: B023
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{language}: numbers kept {numbers_kept(sentences, words)} as words, "
            f"{numbers_kept(sentences, digits)} as digits, of {len(sentences)}; "
            f"{LECTURE} sentences in {seconds:.1f} s; peak {memory} MiB; {engine.signature}",
            flush=True,
        )
        if asked.show:
            for sentence, draft in zip(sentences, digits, strict=True):
                print(f"  {sentence}\n    {draft.text or draft.problem} ({draft.confidence})")


if __name__ == "__main__":
    main()
