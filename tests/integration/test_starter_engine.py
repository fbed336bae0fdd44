"""The starter on a tiny model of its architecture, through the real build and CTranslate2."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from courses.errors import LanguageError, ModelError
from translators.base import Request, TranslatorOptions
from translators.built_once import RECEIPT
from translators.decoding import Search, has_repeats
from translators.starter import ADAPTER_FILE, BASE_FILE, Starter
from translators.starter_base import LINEARS, NORMS, Base, Shape
from translators.starter_build import Recipe, build, ensure_built
from translators.starter_ct2 import Generator, ModelWriter
from translators.starter_tokens import Tokens
from translators.starter_weights import (
    Adapter,
    merged_block,
    merged_ends,
    read_adapter,
    smooth_block,
    smooth_ends,
)

SHAPE = Shape(6, 32, 4, 1, 8, 48, 1e-6, 1_000_000.0, 512)
RANK = 2
PIECES = [
    *("<pad>", "<eos>", "<bos>", "<unk>"),
    *(f"<0x{byte:02X}>" for byte in range(256)),
    *("\n", "\u2581"),
    *(chr(code) for code in range(33, 127)),
    *(chr(code) for code in range(0x0905, 0x094E)),
    *("th", "he", "the", "\u2581the", "in", "ing", "क्", "\u2581क"),
]


def _write_base(path: Path) -> None:
    """Write a GGUF file with random weights as llama.cpp lays them out."""
    from gguf import GGUFWriter

    chance = np.random.default_rng(7)
    writer = GGUFWriter(path, "gemma3")
    writer.add_block_count(SHAPE.layers)
    writer.add_embedding_length(SHAPE.width)
    writer.add_feed_forward_length(SHAPE.inner)
    writer.add_head_count(SHAPE.heads)
    writer.add_head_count_kv(SHAPE.key_heads)
    writer.add_key_length(SHAPE.head_width)
    writer.add_layer_norm_rms_eps(SHAPE.epsilon)
    writer.add_rope_freq_base(SHAPE.rotary_base)
    writer.add_sliding_window(SHAPE.window)
    writer.add_token_list(PIECES)
    writer.add_token_scores([-float(number) for number in range(len(PIECES))])
    kinds = [3] * 4 + [6] * 256 + [4] + [1] * (len(PIECES) - 261)
    writer.add_token_types(kinds)
    for name, size in _sizes().items():
        values = 1 + chance.normal(0, 0.3, size) if len(size) == 1 else chance.normal(0, 0.2, size)
        writer.add_tensor(f"{name}.weight", values.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _sizes() -> dict[str, tuple[int, ...]]:
    width, inner, head = SHAPE.width, SHAPE.inner, SHAPE.head_width
    sizes: dict[str, tuple[int, ...]] = {
        "token_embd": (len(PIECES), width),
        "output_norm": (width,),
    }
    block: dict[str, tuple[int, ...]] = {
        "attn_q": (SHAPE.heads * head, width),
        "attn_k": (head, width),
        "attn_v": (head, width),
        "attn_output": (width, SHAPE.heads * head),
        "ffn_gate": (inner, width),
        "ffn_up": (inner, width),
        "ffn_down": (width, inner),
        **{name: (width,) for name in NORMS if "_q_" not in name and "_k_" not in name},
        **dict.fromkeys(("attn_q_norm", "attn_k_norm"), (head,)),
    }
    for layer in range(SHAPE.layers):
        sizes.update({f"blk.{layer}.{name}": size for name, size in block.items()})
    return sizes


def _write_adapter(path: Path, base: Path) -> None:
    """Write an adapter: kept rows in another order, fewer writable ones, outliers to smooth."""
    chance = np.random.default_rng(8)
    arrays: dict[str, Any] = {}
    sizes = _sizes()
    for layer in range(SHAPE.layers):
        for name in LINEARS:
            outputs, inputs = sizes[f"blk.{layer}.{name}"]
            arrays[f"blk.{layer}.{name}.a"] = chance.normal(0, 0.1, (RANK, inputs))
            arrays[f"blk.{layer}.{name}.b"] = chance.normal(0, 0.1, (outputs, RANK))
        for name, size in (("attn_norm", 32), ("ffn_norm", 32), ("ffn_down", 48)):
            arrays[f"maxima.blk.{layer}.{name}"] = chance.uniform(0.1, 30, size)
        arrays[f"maxima.blk.{layer}.attn_output"] = chance.uniform(0.1, 30, 32)
    arrays["maxima.output_norm"] = chance.uniform(0.1, 30, 32)
    arrays = {name: values.astype(np.float16) for name, values in arrays.items()}
    rows = [0, 1, 2, 3, *range(260, len(PIECES)), *range(4, 260)]
    arrays["vocabulary.rows"] = np.array(rows, np.int32)
    arrays["vocabulary.writable"] = np.array([len(rows) - 256], np.int32)
    digest = hashlib.sha256(base.read_bytes()).hexdigest()
    save_file(arrays, path, metadata={"base_sha256": digest, "format": "1"})


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    _write_base(folder / BASE_FILE)
    _write_adapter(folder / ADAPTER_FILE, folder / BASE_FILE)
    return folder


def _recipe(tiny: Path, quantization: str | None = None, smooth: bool = False) -> Recipe:
    return Recipe(tiny / BASE_FILE, tiny / ADAPTER_FILE, quantization, smooth)


class Reference:
    """Gemma 3 in numpy, written from its report and not from our converter."""

    def __init__(self, base: Base, adapter: Adapter) -> None:
        self.blocks = [merged_block(base, adapter, layer) for layer in range(SHAPE.layers)]
        self.ends = merged_ends(base, adapter)

    def logits(self, ids: list[int]) -> Any:
        """Return (positions, writable) scores."""
        x = self.ends["embedding"][ids] * np.sqrt(np.float32(SHAPE.width))
        for layer, block in enumerate(self.blocks):
            seen = self._attend(block, _norm(x, block["attn_norm"]), layer)
            x = x + _norm(seen, block["post_attention_norm"])
            y = _norm(x, block["ffn_norm"])
            gate = y @ block["ffn_gate"].T
            gate = 0.5 * gate * (1 + np.tanh(np.sqrt(2 / np.pi) * (gate + 0.044715 * gate**3)))
            down = (gate * (y @ block["ffn_up"].T)) @ block["ffn_down"].T
            x = x + _norm(down, block["post_ffw_norm"])
        return _norm(x, self.ends["output_norm"]) @ self.ends["projection"].T

    def _attend(self, block: dict[str, Any], x: Any, layer: int) -> Any:
        head, count = SHAPE.head_width, len(x)
        rotary = SHAPE.rotary_base if layer == 5 else 10_000.0
        queries = (x @ block["attn_q"].T).reshape(count, SHAPE.heads, head)
        queries = _turn(_norm(queries, block["attn_q_norm"]), rotary)
        keys = _turn(_norm((x @ block["attn_k"].T)[:, None], block["attn_k_norm"]), rotary)[:, 0]
        scores = np.einsum("phd,sd->hps", queries, keys) / np.sqrt(head)
        scores = np.where(np.tri(count, dtype=bool), scores, -np.inf)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        seen = np.einsum("hps,sd->phd", shares, x @ block["attn_v"].T)
        return seen.reshape(count, -1) @ block["attn_output"].T

    def greedy(self, ids: list[int], count: int) -> list[int]:
        """Return the `count` next ids, or fewer when the end mark comes."""
        made: list[int] = []
        while len(made) < count:
            best = int(self.logits([*ids, *made])[-1].argmax())
            if best == 1:
                break
            made.append(best)
        return made


def _norm(x: Any, gain: Any) -> Any:
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + SHAPE.epsilon) * gain


def _turn(x: Any, base: float) -> Any:
    half = SHAPE.head_width // 2
    angles = np.arange(len(x))[:, None] * base ** (-np.arange(half) / half)
    cosine, sine = np.cos(angles)[:, None], np.sin(angles)[:, None]
    first, second = x[..., :half], x[..., half:]
    return np.concatenate((first * cosine - second * sine, second * cosine + first * sine), -1)


def _ct2_logits(folder: Path, pieces: list[str]) -> Any:
    import ctranslate2

    model = ctranslate2.Generator(str(folder), compute_type="float32")
    return np.array(model.forward_batch([pieces]))[0]


@pytest.fixture(scope="module")
def plain(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    build(_recipe(tiny), folder)
    return folder


def _prompt(folder: Path, text: str) -> tuple[list[int], list[str]]:
    tokens = Tokens.load(folder / "tokenizer.json")
    ids = [tokens.bos, *tokens.encode([text])[0]]
    return ids, tokens.pieces(ids)


def test_the_converted_model_gives_the_scores_of_the_reference(tiny: Path, plain: Path) -> None:
    reference = Reference(Base(tiny / BASE_FILE), read_adapter(tiny / ADAPTER_FILE))
    ids, pieces = _prompt(plain, "English: the thing\nHindi:")
    np.testing.assert_allclose(_ct2_logits(plain, pieces), reference.logits(ids), atol=1e-3)


def test_the_converted_model_writes_the_text_of_the_reference(tiny: Path, plain: Path) -> None:
    reference = Reference(Base(tiny / BASE_FILE), read_adapter(tiny / ADAPTER_FILE))
    generator = Generator(plain, threads=1, compute="float32")
    for text in ("the ring", "in the end we sing", "कम"):
        ids, pieces = _prompt(plain, text)
        [[written]] = generator.generate([pieces], Search(longest=12))
        assert written.ids == _until_it_repeats(reference.greedy(ids, 12))


def _until_it_repeats(ids: list[int]) -> list[int]:
    """Return what is written of a text: one that repeats itself is ended there."""
    ends = (end for end in range(1, len(ids)) if has_repeats(ids[:end]))
    return ids[: next(ends, len(ids))]


def test_smoothing_keeps_the_function(tiny: Path, plain: Path, tmp_path: Path) -> None:
    build(_recipe(tiny, smooth=True), tmp_path)
    _, pieces = _prompt(plain, "English: the thing is in here\nHindi:")
    before, after = _ct2_logits(plain, pieces), _ct2_logits(tmp_path, pieces)
    np.testing.assert_allclose(after, before, atol=1e-3)


def test_smoothing_moves_outliers_out_of_the_inputs(tiny: Path) -> None:
    base, adapter = Base(tiny / BASE_FILE), read_adapter(tiny / ADAPTER_FILE)
    ends = merged_ends(base, adapter)
    maxima = np.full(SHAPE.width, 1.0, np.float32)
    maxima[3] = 100.0
    gain = ends["output_norm"].copy()
    smooth_ends(ends, maxima)
    shrunk = ends["output_norm"] / gain
    assert shrunk[3] == shrunk.min()
    block = merged_block(base, adapter, 0)
    kept = {name: value.copy() for name, value in block.items()}
    ones = {name: np.ones(48 if name == "ffn_down" else 32, np.float32) for name in
            ("attn_norm", "ffn_norm", "ffn_down", "attn_output")}  # fmt: skip
    smooth_block(block, ones, SHAPE)
    assert not np.allclose(block["ffn_down"], kept["ffn_down"])


def test_a_build_is_made_once_by_many_and_again_when_damaged(tiny: Path, tmp_path: Path) -> None:
    recipe = _recipe(tiny, "int8", smooth=True)
    with ThreadPoolExecutor(4) as pool:
        folders = list(pool.map(lambda _: ensure_built(recipe, tmp_path), range(4)))
    assert len(set(folders)) == 1
    folder = folders[0]
    stamp = (folder / RECEIPT).stat().st_mtime_ns
    assert ensure_built(recipe, tmp_path) == folder
    assert (folder / RECEIPT).stat().st_mtime_ns == stamp
    (folder / "model.bin").write_bytes(b"cut off")
    ensure_built(recipe, tmp_path)
    assert (folder / "model.bin").stat().st_size > 1000
    assert sorted(path.name for path in tmp_path.iterdir()) == [folder.name, f"{folder.name}.lock"]


def test_another_base_than_the_trained_one_is_refused(tiny: Path, tmp_path: Path) -> None:
    other = tmp_path / BASE_FILE
    other.write_bytes((tiny / BASE_FILE).read_bytes() + b"\0")
    with pytest.raises(ModelError, match="not the base model"):
        ensure_built(Recipe(other, tiny / ADAPTER_FILE), tmp_path / "cache")


@pytest.mark.parametrize("missing", ["base", "adapter"])
def test_a_missing_file_is_named(tiny: Path, tmp_path: Path, missing: str) -> None:
    folders = {"base": tiny, "adapter": tiny, missing: tmp_path / "nowhere"}
    engine = Starter(TranslatorOptions(folders, tmp_path))
    with pytest.raises(ModelError, match="nowhere"):
        engine.translate([Request("Hello there.")], "en", "hi")


def test_a_file_that_is_no_model_is_refused(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / BASE_FILE).write_bytes(b"GGUFnonsense" * 10)
    with pytest.raises(ModelError, match="cannot be read"):
        Base(tmp_path / BASE_FILE)
    (tmp_path / ADAPTER_FILE).write_bytes(b"nonsense" * 10)
    with pytest.raises(ModelError, match="adapter cannot be read"):
        read_adapter(tmp_path / ADAPTER_FILE)
    (tmp_path / "model.bin").write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="cannot be read"):
        Generator(tmp_path, threads=1)


def test_the_engine_keeps_count_and_order_and_leaves_no_blank(tiny: Path, tmp_path: Path) -> None:
    engine = Starter(TranslatorOptions({"base": tiny, "adapter": tiny}, tmp_path))
    texts = ["The thing.", "", "12.5 %", "In the end, sing the thing in here.", "The thing."]
    for language in ("hi", "pa", "ur"):
        drafts = engine.translate([Request(text) for text in texts], "en", language)
        assert len(drafts) == len(texts)
        assert all(draft.problem or (draft.text or "").strip() for draft in drafts)
        assert drafts[0] == drafts[4]
        assert drafts[1].text is None
        assert drafts[2].text == "12.5 %"
    hinted = engine.translate([Request("The thing.", (("thing", "चीज़"),))], "en", "hi")
    assert len(hinted) == 1


def test_an_unsupported_language_is_refused_before_the_model_is_built(
    tiny: Path, tmp_path: Path
) -> None:
    engine = Starter(TranslatorOptions({"adapter": tiny}, tmp_path))
    with pytest.raises(LanguageError, match="cannot write 'sat'"):
        engine.translate([Request("Hello.")], "en", "sat")
    with pytest.raises(LanguageError, match="cannot read 'hi'"):
        engine.translate([Request("नमस्ते")], "hi", "ta")


def test_the_signature_changes_with_the_adapter(tiny: Path, tmp_path: Path) -> None:
    one = Starter(TranslatorOptions({"base": tiny, "adapter": tiny}, tmp_path))
    (tmp_path / ADAPTER_FILE).write_bytes(b"another")
    two = Starter(TranslatorOptions({"base": tiny, "adapter": tmp_path}, tmp_path))
    assert one.signature.engine == two.signature.engine == "starter"
    assert one.signature.revision != two.signature.revision


def test_the_writer_refuses_a_vocabulary_of_another_size(tiny: Path, tmp_path: Path) -> None:
    base, adapter = Base(tiny / BASE_FILE), read_adapter(tiny / ADAPTER_FILE)
    writer = ModelWriter(SHAPE)
    for layer in range(SHAPE.layers):
        writer.put_block(layer, merged_block(base, adapter, layer))
    writer.put_ends(merged_ends(base, adapter))
    with pytest.raises(ModelError, match="pieces"):
        writer.save(tmp_path, ["<pad>"], None)


def test_the_training_sees_the_model_that_the_product_runs(tiny: Path, plain: Path) -> None:
    torch = pytest.importorskip("torch", reason="torch is needed for training only")
    from training.model import Translator

    adapter = read_adapter(tiny / ADAPTER_FILE)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("training.model.RANK", RANK)
        model = Translator(Base(tiny / BASE_FILE), adapter.rows, adapter.writable)
    model.load_trained({name: torch.from_numpy(w) for name, w in adapter.weights.items()})
    ids, pieces = _prompt(plain, "English: the thing is in here\nHindi:")
    with torch.no_grad():
        states = model.hidden(torch.tensor([ids]))[0]
        trained = (states @ model.embedding[: model.writable].t()).float().numpy()
    built = _ct2_logits(plain, pieces)
    assert np.abs(trained - built).mean() < 0.03 * built.std()  # bf16 against float32
