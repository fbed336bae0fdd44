"""Whisper's encoder on OpenVINO in bfloat16, built straight from CTranslate2's `model.bin`.

The only file that knows `openvino`. The encoder is two thirds of the work of recognising speech
and CTranslate2 has no bfloat16 on these processors; OpenVINO does it in half the time
(benchmarks/transcription.md). The decoder stays with CTranslate2, which takes any encoder's
output. Not for the decoder, and not for processors without bfloat16: there CTranslate2's own
encoder is as good.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from courses.errors import EngineError
from transcription.ct2_weights import CT2Weights, read_weights

Features = npt.NDArray[np.float32]
_FRAMES = 3000  # mel frames of Whisper's fixed 30 s window
_EPSILON = 1e-5  # torch.nn.LayerNorm's default, used by Whisper


def has_fast_bfloat16() -> bool:
    """Return whether OpenVINO is here and this processor computes in bfloat16 natively."""
    if find_spec("openvino") is None:
        return False
    from openvino import Core

    return "BF16" in Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


class OpenVINOEncoder:
    """Encodes one window of mel features at a time.

    `precision` is ``bf16`` or ``f32``; f32 gives CTranslate2's float32 numbers and exists for
    tests. Raises ModelError for a model that is no Whisper, EngineError when OpenVINO fails.
    """

    def __init__(self, model: Path, threads: int, precision: str = "bf16") -> None:
        import openvino

        weights = read_weights(model / "model.bin")
        config = {
            "INFERENCE_PRECISION_HINT": precision,
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "PERFORMANCE_HINT": "LATENCY",
            "ENABLE_CPU_PINNING": False,  # workers side by side would share one core
        }
        try:
            compiled = openvino.Core().compile_model(_GraphBuilder(weights).build(), "CPU", config)
            self._request = compiled.create_infer_request()
        except RuntimeError as error:
            raise EngineError(f"OpenVINO cannot run the encoder: {error}.") from error

    def encode(self, features: Features) -> Features:
        """Return the encoder's output, (windows, 1500, width), for (windows, mels, 3000)."""
        try:
            return np.concatenate([self._encode_one(one) for one in features])
        except RuntimeError as error:
            raise EngineError(f"OpenVINO failed in the encoder: {error}.") from error

    def _encode_one(self, features: Features) -> Features:
        self._request.infer([np.ascontiguousarray(features[np.newaxis])], share_inputs=True)
        return np.array(self._request.get_output_tensor().data)


class _GraphBuilder:
    """Builds the encoder of "Robust Speech Recognition via Large-Scale Weak Supervision" (2022).

    Same arithmetic as openai/whisper `model.py`, `AudioEncoder`: two convolutions, learned
    positions, pre-norm transformer layers, one last norm. `key` has no bias there; CTranslate2
    stores query, key and value in one matrix with zeros in its place.
    """

    def __init__(self, weights: CT2Weights) -> None:
        self._weights = weights
        self._heads = int(weights["encoder/num_heads"])
        self._positions = weights["encoder/position_encodings/encodings"]
        self._width = self._positions.shape[1]

    def build(self) -> Any:
        """Return the `openvino.Model`."""
        from openvino import Model, opset13

        mels = self._weights["encoder/conv1/weight"].shape[1]
        features = opset13.parameter([1, mels, _FRAMES], np.float32, name="features")
        state = self._convolve(features, "encoder/conv1", stride=1)
        state = self._convolve(state, "encoder/conv2", stride=2)
        state = opset13.transpose(state, self._constant([0, 2, 1]))
        state = opset13.add(state, self._constant(self._positions[np.newaxis]))
        layer = 0
        while f"encoder/layer_{layer}/ffn/linear_0/weight" in self._weights:
            state = self._attend(state, f"encoder/layer_{layer}/self_attention")
            state = self._feed_forward(state, f"encoder/layer_{layer}/ffn")
            layer += 1
        return Model([self._norm(state, "encoder/layer_norm")], [features], "whisper_encoder")

    def _constant(self, value: Any) -> Any:
        from openvino import opset13

        array = np.asarray(value)
        wanted = np.float32 if array.dtype.kind == "f" else np.int64
        return opset13.constant(array.astype(wanted))

    def _variable(self, name: str) -> Any:
        return self._constant(self._weights[name])

    def _convolve(self, state: Any, name: str, stride: int) -> Any:
        from openvino import opset13

        kernel = self._variable(f"{name}/weight")
        state = opset13.convolution(state, kernel, [stride], [1], [1], [1])
        bias = self._weights[f"{name}/bias"].reshape(1, -1, 1)
        return opset13.gelu(opset13.add(state, self._constant(bias)), "erf")

    def _norm(self, state: Any, name: str) -> Any:
        from openvino import opset13

        axes = self._constant([-1])
        state = opset13.mvn(state, axes, True, _EPSILON, "inside_sqrt")
        state = opset13.multiply(state, self._variable(f"{name}/gamma"))
        return opset13.add(state, self._variable(f"{name}/beta"))

    def _linear(self, state: Any, name: str) -> Any:
        from openvino import opset13

        product = opset13.matmul(state, self._variable(f"{name}/weight"), False, True)
        return opset13.add(product, self._variable(f"{name}/bias"))

    def _attend(self, state: Any, name: str) -> Any:
        from openvino import opset13

        merged = self._linear(self._norm(state, f"{name}/layer_norm"), f"{name}/linear_0")
        parts = opset13.split(merged, self._constant(2), 3)
        query, key, value = (self._split_heads(part) for part in parts.outputs())
        mixed = opset13.scaled_dot_product_attention(query, key, value)
        mixed = opset13.transpose(mixed, self._constant([0, 2, 1, 3]))
        mixed = opset13.reshape(mixed, self._constant([1, -1, self._width]), False)
        return opset13.add(state, self._linear(mixed, f"{name}/linear_1"))

    def _split_heads(self, state: Any) -> Any:
        from openvino import opset13

        shape = [1, -1, self._heads, self._width // self._heads]
        split = opset13.reshape(state, self._constant(shape), False)
        return opset13.transpose(split, self._constant([0, 2, 1, 3]))

    def _feed_forward(self, state: Any, name: str) -> Any:
        from openvino import opset13

        inner = self._linear(self._norm(state, f"{name}/layer_norm"), f"{name}/linear_0")
        return opset13.add(state, self._linear(opset13.gelu(inner, "erf"), f"{name}/linear_1"))
