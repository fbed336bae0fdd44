"""Turns a fetched model into the CTranslate2 form that its engine runs, once, in the cache.

A source in models.toml says `convert` where its files are not what the engine takes. The fetched
files stay as they are, hash-checked; the converted ones lie in ``CACHE/built`` and can be deleted:
they are made again. Only file that knows `transformers`.
"""

from __future__ import annotations

import json
import pickle
import shutil
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from courses.errors import ModelError, StoreError
from pipeline.model_indictrans import convert_indictrans
from pipeline.model_rows import Source
from translators.built_once import build_once, is_whole

FORMAT = 1
"""Raised when a conversion would write other files from the same ones."""

QUANTIZATION = "int8"

_TOKENIZERS = ("source.spm", "target.spm", "sentencepiece.bpe.model")
"""Files that the engines read besides the model."""

_ADVICE = "Fetch it again, or take another source of this model."

Convert = Callable[[Path, Path, "str | None"], None]


def convert_transformers(folder: Path, out: Path, quantization: str | None) -> None:
    """Convert a folder of Hugging Face Transformers with CTranslate2's converter.

    Runs no code that came with the model. Raises ModelError.
    """
    from transformers.utils import logging as transformers_logging

    logging: Any = transformers_logging  # it has no types
    before = logging.get_verbosity()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():  # its hints are about tokenisers that we do not use
            warnings.simplefilter("ignore")
            _converter(folder).convert(str(out), quantization=quantization, force=True)
    except Exception as error:  # three libraries read these files, each with errors of its own
        if isinstance(error, ModelError | MemoryError):
            raise
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's own trouble; the caller knows what to say about it
        message = f"The model in {folder} cannot be converted: {_reason(error)}."
        raise ModelError(message, _ADVICE) from error
    finally:
        logging.set_verbosity(before)
        logging.enable_progress_bar()
    _check_vocabulary(folder, out)
    for name in _TOKENIZERS:
        if (folder / name).is_file():
            shutil.copyfile(folder / name, out / name)


def _converter(folder: Path) -> Any:
    """Return CTranslate2's converter, made to refuse a model that lacks weights.

    Transformers fills the gaps with random numbers and only warns of it.
    """
    from ctranslate2.converters import TransformersConverter

    class WholeModels(TransformersConverter):  # type: ignore[misc]
        def load_model(self, model_class: Any, name: str, **options: Any) -> Any:
            model, found = model_class.from_pretrained(name, output_loading_info=True, **options)
            # Sinusoidal positions are computed where a checkpoint leaves them out.
            lacks = sorted(one for one in found["missing_keys"] if "embed_positions" not in one)
            if lacks:
                names = ", ".join(lacks[:3]) + (" ..." if lacks[3:] else "")
                raise ModelError(f"The model in {folder} is without weights: {names}.", _ADVICE)
            return model

    return WholeModels(str(folder))


def _reason(error: Exception) -> str:
    if isinstance(error, pickle.UnpicklingError):  # torch's own text advises to run what is in it
        return "its weights are damaged, or hold more than numbers"
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else "its files are damaged"


def _check_vocabulary(folder: Path, out: Path) -> None:
    """Raise ModelError unless every piece kept the number it had: libraries have moved some."""
    if (folder / "vocab.json").is_file():
        numbers = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    else:
        tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
        added = {one["content"]: one["id"] for one in tokenizer["added_tokens"]}
        numbers = tokenizer["model"]["vocab"] | added
    made = json.loads((out / "shared_vocabulary.json").read_text(encoding="utf-8"))
    moved = [piece for number, piece in enumerate(made) if numbers.get(piece, number) != number]
    if moved or len(made) < len(numbers) - 1:  # Marian's <pad> is left out on purpose
        raise ModelError(
            f"The converted model in {out} has other pieces than {folder}.",
            "Another version of transformers may do; tell us which one you have.",
        )


CONVERTERS: dict[str, Convert] = {
    "transformers": convert_transformers,
    "indictrans": convert_indictrans,
}
"""What `convert` in models.toml may say -> what does it."""


def refuse_inconvertible(source: Source) -> None:
    """Raise ModelError when this machine lacks what the conversion of `source` needs."""
    needs = source.convert == "transformers"
    if needs and not (find_spec("torch") and find_spec("transformers")):
        raise ModelError(
            "Converting this model needs torch and transformers, which are not installed.",
            "Install them: pip install 'karmavani[convert]'.",
        )


def weights_name(source: Source) -> str:
    """Return what names the weights of a source and our conversion of them, for a Signature."""
    return source.revision[:12] + (f"-{QUANTIZATION}.{FORMAT}" if source.convert else "")


def converted_folder(built: Path, name: str, source: Source) -> Path:
    """Return where the converted form of a model is or will be; `built` is ``CACHE/built``."""
    return built / f"{name}-{weights_name(source)}"


def is_usable(source: Source, converted: Path) -> bool:
    """Return whether the engine can take the model: it needs no conversion, or that is there."""
    return not source.convert or is_whole(converted)


def find_damage(source: Source, converted: Path) -> str:
    """Return what is wrong with a conversion that was made; empty if nothing is."""
    if not converted.is_dir() or is_usable(source, converted):
        return ""
    return f"its converted form in {converted} is damaged"


def usable_folder(source: Source, folder: Path, converted: Path) -> Path:
    """Return the folder that the engine takes, converted now from `folder` if need be.

    Raises ModelError, StoreError.
    """
    if not source.convert:
        return folder
    convert = CONVERTERS[source.convert]
    if not is_whole(converted):
        refuse_inconvertible(source)
    try:
        return build_once(converted, lambda out: convert(folder, out, QUANTIZATION))
    except MemoryError as error:
        message = f"There is not enough memory to convert the model in {folder}."
        advice = f"Convert it on a larger machine and bring {converted}, or take a smaller model."
        raise ModelError(message, advice) from error
    except OSError as error:
        message = f"The model cannot be converted into {converted} ({error})."
        raise StoreError(message, "Free space there, or set KARMAVANI_CACHE.") from error
