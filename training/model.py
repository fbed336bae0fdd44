"""Gemma 3 in plain PyTorch with LoRA adapters, shaped for training on one CPU core.

Not for use: the product runs the exported weights on CTranslate2. Frozen weights are bf16
(processors with AMX multiply it seven times faster than float32), adapters and the residual
stream are float32, logits are made at target positions and for writable pieces only.
On the base model it gave the same best piece as the `transformers` implementation at every
position of the sentences compared.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from translators.starter_base import LINEARS, LOCAL_ROTARY_BASE, NORMS, Base, Shape

RANK = 32
SCALE = 2.0
"""Merged weight = W + SCALE * b @ a."""
IGNORED = -100
"""Wanted id of a position that is not learnt."""
POSITIONS = 256
"""Logits are made for a multiple of so many positions."""


class LoraLinear(nn.Module):
    """A frozen linear layer with an adapter: a is (rank, inputs), b is (outputs, rank)."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        outputs, inputs = weight.shape
        self.register_buffer("weight", weight, persistent=False)
        self.weight: Tensor
        self.a = nn.Parameter(torch.empty(RANK, inputs))
        self.b = nn.Parameter(torch.zeros(outputs, RANK))
        nn.init.kaiming_uniform_(self.a, a=5**0.5)

    def forward(self, x: Tensor) -> Tensor:
        """Map (positions, inputs) to (positions, outputs)."""
        inner = x @ (SCALE * self.a).to(x.dtype).t()
        return x @ self.weight.t() + inner @ self.b.to(x.dtype).t()


class Block(nn.Module):
    """One decoder layer; its parts bear their GGUF names."""

    attn_output: LoraLinear
    ffn_gate: LoraLinear
    ffn_up: LoraLinear
    ffn_down: LoraLinear

    def __init__(self, base: Base, shape: Shape, layer: int) -> None:
        super().__init__()
        self.shape = shape
        for name in LINEARS:
            weight = torch.from_numpy(base.tensor(f"blk.{layer}.{name}").copy()).bfloat16()
            self.add_module(name, LoraLinear(weight))
        for name in NORMS:
            self.register_buffer(name, torch.from_numpy(base.tensor(f"blk.{layer}.{name}").copy()))

    def norm(self, x: Tensor, name: str) -> Tensor:
        """Return the root-mean-square norm of `x`, in bf16."""
        gain = getattr(self, name)
        return functional.rms_norm(x.float(), gain.shape, gain, self.shape.epsilon).bfloat16()

    def forward(self, x: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
        """Map the residual stream (rows, positions, width), float32."""
        x = x + self.norm(self.attend(self.norm(x, "attn_norm"), turns), "post_attention_norm")
        return x + self.norm(self.think(self.norm(x, "ffn_norm")), "post_ffw_norm")

    def attend(self, x: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
        """Return causal attention; rows are padded at the right, so no mask is needed."""
        rows, positions, width = x.shape
        flat = x.reshape(-1, width)
        queries, keys, values = (
            getattr(self, name)(flat).view(rows, positions, -1, self.shape.head_width)
            for name in ("attn_q", "attn_k", "attn_v")
        )
        queries = rotate(self.norm(queries, "attn_q_norm").transpose(1, 2), turns)
        keys = rotate(self.norm(keys, "attn_k_norm").transpose(1, 2), turns)[:, 0]
        heads = queries.shape[1]
        # One key head serves all query heads, so all heads' positions are rows of one product.
        scores = queries.reshape(rows, -1, self.shape.head_width) @ keys.transpose(1, 2)
        scores = scores.view(rows, heads, positions, positions) * self.shape.head_width**-0.5
        later = torch.ones(positions, positions, dtype=torch.bool).triu(1)
        shares = scores.float().masked_fill(later, -1e9).softmax(-1).bfloat16()
        seen = shares.view(rows, -1, positions) @ values[:, :, 0]
        seen = seen.view(rows, heads, positions, -1).transpose(1, 2)
        flat = seen.reshape(rows * positions, -1)
        made: Tensor = self.attn_output(flat).view(rows, positions, width)
        return made

    def think(self, x: Tensor) -> Tensor:
        """Return the gated feed-forward part."""
        flat = x.reshape(-1, x.shape[-1])
        gate = functional.gelu(self.ffn_gate(flat), approximate="tanh")
        made: Tensor = self.ffn_down(gate * self.ffn_up(flat)).view(x.shape)
        return made


def rotate(x: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    """Apply rotary positions to (rows, heads, positions, head width)."""
    cosine, sine = turns
    first, second = x.chunk(2, -1)
    return torch.cat((first * cosine - second * sine, second * cosine + first * sine), -1)


class Translator(nn.Module):
    """The whole model over a pruned vocabulary: `rows` of the embedding, writable ones first."""

    def __init__(self, base: Base, rows: list[int], writable: int) -> None:
        super().__init__()
        self.shape = base.shape
        self.writable = writable
        embedding = torch.from_numpy(base.tensor("token_embd", rows).copy()).bfloat16()
        self.register_buffer("embedding", embedding, persistent=False)
        self.register_buffer("output_norm", torch.from_numpy(base.tensor("output_norm").copy()))
        self.embedding: Tensor
        self.output_norm: Tensor
        self.blocks = nn.ModuleList(
            Block(base, self.shape, layer) for layer in range(self.shape.layers)
        )

    def turns(self, positions: int, base: float) -> tuple[Tensor, Tensor]:
        """Return cosines and sines, (positions, half a head)."""
        half = self.shape.head_width // 2
        speeds = base ** (-torch.arange(half, dtype=torch.float32) / half)
        angles = torch.arange(positions, dtype=torch.float32)[:, None] * speeds
        return angles.cos().bfloat16(), angles.sin().bfloat16()

    def hidden(self, ids: Tensor) -> Tensor:
        """Return the normed last states of `ids` (rows, positions): bf16, (..., width)."""
        local = self.turns(ids.shape[1], LOCAL_ROTARY_BASE)
        wide = self.turns(ids.shape[1], self.shape.rotary_base)
        x = self.embedding[ids].float() * self.shape.width**0.5
        for layer, block in enumerate(self.blocks):
            x = block(x, wide if self.shape.is_global(layer) else local)
        gain = self.output_norm
        return functional.rms_norm(x, gain.shape, gain, self.shape.epsilon).bfloat16()

    def loss(self, ids: Tensor, wanted: Tensor) -> Tensor:
        """Return the summed cross entropy where `wanted` (rows, positions) is not negative."""
        here = (wanted.flatten() >= 0).nonzero().squeeze(1)
        spare = here.new_zeros(-len(here) % POSITIONS)  # padded: every new size costs memory
        states = self.hidden(ids).flatten(0, 1)[torch.cat((here, spare))]
        logits = states @ self.embedding[: self.writable].t()
        labels = torch.cat((wanted.flatten()[here], torch.full_like(spare, IGNORED)))
        return self.token_loss(logits.float(), labels, reduction="sum", ignore_index=IGNORED)

    token_loss = staticmethod(functional.cross_entropy)

    def adapters(self) -> Iterator[tuple[str, LoraLinear]]:
        """Yield every adapted layer as (``blk.<layer>.<name>``, layer)."""
        for layer, block in enumerate(self.blocks):
            for name in LINEARS:
                yield f"blk.{layer}.{name}", getattr(block, name)

    def trained(self) -> dict[str, Tensor]:
        """Return the adapter weights by their file names: ``<layer>.a`` and ``<layer>.b``."""
        return {
            f"{name}.{part}": getattr(layer, part).detach()
            for name, layer in self.adapters()
            for part in "ab"
        }

    def load_trained(self, weights: dict[str, Tensor]) -> None:
        """Set the adapter weights from what `trained` returned."""
        for name, tensor in self.trained().items():
            tensor.copy_(weights[name])
