"""Writes IndicTrans2's weights, as the hub has them, as a CTranslate2 model. Needs no torch.

AI4Bharat's files for Transformers come with model code of their own; this reads the numbers and
the configuration and runs none of that code. The architecture is fairseq's Transformer: sinusoidal
positions, norm first, separate vocabularies of source and target.

In: config.json, model.safetensors, dict.SRC.json, dict.TGT.json, model.SRC, model.TGT. Out: what
AI4Bharat's own CTranslate2 packages have (translators/indictrans.py).
"""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from courses.errors import ModelError

Array = npt.NDArray[Any]
_ADVICE = "Fetch it again, or take another source of this model."


class _Weights:
    """The tensors of one file, read one at a time."""

    def __init__(self, path: Path) -> None:
        from safetensors import SafetensorError, safe_open

        try:
            opened: Any = safe_open(str(path), framework="numpy")
        except (OSError, SafetensorError) as error:
            raise ModelError(f"{path} holds no weights: {error}.", _ADVICE) from error
        self._file = opened
        self.names = frozenset(opened.keys())

    def __getitem__(self, name: str) -> Array:
        if name not in self.names:
            raise ModelError(f"IndicTrans2's weights have no {name}.", _ADVICE)
        try:
            values: Array = self._file.get_tensor(name).astype(np.float32)
        except TypeError as error:  # NumPy has no bfloat16
            message = f"IndicTrans2's weights are of a type that cannot be read ({error})."
            raise ModelError(message, "Save them as float32.") from error
        return values


def convert_indictrans(folder: Path, out: Path, quantization: str | None) -> None:
    """Write the model of `folder` into the empty folder `out`; raises ModelError.

    `quantization` as CTranslate2 names it, None for float32. Takes twice the weights' size in
    memory.
    """
    config = _read_json(folder / "config.json")
    if config.get("model_type") != "IndicTrans":
        raise ModelError(f"{folder} holds no IndicTrans2 model.", _ADVICE)
    try:
        spec = _spec(folder, config)
        spec.validate()
    except (KeyError, ValueError, TypeError) as error:
        message = f"{folder} holds no IndicTrans2 model that we know: {error}."
        raise ModelError(message, _ADVICE) from error
    spec.optimize(quantization=quantization)
    spec.save(str(out))
    (out / "vocab").mkdir()
    for name in ("model.SRC", "model.TGT"):
        shutil.copyfile(folder / name, out / "vocab" / name)


def _spec(folder: Path, config: dict[str, Any]) -> Any:
    """Return CTranslate2's specification of the model with all its weights."""
    from ctranslate2.specs import common_spec, transformer_spec

    weights = _Weights(folder / "model.safetensors")
    activation = {"gelu": common_spec.Activation.GELU, "relu": common_spec.Activation.RELU}
    spec = transformer_spec.TransformerSpec.from_config(
        (config["encoder_layers"], config["decoder_layers"]),
        config["encoder_attention_heads"],
        pre_norm=config["encoder_normalize_before"],
        activation=activation[config["activation_function"]],
        layernorm_embedding=config["layernorm_embedding"],
    )
    for name, side in (("encoder", spec.encoder), ("decoder", spec.decoder)):
        _put_side(side, weights, name, config)
    _put_vocabularies(spec, folder)
    tied = config["share_decoder_input_output_embed"]
    head = "model.decoder.embed_tokens.weight" if tied else "lm_head.weight"
    spec.decoder.projection.weight = weights[head]
    return spec


def _put_side(side: Any, weights: _Weights, name: str, config: dict[str, Any]) -> None:
    """Set encoder or decoder; `name` says which."""
    width = config[f"{name}_embed_dim"]
    embedding = weights[f"model.{name}.embed_tokens.weight"]
    (side.embeddings[0] if name == "encoder" else side.embeddings).weight = embedding
    side.scale_embeddings = math.sqrt(width) if config["scale_embedding"] else 1.0
    longest = config["max_source_positions" if name == "encoder" else "max_target_positions"]
    side.position_encodings.encodings = positions(longest, width)
    if config["layernorm_embedding"]:
        _put_norm(side.layernorm_embedding, weights, f"model.{name}.layernorm_embedding")
    if config[f"{name}_normalize_before"]:
        _put_norm(side.layer_norm, weights, f"model.{name}.layer_norm")
    for number, layer in enumerate(side.layer):
        _put_layer(layer, weights, f"model.{name}.layers.{number}")


def _put_layer(layer: Any, weights: _Weights, name: str) -> None:
    _put_linears(layer.self_attention.linear[0], weights, name, "self_attn", "q", "k", "v")
    _put_linears(layer.self_attention.linear[1], weights, name, "self_attn", "out")
    _put_norm(layer.self_attention.layer_norm, weights, f"{name}.self_attn_layer_norm")
    if f"{name}.encoder_attn.q_proj.weight" in weights.names:
        _put_linears(layer.attention.linear[0], weights, name, "encoder_attn", "q")
        _put_linears(layer.attention.linear[1], weights, name, "encoder_attn", "k", "v")
        _put_linears(layer.attention.linear[2], weights, name, "encoder_attn", "out")
        _put_norm(layer.attention.layer_norm, weights, f"{name}.encoder_attn_layer_norm")
    for number, linear in enumerate((layer.ffn.linear_0, layer.ffn.linear_1), start=1):
        linear.weight = weights[f"{name}.fc{number}.weight"]
        linear.bias = weights[f"{name}.fc{number}.bias"]
    _put_norm(layer.ffn.layer_norm, weights, f"{name}.final_layer_norm")


def _put_linears(linear: Any, weights: _Weights, layer: str, kind: str, *parts: str) -> None:
    """Set one linear layer from the projections `parts`, which CTranslate2 keeps as one."""
    names = [f"{layer}.{kind}.{part}_proj" for part in parts]
    linear.weight = np.concatenate([weights[f"{name}.weight"] for name in names])
    linear.bias = np.concatenate([weights[f"{name}.bias"] for name in names])


def _put_norm(norm: Any, weights: _Weights, name: str) -> None:
    norm.gamma, norm.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]


def positions(count: int, width: int) -> Array:
    """Return fairseq's sinusoidal positions, shape (`count`, `width`).

    They start at 2: fairseq counts positions from after the padding's number, which is 1.
    """
    half = width // 2
    steps = np.exp(np.arange(half) * -(math.log(10_000) / (half - 1)))
    angles = np.arange(2, count + 2)[:, None] * steps[None, :]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def _put_vocabularies(spec: Any, folder: Path) -> None:
    sizes = spec.encoder.embeddings[0].weight.shape[0], spec.decoder.embeddings.weight.shape[0]
    spec.register_source_vocabulary(_pieces(folder / "dict.SRC.json", sizes[0]))
    spec.register_target_vocabulary(_pieces(folder / "dict.TGT.json", sizes[1]))
    spec.config.bos_token, spec.config.eos_token = "<s>", "</s>"
    spec.config.unk_token = "<unk>"
    spec.config.decoder_start_token = "</s>"
    spec.config.add_source_eos = True


def _pieces(path: Path, size: int) -> list[str]:
    """Return the pieces of a vocabulary in the order of their numbers, filled up to `size`."""
    numbers = _read_json(path)
    pieces = [f"madeupword{number}" for number in range(size)]
    for piece, number in numbers.items():
        if not 0 <= number < size:
            raise ModelError(f"{path} does not fit IndicTrans2's weights.", _ADVICE)
        pieces[number] = piece
    return pieces


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", _ADVICE) from error
    if not isinstance(found, dict):
        raise ModelError(f"{path} holds no JSON object.", _ADVICE)
    return found
