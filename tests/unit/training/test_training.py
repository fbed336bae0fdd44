"""The training resumes exactly, its learning rate falls, its batches keep their budget."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is needed for training only")

from training.batches import batches, padded, tensors  # noqa: E402
from training.export import channel_maxima, export  # noqa: E402
from training.mixture import Example, Mixture  # noqa: E402
from training.model import IGNORED, Translator  # noqa: E402
from training.train import Plan, Training  # noqa: E402
from translators.starter_base import Shape  # noqa: E402
from translators.starter_weights import read_adapter  # noqa: E402

SHAPE = Shape(2, 16, 2, 1, 8, 24, 1e-6, 1_000_000.0, 512)
OUTPUTS = {"attn_q": 16, "attn_k": 8, "attn_v": 8, "ffn_gate": 24, "ffn_up": 24}
NORM_WIDTHS = {"attn_q_norm": 8, "attn_k_norm": 8}


class FakeBase:
    """A base model whose weights come from their names."""

    shape = SHAPE

    def tensor(self, name: str, rows: Sequence[int] | None = None) -> Any:
        chance = np.random.default_rng(zlib.crc32(name.encode()))
        part = name.rpartition(".")[2]
        size: tuple[int, ...] = (OUTPUTS.get(part, 16), 24 if part == "ffn_down" else 16)
        if rows is not None:
            size = (len(rows), 16)
        elif "norm" in part:
            size = (NORM_WIDTHS.get(part, 16),)
        return chance.normal(1 if "norm" in part else 0, 0.3, size).astype(np.float32)


def _training(folder: Path, **plan: Any) -> Training:
    torch.manual_seed(1)
    model = Translator(FakeBase(), list(range(40)), 30)  # type: ignore[arg-type]
    return Training(Plan(warm_up=2, **plan), model, Mixture({}, 1), folder)


def _batch(seed: int) -> tuple[Any, Any]:
    chance = np.random.default_rng(seed)
    examples = [Example(chance.integers(4, 30, 9).tolist(), 4) for _ in range(5)]
    return tensors(examples, pad=0)


def test_a_resumed_training_learns_what_an_unbroken_one_learns(tmp_path: Path) -> None:
    unbroken = _training(tmp_path)
    losses = [unbroken.learn(*_batch(seed)) for seed in range(6)]
    first = _training(tmp_path)
    again = [first.learn(*_batch(seed)) for seed in range(3)]
    first.save()
    second = _training(tmp_path)
    second.resume()
    again += [second.learn(*_batch(seed)) for seed in range(3, 6)]
    assert again == losses
    assert losses[0] != losses[3]


def test_another_cycle_goes_on_from_the_finished_weights_and_warms_up_again(
    tmp_path: Path,
) -> None:
    first = _training(tmp_path, rate=1.0, fall=1.0)
    for seed in range(3):
        first.learn(*_batch(seed))
    first.progress.step, first.progress.minutes, first.progress.fell_at = 3, 9.0, 8.0
    first.save("final.pt")
    assert first.rate() == 0.0
    second = _training(tmp_path, rate=1.0, fall=1.0)
    second.begin_again()
    assert second.rate() == 0.5  # one of two steps of warming up
    assert second.progress.cycle == 2
    learned, found = first.model.trained(), second.model.trained()
    assert all(torch.equal(learned[name], found[name]) for name in learned)
    assert (tmp_path / "cycle-1.pt").is_file()
    restarted = _training(tmp_path, rate=1.0, fall=1.0)
    restarted.begin_again()  # the same command line after a restart begins nothing anew
    restarted.resume()
    assert restarted.progress == second.progress


def test_only_the_adapters_change(tmp_path: Path) -> None:
    training = _training(tmp_path)
    before = training.model.embedding.clone()
    for seed in range(3):
        training.learn(*_batch(seed))
    assert torch.equal(training.model.embedding, before)
    assert any(bool(b.any()) for name, b in training.model.trained().items() if name[-1] == "b")


def test_the_rate_warms_up_stays_and_falls_to_zero(tmp_path: Path) -> None:
    training = _training(tmp_path, rate=1.0, fall=10.0)
    assert training.rate() == 0.5
    training.progress.step = 50
    assert training.rate() == 1.0
    training.progress.minutes = 5.0
    training.begin_fall()
    assert (tmp_path / "stable.pt").is_file()
    training.progress.minutes = 10.0
    assert training.rate() == pytest.approx(0.5)
    assert not training.finished()
    training.progress.minutes = 15.0
    assert training.rate() == 0.0
    assert training.finished()


def test_batches_keep_their_budget_and_leave_out_what_cannot_be_written() -> None:
    examples = [Example([5] * (3 + n % 7), 2) for n in range(50)]
    unwritable = Example([5, 5, 35], 2)
    made = batches([*examples, unwritable], writable=30, budget=40, seed="x")
    assert sorted(len(e.ids) for batch in made for e in batch) == sorted(
        len(e.ids) for e in examples
    )
    assert all(len(batch) * max(map(padded, batch)) <= 40 for batch in made)


def test_only_target_positions_are_learnt() -> None:
    ids, wanted = tensors([Example([2, 7, 8, 9, 1], 3), Example([2, 7, 1], 2)], pad=0)
    assert ids.tolist() == [[2, 7, 8, 9, 1, 0, 0, 0], [2, 7, 1, 0, 0, 0, 0, 0]]
    no = IGNORED
    assert wanted.tolist() == [[no, no, 9, 1, *[no] * 4], [no, 1, *[no] * 6]]


def test_the_loss_is_that_of_the_target_positions_alone(tmp_path: Path) -> None:
    model = _training(tmp_path).model
    ids, wanted = _batch(3)
    with torch.no_grad():
        scores = (model.hidden(ids) @ model.embedding[:30].t()).float().log_softmax(-1)
        plain = -sum(
            scores[row, at, label]
            for row, labels in enumerate(wanted.tolist())
            for at, label in enumerate(labels)
            if label != IGNORED
        )
        assert model.loss(ids, wanted).item() == pytest.approx(float(plain), rel=1e-3)


def test_an_exported_adapter_is_read_as_it_was_written(tmp_path: Path) -> None:
    model = _training(tmp_path).model
    examples = [Example([2, 7, 8, 9, 1], 3), Example([2, 7, 1], 2)]
    path = tmp_path / "adapter.safetensors"
    export(model, list(range(40)), channel_maxima(model, examples, pad=0), path)
    adapter = read_adapter(path)
    assert (adapter.rows, adapter.writable) == (list(range(40)), 30)
    for name, tensor in model.trained().items():
        np.testing.assert_allclose(adapter.weights[name], tensor.numpy(), atol=1e-3)
    assert adapter.weights["maxima.blk.1.ffn_down"].shape == (24,)
    assert adapter.weights["maxima.blk.0.attn_output"].shape == (16,)
    assert adapter.weights["maxima.output_norm"].min() > 0
