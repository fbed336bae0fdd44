"""Writes the product's adapter file from a checkpoint: ``python -m training.export``.

The file and its names are described in translators/starter_weights.py. Not for training.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor

from training.base import SHA256, find_base
from training.batches import tensors
from training.mixture import Example, Mixture
from training.model import Translator
from training.prepare import prepare
from translators.starter_base import Base

SENTENCES = 64
"""Training sentences over which the channel maxima are taken."""

MEASURED = {
    "attn_q": "attn_norm",
    "attn_output": "attn_output",
    "ffn_gate": "ffn_norm",
    "ffn_down": "ffn_down",
}
"""Linear whose input is measured -> the name of the maxima."""


def channel_maxima(model: Translator, examples: Sequence[Example], pad: int) -> dict[str, Tensor]:
    """Return name -> largest absolute value of every channel, over all positions of `examples`."""
    found: dict[str, Tensor] = {}

    def note(name: str, x: Tensor) -> None:
        highest = x.detach().float().abs().flatten(0, -2).amax(0)
        found[name] = torch.maximum(found.get(name, highest), highest)

    hooks = []
    for key, layer in model.adapters():
        prefix, _, linear = key.rpartition(".")
        if linear in MEASURED:
            name = f"maxima.{prefix}.{MEASURED[linear]}"
            hook = _Noted(note, name)
            hooks.append(layer.register_forward_pre_hook(hook))
    with torch.no_grad():
        for example in examples:  # one by one: padding would be measured too
            note("maxima.output_norm", model.hidden(tensors([example], pad)[0]))
    for handle in hooks:
        handle.remove()
    return found


class _Noted:
    """A hook that notes a layer's input under a name."""

    def __init__(self, note: Any, name: str) -> None:
        self.note, self.name = note, name

    def __call__(self, _: Any, inputs: tuple[Tensor, ...]) -> None:
        self.note(self.name, inputs[0])


def export(model: Translator, rows: list[int], maxima: dict[str, Tensor], path: Path) -> None:
    """Write the adapter file: everything but the base model."""
    arrays = {
        name: tensor.to(torch.float16).contiguous().numpy()
        for name, tensor in (*model.trained().items(), *maxima.items())
    }
    arrays["vocabulary.rows"] = np.array(rows, np.int32)
    arrays["vocabulary.writable"] = np.array([model.writable], np.int32)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(arrays, path, metadata={"base_sha256": SHA256, "format": "1"})
    path.chmod(0o644)  # safetensors writes files that only their owner may read


def main() -> None:
    """Read the arguments and export."""
    home = Path(os.environ.get("KARMAVANI_CACHE", Path.home() / ".cache" / "karmavani"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, default=home / "base")
    parser.add_argument("--work", type=Path, default=home / "training")
    parser.add_argument("--checkpoint", default="final.pt")
    parser.add_argument("--out", type=Path, default=Path("models/starter/adapter.safetensors"))
    asked = parser.parse_args()
    torch.set_num_threads(1)
    base = Base(find_base(asked.base))
    ready = prepare(base, Path(), asked.work)
    model = Translator(base, ready.rows, ready.writable)
    state = torch.load(asked.work / asked.checkpoint, weights_only=True)
    model.load_trained(state["adapter"])
    drawn = Mixture(ready.corpora, seed=0).examples(0, SENTENCES, ready.tokens)
    export(model, ready.rows, channel_maxima(model, drawn, ready.tokens.pad), asked.out)


if __name__ == "__main__":
    main()
