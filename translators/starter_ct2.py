"""Writes the starter as a CTranslate2 model and runs it.

Not for putting the weights together (translators/starter_weights.py) and not for text. Among the
starter's files the only one that knows `ctranslate2`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from courses.errors import EngineError, ModelError
from translators.decoding import Search, Written, has_repeats
from translators.devices import COMPUTE, refuse_missing
from translators.starter_base import LOCAL_ROTARY_BASE, Shape
from translators.starter_tokens import BOS, EOS, UNK
from translators.starter_weights import Array


class ModelWriter:
    """Takes the blocks one by one, so that not all float32 weights lie in memory at once."""

    def __init__(self, shape: Shape) -> None:
        from ctranslate2.specs import common_spec, transformer_spec

        self._shape = shape
        self._spec = transformer_spec.TransformerDecoderModelSpec.from_config(
            shape.layers,
            shape.heads,
            activation=common_spec.Activation.GELUTanh,
            pre_norm=True,
            ffn_glu=True,
            rms_norm=True,
            rotary_dim=shape.head_width,
            rotary_interleave=False,
            rotary_base=LOCAL_ROTARY_BASE,
            num_heads_kv=shape.key_heads if shape.key_heads != shape.heads else None,
            head_dim=shape.head_width,
            sliding_window=shape.window,
            pre_post_layer_norm=True,
            qk_norm=True,
        )
        self._spec.decoder.scale_embeddings = True
        self._spec.decoder.start_from_zero_embedding = False

    def put_block(self, layer: int, block: Mapping[str, Array]) -> None:
        """Set one block from its weights by their GGUF names."""
        spec = self._spec.decoder.layer[layer]
        attention = spec.self_attention
        if self._shape.is_global(layer):
            attention.rotary_base = np.float32(self._shape.rotary_base)
            attention.sliding_window = np.int32(0)
        _put_norm(spec.input_layer_norm, block["attn_norm"])
        _put_norm(spec.post_attention_layer_norm, block["post_attention_norm"])
        _put_norm(spec.pre_feedforward_layer_norm, block["ffn_norm"])
        _put_norm(spec.post_feedforward_layer_norm, block["post_ffw_norm"])
        _put_norm(attention.q_norm, block["attn_q_norm"])
        _put_norm(attention.k_norm, block["attn_k_norm"])
        fused = np.concatenate([block[name] for name in ("attn_q", "attn_k", "attn_v")])
        attention.linear[0].weight = fused
        attention.linear[1].weight = block["attn_output"]
        spec.ffn.linear_0.weight = block["ffn_gate"]
        spec.ffn.linear_0_noact.weight = block["ffn_up"]
        spec.ffn.linear_1.weight = block["ffn_down"]

    def put_ends(self, ends: Mapping[str, Array]) -> None:
        """Set the embedding, the projection and the last norm."""
        decoder = self._spec.decoder
        decoder.embeddings.weight = ends["embedding"]
        decoder.projection.weight = ends["projection"]
        _put_norm(decoder.layer_norm, ends["output_norm"])

    def save(self, folder: Path, pieces: Sequence[str], quantization: str | None) -> None:
        """Write the model into `folder`; `quantization` as CTranslate2 names it."""
        rows = len(self._spec.decoder.embeddings.weight)
        if rows != len(pieces):
            raise ModelError(f"The starter has {rows} rows of its embedding, {len(pieces)} pieces.")
        self._spec.register_vocabulary(list(pieces))
        self._spec.config.bos_token, self._spec.config.eos_token = BOS, EOS
        self._spec.config.unk_token = UNK
        self._spec.validate()
        self._spec.optimize(quantization=quantization)
        self._spec.save(str(folder))


def _put_norm(spec: Any, gain: Array) -> None:
    """Set a norm: CTranslate2 keeps Gemma's gains as 1 + gamma."""
    spec.gamma = gain - np.float32(1)
    spec.layer_norm_use_residual = True


class Generator:
    """A loaded model; one call at a time, on `threads` threads."""

    def __init__(self, folder: Path, threads: int, compute: str = "", device: str = "cpu") -> None:
        """Load the model; raises ModelError when it cannot be read.

        compute: CTranslate2's name of the numbers; empty for those of the device.
        """
        import ctranslate2

        refuse_missing(ctranslate2, device)
        compute = compute or COMPUTE[device]
        try:
            self._generator = ctranslate2.Generator(
                str(folder), device=device, compute_type=compute, intra_threads=threads
            )
        except (RuntimeError, ValueError) as error:
            message = f"The built translation model cannot be read: {folder} ({error})."
            raise ModelError(message, "Delete that folder; it is built again.") from error

    def generate(self, prompts: Sequence[Sequence[str]], search: Search) -> list[list[Written]]:
        """Continue every prompt, given as pieces; best text first. Raises EngineError."""
        try:
            results = self._generator.generate_batch(
                [list(prompt) for prompt in prompts],
                beam_size=search.beam,
                num_hypotheses=search.choices,
                no_repeat_ngram_size=search.no_repeat,
                repetition_penalty=search.penalty,
                max_length=search.longest,
                include_prompt_in_result=False,
                return_scores=True,
                return_end_token=True,
                sampling_topk=1,
                callback=_stop_at_repeats() if search.beam == 1 else None,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"The translation model failed: {error}.") from error
        return [_written(result) for result in results]

    def score(self, prompt: Sequence[str], text: Sequence[str]) -> float:
        """Return the mean log probability of the pieces of `text` and its end after `prompt`.

        One text a call: CTranslate2 4.8 fails on texts of unlike length with a sliding window.
        """
        try:
            (result,) = self._generator.score_batch([[*prompt, *text, EOS]])
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"The translation model failed: {error}.") from error
        found = result.log_probs[len(prompt) - 1 :]
        return float(sum(found)) / len(found)

    def chances(self, pieces: Sequence[str], ids: Sequence[int]) -> Array:
        """Return the log probability of each of `ids` behind each piece; float32, pieces x ids."""
        try:
            found = self._generator.forward_batch([list(pieces)], return_log_probs=True)
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"The translation model failed: {error}.") from error
        chances: Array = np.asarray(found)[0][:, list(ids)]
        return chances


def _stop_at_repeats() -> Callable[[Any], bool]:
    """Return what ends a text that repeats itself: it is no use, and would go on to its limit."""
    said: dict[int, list[int]] = defaultdict(list)

    def stop(step: Any) -> bool:
        said[step.batch_id].append(step.token_id)
        return has_repeats(said[step.batch_id])

    return stop


def _written(result: Any) -> list[Written]:
    texts = []
    for ids, pieces, score in zip(
        result.sequences_ids, result.sequences, result.scores, strict=True
    ):
        ended = bool(pieces) and pieces[-1] == EOS
        texts.append(Written(list(ids[:-1] if ended else ids), float(score), ended))
    return texts
