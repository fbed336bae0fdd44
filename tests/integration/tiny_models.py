"""Tiny translation models of the real architectures, made in seconds from a few sentences.

Each is saved as its hub folder is: Marian (OPUS-MT), M2M-100 (NLLB) with the tokeniser kinds they
have, and IndicTrans2's layout with weights of MBart, which is the same network with norm first and
sinusoidal positions put in. They learn the sentences below by heart and little else.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.model_indictrans import positions
from translators.entities import hide
from translators.indictrans import prepare

PAIRS = {
    "hi": {
        "Every citizen may ask for information.": "हर नागरिक सूचना माँग सकता है।",
        "Section 8(1)(j) covers personal information.": "धारा 8(1)(j) में व्यक्तिगत सूचना आती है।",
        "Reply within 30 days.": "30 दिनों में उत्तर दें।",
        "Yes.": "हाँ।",
        "Thank you.": "धन्यवाद।",
        "Write a clear note.": "साफ़ टिप्पणी लिखें।",
        "See https://rti.gov.in before 30/06/2024.": "30/06/2024 से पहले https://rti.gov.in देखें।",
    },
    "ta": {
        "Every citizen may ask for information.": "ஒவ்வொரு குடிமகனும் தகவல் கேட்கலாம்.",
        "Section 8(1)(j) covers personal information.": "பிரிவு 8(1)(j) தனிப்பட்ட தகவல் பற்றியது.",
        "Reply within 30 days.": "30 நாட்களுக்குள் பதில் அளிக்கவும்.",
        "Yes.": "ஆம்.",
        "Thank you.": "நன்றி.",
        "Write a clear note.": "தெளிவான குறிப்பை எழுதவும்.",
        "See https://rti.gov.in before 30/06/2024.": "30/06/2024 முன் https://rti.gov.in காண்க.",
    },
}
WIDTH, STEPS, PIECES = 32, 110, 320
TAGS = {"en": "eng_Latn", "hi": "hin_Deva", "ta": "tam_Taml"}


@dataclass(frozen=True, slots=True)
class Tiny:
    """A folder as the hub has it, and the loaded model that made it, for reference."""

    folder: Path
    model: Any
    numbers: dict[str, int]
    target_numbers: dict[str, int]

    def greedy(self, pieces: Sequence[str], prefix: Sequence[str], longest: int) -> list[str]:
        """Return the pieces that Transformers itself writes, without prefix and end mark."""
        import torch

        names = {number: piece for piece, number in self.target_numbers.items()}
        ids = torch.tensor([[self.numbers.get(p, self.numbers["<unk>"]) for p in pieces]])
        made = [self.model.config.decoder_start_token_id]
        made += [self.target_numbers[piece] for piece in prefix]
        start, unknown = len(made), self.target_numbers["<unk>"]
        with torch.no_grad():
            state = self.model.get_encoder()(ids)
            while len(made) - start < longest:
                scores = self.model(
                    encoder_outputs=state, decoder_input_ids=torch.tensor([made])
                ).logits[0, -1]
                scores[[unknown, self.model.config.pad_token_id]] = float("-inf")
                made.append(int(scores.argmax()))
                if names[made[-1]] == "</s>":
                    return [names[number] for number in made[start:-1]]
        return [names[number] for number in made[start:]]

    def score(self, pieces: Sequence[str], prefix: Sequence[str], written: Sequence[str]) -> float:
        """Return the mean log probability that Transformers gives to `written` and its end."""
        import torch

        ids = torch.tensor([[self.numbers.get(p, self.numbers["<unk>"]) for p in pieces]])
        given = [self.model.config.decoder_start_token_id]
        given += [self.target_numbers[piece] for piece in prefix]
        said = [self.target_numbers[piece] for piece in (*written, "</s>")]
        shown = torch.tensor([[*given, *said[:-1]]])
        with torch.no_grad():
            scores = self.model(input_ids=ids, decoder_input_ids=shown).logits[0, len(given) - 1 :]
        found = scores.log_softmax(-1)[range(len(said)), said]
        return float(found.mean())


def _train_pieces(path: Path, lines: Sequence[str]) -> list[str]:
    """Write a SentencePiece model; return its pieces without marks."""
    import sentencepiece

    model = path.parent / f"{path.name}.part"
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(list(lines) * 10),
        model_prefix=str(model),
        vocab_size=PIECES,
        model_type="bpe",
        character_coverage=1.0,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    Path(f"{model}.model").rename(path)
    Path(f"{model}.vocab").unlink()
    processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
    return [processor.id_to_piece(number) for number in range(3, processor.get_piece_size())]


def _cut(path: Path, text: str) -> list[str]:
    import sentencepiece

    pieces: list[str] = sentencepiece.SentencePieceProcessor(model_file=str(path)).encode(
        text, out_type=str
    )
    return pieces


def _learn(model: Any, pairs: Sequence[tuple[list[int], list[int]]], pad: int) -> None:
    """Train until the pairs are known by heart."""
    import torch

    def padded(rows: list[list[int]], fill: int) -> Any:
        longest = max(map(len, rows))
        return torch.tensor([row + [fill] * (longest - len(row)) for row in rows])

    sources = padded([source for source, _ in pairs], pad)
    labels = padded([target for _, target in pairs], -100)
    trained = [weights for weights in model.parameters() if weights.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=8e-3, fused=True)
    model.train()
    for _ in range(STEPS):
        loss = model(input_ids=sources, attention_mask=(sources != pad).long(), labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        # Marian starts from a zero embedding, that of its padding; all have it zero.
        model.get_output_embeddings().weight.data[pad] = 0
    model.eval()


def _begin() -> None:
    import torch

    torch.manual_seed(1)
    random.seed(1)
    torch.set_num_threads(1)


def _sizes() -> dict[str, Any]:
    return {
        "d_model": WIDTH, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 4,
        "decoder_attention_heads": 4, "encoder_ffn_dim": 48, "decoder_ffn_dim": 48, "dropout": 0.0,
        "attention_dropout": 0.0, "activation_dropout": 0.0, "scale_embedding": True,
        "encoder_layerdrop": 0.0, "decoder_layerdrop": 0.0,
    }  # fmt: skip


def build_opus(folder: Path) -> Tiny:
    """Make a Marian model of two target languages, as Helsinki-NLP/opus-mt-en-mul is laid out."""
    from transformers import MarianConfig, MarianMTModel

    _begin()
    folder.mkdir()
    source = _train_pieces(folder / "source.spm", list(PAIRS["hi"]))
    target = _train_pieces(
        folder / "target.spm", [t for one in PAIRS.values() for t in one.values()]
    )
    names = ["</s>", "<unk>", *dict.fromkeys([*source, *target]), ">>hin<<", ">>tam_Taml<<"]
    numbers = {piece: number for number, piece in enumerate([*names, "<pad>"])}
    pad = numbers["<pad>"]
    config = MarianConfig(
        vocab_size=len(numbers), max_position_embeddings=512, pad_token_id=pad, eos_token_id=0,
        decoder_start_token_id=pad, forced_eos_token_id=0, bos_token_id=None,
        activation_function="swish", static_position_embeddings=True, **_sizes(),
    )  # fmt: skip
    model = MarianMTModel(config)
    pairs = [
        (
            [numbers[p] for p in (tag, *_cut(folder / "source.spm", text), "</s>")],
            [numbers[p] for p in (*_cut(folder / "target.spm", made), "</s>")],
        )
        for tag, code in ((">>hin<<", "hi"), (">>tam_Taml<<", "ta"))
        for text, made in PAIRS[code].items()
    ]
    _learn(model, pairs, pad)
    _save(model, folder)
    (folder / "vocab.json").write_text(json.dumps(numbers, ensure_ascii=False), encoding="utf-8")
    config_text = {"source_lang": "eng", "target_lang": "mul", "tokenizer_class": "MarianTokenizer"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config_text))
    return Tiny(folder, model, numbers, numbers)


def build_nllb(folder: Path) -> Tiny:
    """Make an M2M-100 model of three languages, as facebook/nllb-200-distilled-600M is laid out."""
    from transformers import M2M100Config, M2M100ForConditionalGeneration

    _begin()
    folder.mkdir()
    texts = [text for one in PAIRS.values() for pair in one.items() for text in pair]
    spm = folder / "sentencepiece.bpe.model"
    _train_pieces(spm, texts)
    numbers = _write_nllb_tokenizer(folder)
    config = M2M100Config(
        vocab_size=len(numbers) + 2, max_position_embeddings=1024, pad_token_id=1, bos_token_id=0,
        eos_token_id=2, decoder_start_token_id=2, activation_function="relu", **_sizes(),
    )  # fmt: skip
    model = M2M100ForConditionalGeneration(config)
    pairs = [
        (
            [numbers[p] for p in (TAGS["en"], *_cut(spm, text), "</s>")],
            [numbers[p] for p in (TAGS[code], *_cut(spm, made), "</s>")],
        )
        for code, one in PAIRS.items()
        for text, made in one.items()
    ]
    _learn(model, pairs, 1)
    _save(model, folder)
    return Tiny(folder, model, numbers, numbers)


def _write_nllb_tokenizer(folder: Path) -> dict[str, int]:
    """Write the tokeniser's files: language tags after all pieces, then the mask, as NLLB's."""
    from transformers import AutoTokenizer

    named = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    named |= {"sep_token": "</s>", "cls_token": "<s>", "tokenizer_class": "NllbTokenizer"}
    (folder / "tokenizer_config.json").write_text(json.dumps(named))
    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    data = json.loads(tokenizer.backend_tokenizer.to_str())
    pieces = {piece: n for piece, n in data["model"]["vocab"].items() if piece != "<mask>"}
    marks = ["<s>", "<pad>", "</s>", "<unk>"]
    tags = [*TAGS.values(), "<mask>"]
    numbers = pieces | {tag: len(pieces) + number for number, tag in enumerate(tags)}
    data["model"]["vocab"] = pieces
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    data["added_tokens"] = [
        {"id": numbers[one], "content": one, "special": True, **plain} for one in (*marks, *tags)
    ]
    (folder / "tokenizer.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    named["mask_token"] = "<mask>"
    special = named | {"additional_special_tokens": list(TAGS.values())}
    (folder / "special_tokens_map.json").write_text(json.dumps(special))
    return numbers


def build_indictrans(folder: Path) -> Tiny:
    """Make a model laid out as ai4bharat/indictrans2-en-indic-dist-200M, with MBart's network."""
    import torch
    from safetensors.torch import save_file
    from transformers import MBartConfig, MBartForConditionalGeneration

    _begin()
    folder.mkdir()
    read, written = _indictrans_lines()
    sides = {}
    for side, lines in (("SRC", [text for _, text in read]), ("TGT", written)):
        pieces = _train_pieces(folder / f"model.{side}", lines)
        tags = TAGS.values() if side == "SRC" else ()
        names = dict.fromkeys(["<s>", "<pad>", "</s>", "<unk>", *tags, *pieces])
        sides[side] = {piece: number for number, piece in enumerate(names)}
        text = json.dumps(sides[side], ensure_ascii=False)
        (folder / f"dict.{side}.json").write_text(text, encoding="utf-8")
    source, target = sides["SRC"], sides["TGT"]
    config = MBartConfig(
        vocab_size=len(target), max_position_embeddings=256, activation_function="gelu",
        pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2, **_sizes(),
    )  # fmt: skip
    model = MBartForConditionalGeneration(config)
    embed = type(model.model.encoder.embed_tokens)
    own = embed(len(source), WIDTH, 1, embed_scale=WIDTH**0.5)
    torch.nn.init.normal_(own.weight, std=0.02)
    model.model.encoder.embed_tokens = own
    for side in (model.model.encoder, model.model.decoder):
        side.embed_positions.weight.data[2:] = torch.from_numpy(positions(256, WIDTH))
        side.embed_positions.weight.requires_grad = False
    pairs = [
        (
            [source[p] for p in (TAGS["en"], tag, *_cut(folder / "model.SRC", text), "</s>")],
            [target[p] for p in (*_cut(folder / "model.TGT", made), "</s>")],
        )
        for (tag, text), made in zip(read, written, strict=True)
    ]
    _learn(model, pairs, 1)
    kept = {
        name: weights.contiguous().clone()
        for name, weights in model.state_dict().items()
        if "embed_positions" not in name and "shared" not in name and "logits" not in name
    }
    kept.pop("lm_head.weight")  # the real ones are tied, too
    save_file(kept, str(folder / "model.safetensors"))
    (folder / "config.json").write_text(json.dumps(_indictrans_config(len(source), len(target))))
    return Tiny(folder, model, source, target)


def _indictrans_lines() -> tuple[list[tuple[str, str]], list[str]]:
    """Return (target's tag, prepared source) pairs and prepared targets, entities hidden."""
    read, written = [], []
    for code, one in PAIRS.items():
        for text, made in one.items():
            hidden, entities = hide(text)
            for number, entity in enumerate(entities, start=1):
                made = made.replace(entity, f"<ID{number}>")
            read.append((TAGS[code], prepare(hidden, "en")))
            written.append(prepare(made, code))
    return read, written


def _indictrans_config(source: int, target: int) -> dict[str, Any]:
    config: dict[str, Any] = {
        "model_type": "IndicTrans", "encoder_vocab_size": source, "decoder_vocab_size": target,
        "activation_function": "gelu", "layernorm_embedding": True, "scale_embedding": True,
        "max_source_positions": 256, "max_target_positions": 256,
        "share_decoder_input_output_embed": True,
    }  # fmt: skip
    for side in ("encoder", "decoder"):
        config |= {
            f"{side}_layers": 1, f"{side}_embed_dim": WIDTH, f"{side}_ffn_dim": 48,
            f"{side}_attention_heads": 4, f"{side}_normalize_before": True,
        }  # fmt: skip
    return config


def _save(model: Any, folder: Path) -> None:
    """Save as the hub has it: a pytorch_model.bin, no safetensors."""
    import torch

    model.config.save_pretrained(folder)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
