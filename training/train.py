"""Trains the starter's adapters: ``python -m training.train --corpora FOLDER``.

Runs on one CPU core, in pieces: the same command goes on from the last checkpoint. The learning
rate warms up, stays, and falls to zero in the last minutes, so that the training can end at any
time: the signal USR1 begins the fall at once. Not for judging the result (training/evaluate.py)
and not for writing the product's files (training/export.py).
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch.nn.functional import cross_entropy

from training.base import find_base
from training.batches import batches, tensors
from training.mixture import Mixture
from training.model import Block, Translator
from training.prepare import prepare
from translators.starter_base import Base

log = logging.getLogger("training")


@dataclass(frozen=True)
class Plan:
    """The settings of a training; minutes count over all its pieces."""

    rate: float = 8e-4  # top learning rate
    warm_up: int = 100  # steps
    stable: float = 100.0  # minutes until the fall begins
    fall: float = 14.0  # minutes of the fall
    budget: int = 3000  # padded tokens a batch
    pool: int = 3000  # pairs drawn at once
    save_every: float = 5.0  # minutes
    memory: float = 9.0  # GB; grown beyond, the process starts itself anew
    seed: int = 1


@dataclass(slots=True)
class Progress:
    """Where a training stands; `fell_at` is the minute in which the fall began."""

    step: int = 0
    minutes: float = 0.0
    pool: int = 0
    batch: int = 0
    tokens: int = 0
    fell_at: float | None = None
    cycle: int = 1
    began: int = 0  # step at which this cycle of warm-up, stay and fall began


class Training:
    """One training: model, optimiser, stream and progress, saved and resumed as one file."""

    def __init__(self, plan: Plan, model: Translator, mixture: Mixture, folder: Path) -> None:
        self.plan, self.model, self.mixture, self.folder = plan, model, mixture, folder
        self.progress = Progress()
        self.weights = [*model.parameters()]
        self.optimizer = torch.optim.AdamW(
            self.weights, lr=plan.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True
        )
        self.cursors: dict[str, int] = {}

    def rate(self) -> float:
        """Return the learning rate of the next step."""
        now = self.progress
        rate = self.plan.rate * min(1.0, (now.step - now.began + 1) / self.plan.warm_up)
        if now.fell_at is not None:
            rate *= max(0.0, 1 - (now.minutes - now.fell_at) / self.plan.fall)
        return rate

    def begin_fall(self, *_: Any) -> None:
        """Start the fall of the learning rate, keeping a checkpoint from before it."""
        if self.progress.fell_at is None:
            self.save("stable.pt")
            self.progress.fell_at = self.progress.minutes
            log.info("the fall begins")

    def begin_again(self) -> None:
        """Start another cycle from a finished training: warm up, stay and fall once more.

        Going on from the fallen weights keeps what the fall has taught; the finished checkpoint
        stays under the name of its cycle.
        """
        if not (self.folder / "final.pt").is_file():
            return
        self.resume("final.pt")
        now = self.progress
        (self.folder / "final.pt").replace(self.folder / f"cycle-{now.cycle}.pt")
        now.cycle, now.began, now.fell_at, now.batch = now.cycle + 1, now.step, None, 0
        now.pool += 1
        self.save()

    def save(self, name: str = "last.pt") -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "adapter": self.model.trained(),
            "optimizer": self.optimizer.state_dict(),
            "progress": asdict(self.progress),
            "cursors": self.cursors,
        }
        torch.save(state, self.folder / f".{name}")
        (self.folder / f".{name}").replace(self.folder / name)

    def resume(self, name: str = "last.pt") -> None:
        """Go on from the checkpoint called `name` when there is one."""
        path = self.folder / name
        if not path.is_file():
            return
        state = torch.load(path, weights_only=True)
        self.model.load_trained(state["adapter"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.progress = Progress(**state["progress"])
        self.mixture.resume(state["cursors"])
        log.info("resumed at step %d", self.progress.step)

    def learn(self, ids: torch.Tensor, wanted: torch.Tensor) -> float:
        """Do one step on one batch and return the loss a target token."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate()
        loss = self.model.loss(ids, wanted) / (wanted >= 0).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return loss.item()

    def finished(self) -> bool:
        """Return whether the fall is over."""
        now = self.progress
        return now.fell_at is not None and now.minutes >= now.fell_at + self.plan.fall


def run(training: Training, tokens: Any) -> None:
    """Train until the fall is over, with a checkpoint every few minutes."""
    now, plan = training.progress, training.plan
    saved = now.minutes
    while not training.finished():
        training.cursors = dict(training.mixture.cursors)
        final = now.fell_at is not None
        examples = training.mixture.examples(now.pool, plan.pool, tokens, final)
        cut = batches(examples, training.model.writable, plan.budget, f"{plan.seed}/{now.pool}")
        for batch in cut[now.batch :]:
            _step(training, tensors(batch, tokens.pad))
            now.batch += 1
            if now.minutes >= plan.stable:
                training.begin_fall()
            if now.minutes - saved >= plan.save_every:
                training.save()
                saved = now.minutes
            if now.step % 10 == 0 and _memory() > plan.memory:
                training.save()
                start_anew()
            if training.finished() or (now.fell_at is not None and not final):
                break
        now.pool, now.batch = now.pool + 1, 0
    training.save("final.pt")


def _step(training: Training, batch: tuple[torch.Tensor, torch.Tensor]) -> None:
    now, started = training.progress, time.monotonic()
    loss = training.learn(*batch)
    seconds = time.monotonic() - started
    now.step += 1
    now.minutes += seconds / 60
    now.tokens += batch[0].numel()
    log.info(
        "step %d minute %.1f loss %.3f rate %.1e tokens %d tokens/s %.0f",
        now.step, now.minutes, loss, training.rate(), now.tokens, batch[0].numel() / seconds,
    )  # fmt: skip


def _memory() -> float:
    """Return the resident memory of this process in GB; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGESIZE") / 1e9


def start_anew() -> None:
    """Replace this process by one that resumes: tensors of ever new sizes fragment the heap."""
    log.info("memory has grown; starting anew")
    os.execv(sys.executable, [sys.executable, "-m", "training.train", *sys.argv[1:]])


def compile_parts(model: Translator) -> None:
    """Let torch compile the blocks and the loss: half the time of a step."""
    forward = torch.compile(Block.forward, dynamic=True)
    Block.forward = forward  # type: ignore[method-assign]
    Translator.token_loss = staticmethod(torch.compile(cross_entropy, dynamic=True))


def main() -> None:
    """Read the arguments and train."""
    asked = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    torch.manual_seed(asked.seed)
    base = Base(find_base(asked.base))
    ready = prepare(base, asked.corpora, asked.work, asked.init)
    log.info("vocabulary %d, writable %d", len(ready.rows), ready.writable)
    model = Translator(base, ready.rows, ready.writable)
    if asked.init:
        model.load_trained(load_file(asked.init))
    compile_parts(model)
    chosen = ("rate", "stable", "fall", "budget", "seed")
    plan = Plan(**{name: getattr(asked, name) for name in chosen})
    training = Training(plan, model, Mixture(ready.corpora, asked.seed), asked.work)
    if asked.again:
        training.begin_again()
    training.resume()
    signal.signal(signal.SIGUSR1, training.begin_fall)
    run(training, ready.tokens)


def _arguments() -> argparse.Namespace:
    home = Path(os.environ.get("KARMAVANI_CACHE", Path.home() / ".cache" / "karmavani"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, default=os.environ.get("KARMAVANI_CORPORA"))
    parser.add_argument("--base", type=Path, default=home / "base", help="folder of the base")
    parser.add_argument("--work", type=Path, default=home / "training", help="checkpoints")
    parser.add_argument("--init", type=Path, help="an exported adapter to go on from")
    parser.add_argument("--again", action="store_true", help="one more cycle after a finished one")
    parser.add_argument("--rate", type=float, default=Plan.rate)
    parser.add_argument("--stable", type=float, default=Plan.stable, help="minutes")
    parser.add_argument("--fall", type=float, default=Plan.fall, help="minutes")
    parser.add_argument("--budget", type=int, default=Plan.budget, help="tokens a batch")
    parser.add_argument("--seed", type=int, default=Plan.seed)
    asked = parser.parse_args()
    if asked.corpora is None:
        parser.error("say where the parallel texts are: --corpora FOLDER or KARMAVANI_CORPORA")
    asked.corpora = Path(asked.corpora)
    return asked


if __name__ == "__main__":
    main()
