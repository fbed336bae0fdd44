"""IndicTrans2, NLLB and OPUS-MT on tiny models: converted for real, held against Transformers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from courses.errors import LanguageError, ModelError
from pipeline.model_convert import convert_transformers
from pipeline.model_indictrans import convert_indictrans, positions
from tests.integration.tiny_models import PAIRS, Tiny
from translators.base import Request, TranslatorOptions
from translators.ctranslate import Bound, CTranslate, Model
from translators.decoding import Search
from translators.indictrans import IndicTrans2
from translators.nllb import Nllb
from translators.opus import OpusMT

KINDS = {
    "indictrans2": (IndicTrans2, "tiny_indictrans", convert_indictrans),
    "nllb": (Nllb, "tiny_nllb", convert_transformers),
    "opus-mt": (OpusMT, "tiny_opus", convert_transformers),
}
UNSEEN = ["Reply within 30 citizen.", "Write personal information.", "Ask for a clear note."]
LINK = "See https://rti.gov.in before 30/06/2024."


@dataclass
class Made:
    """An engine of one kind with its exact model, and the tiny model it was converted from."""

    engine: CTranslate
    tiny: Tiny
    folder: Path


@pytest.fixture(scope="module", params=list(KINDS))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    make, needed, convert = KINDS[request.param]
    tiny = request.getfixturevalue(needed)
    folder = tmp_path_factory.mktemp("float32")
    convert(tiny.folder, folder, None)
    return Made(make(options(folder)), tiny, folder)


def options(folder: Path, **more: Any) -> TranslatorOptions:
    known = {"name": "tiny", "reads": frozenset({"en"}), "writes": frozenset({"hi", "ta"})}
    return TranslatorOptions({"model": folder}, folder, **{**known, **more})


def translate(engine: CTranslate, texts: Sequence[str], target: str) -> list[str | None]:
    return [one.text for one in engine.translate([Request(text) for text in texts], "en", target)]


def test_the_converted_model_writes_what_transformers_writes_piece_for_piece(made: Made) -> None:
    wording, model = made.engine._wording, Model(made.folder, 1, "float32")
    for target in ("hi", "ta"):
        bound = Bound(model, wording.prefix(target), wording.longest)
        for text in (*PAIRS[target], *UNSEEN):
            pieces = wording.read(text, "en", target, False).pieces
            [[written]] = bound.generate([pieces], Search(longest=24))
            ended = pieces if pieces[-1] == "</s>" else [*pieces, "</s>"]
            expected = made.tiny.greedy(ended, wording.prefix(target), 24)
            assert bound.pieces(written) == expected, (target, text)


def test_confidence_is_the_mean_probability_that_transformers_gives_the_pieces(made: Made) -> None:
    wording, model = made.engine._wording, Model(made.folder, 1, "float32")
    bound = Bound(model, wording.prefix("hi"), wording.longest)
    for text in UNSEEN:
        pieces = wording.read(text, "en", "hi", False).pieces
        [[written]] = bound.generate([pieces], Search(longest=24, beam=4))
        ended = pieces if pieces[-1] == "</s>" else [*pieces, "</s>"]
        expected = made.tiny.score(ended, wording.prefix("hi"), bound.pieces(written))
        assert written.ended
        assert written.score == pytest.approx(expected, rel=0.02, abs=2e-3), text


def test_every_sentence_it_knows_comes_out_in_the_language_asked_for(made: Made) -> None:
    for target in ("hi", "ta"):
        assert translate(made.engine, list(PAIRS[target]), target) == list(PAIRS[target].values())


def test_addresses_and_dates_come_through_exactly(made: Made) -> None:
    [text] = translate(made.engine, [LINK], "hi")
    assert text == "30/06/2024 से पहले https://rti.gov.in देखें।"


def test_placeholders_that_others_put_in_come_back_as_they_were(
    tiny_indictrans: Tiny, tmp_path: Path
) -> None:
    """The glossary hides terms as ``<ID41>``; they are entities like others here."""
    convert_indictrans(tiny_indictrans.folder, tmp_path, None)
    engine = IndicTrans2(options(tmp_path))
    text = LINK.replace("https://rti.gov.in", "<ID41>").replace("30/06/2024", "<ID42>")
    assert translate(engine, [text], "hi") == ["<ID42> से पहले <ID41> देखें।"]


def test_order_and_count_hold_over_batches_blanks_and_repeats(made: Made) -> None:
    known = list(PAIRS["hi"].items())
    texts = [text for number in range(60) for text in (known[number % 5][0], "", "12.5 %")]
    drafts = made.engine.translate([Request(text) for text in texts], "en", "hi")
    assert [one.text for one in drafts[::3]] == [known[number % 5][1] for number in range(60)]
    assert {one.text for one in drafts[1::3]} == {None}
    assert {one.text for one in drafts[2::3]} == {"12.5 %"}
    assert all(0 < (one.confidence or 0) <= 1 for one in drafts[::3])


def test_a_sentence_longer_than_the_model_takes_is_a_hole_that_says_so(made: Made) -> None:
    texts = ["Yes.", "This is clear, " * 400, "Thank you."]
    drafts = made.engine.translate([Request(text) for text in texts], "en", "hi")
    assert drafts[0].text == "हाँ।"
    assert drafts[2].text == "धन्यवाद।"
    assert drafts[1].text is None
    assert "too long for the model" in str(drafts[1].problem)


def test_the_signature_needs_no_model_and_names_its_revision(made: Made) -> None:
    make = type(made.engine)
    one = make(TranslatorOptions({}, Path(), name="tiny", revision="abc"))
    two = make(TranslatorOptions({}, Path(), name="tiny", revision="abd"))
    assert one.signature != two.signature
    assert str(one.signature).startswith(f"engine:{make.engine}|model:tiny|revision:abc.")


def test_an_unsupported_direction_is_refused_by_name_before_anything_is_loaded(made: Made) -> None:
    engine = type(made.engine)(options(Path("nowhere")))
    with pytest.raises(LanguageError, match=rf"{engine.engine}.* cannot write 'bn'"):
        engine.translate([Request("Yes.")], "en", "bn")
    with pytest.raises(LanguageError, match=rf"{engine.engine}.* cannot read 'hi'"):
        engine.translate([Request("हाँ।")], "hi", "ta")


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_folder_that_holds_no_model_is_refused_with_advice(kind: str, tmp_path: Path) -> None:
    engine = KINDS[kind][0](options(tmp_path))
    with pytest.raises(ModelError, match="karmavani models fetch"):
        engine.translate([Request("Yes.")], "en", "hi")


def test_a_model_that_never_ends_is_cut_and_leaves_a_hole(tiny_opus: Tiny, tmp_path: Path) -> None:
    import torch

    endless = tmp_path / "endless"
    shutil.copytree(tiny_opus.folder, endless)
    weights = torch.load(endless / "pytorch_model.bin")
    weights["final_logits_bias"][0, tiny_opus.numbers["</s>"]] = -1000.0
    torch.save(weights, endless / "pytorch_model.bin")
    (tmp_path / "model").mkdir()
    convert_transformers(endless, tmp_path / "model", "int8")
    engine = OpusMT(options(tmp_path / "model"))
    [draft] = engine.translate([Request("Reply within 30 days.")], "en", "hi")
    assert draft.text is None
    assert "repetitions" in str(draft.problem)


def test_an_opus_model_without_the_tag_of_a_language_refuses_it(
    tiny_opus: Tiny, tmp_path: Path
) -> None:
    convert_transformers(tiny_opus.folder, tmp_path / "model", "int8")
    engine = OpusMT(options(tmp_path / "model", writes=frozenset({"hi", "mr"})))
    assert translate(engine, ["Yes."], "hi") == ["हाँ।"]
    with pytest.raises(LanguageError, match="no tag for 'mr'"):
        engine.translate([Request("Yes.")], "en", "mr")


def test_tags_are_those_of_each_kind_of_model(
    tiny_nllb: Tiny, tiny_opus: Tiny, tiny_indictrans: Tiny, tmp_path: Path
) -> None:
    (tmp_path / "it").mkdir()
    convert_indictrans(tiny_indictrans.folder, tmp_path / "it", None)
    nllb = Nllb.wording(tiny_nllb.folder)
    assert nllb.read("Yes.", "en", "sat", False).pieces[0] == "eng_Latn"
    assert nllb.read("Yes.", "en", "hi", False).pieces[-1] == "</s>"
    assert nllb.prefix("sat") == ["sat_Beng"]
    assert nllb.prefix("ks_Deva") == ["kas_Deva"]
    indictrans = IndicTrans2.wording(tmp_path / "it")
    assert indictrans.read("Yes.", "en", "mni", False).pieces[:2] == ["eng_Latn", "mni_Mtei"]
    assert indictrans.read("Yes.", "en", "sd_Deva", False).pieces[:2] == ["eng_Latn", "snd_Deva"]
    assert indictrans.prefix("hi") == []


def test_the_packages_of_ai4bharat_are_laid_out_as_our_conversion(
    tiny_indictrans: Tiny, tmp_path: Path
) -> None:
    convert_indictrans(tiny_indictrans.folder, tmp_path, "int8")
    names = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))
    assert names == [
        "config.json",
        "model.bin",
        "source_vocabulary.json",
        "target_vocabulary.json",
        "vocab/model.SRC",
        "vocab/model.TGT",
    ]
    # Packages made with CTranslate2 before 3.16 have their vocabularies as lines of text.
    for side in ("source", "target"):
        path = tmp_path / f"{side}_vocabulary.json"
        pieces = json.loads(path.read_text(encoding="utf-8"))
        path.with_suffix(".txt").write_text("".join(f"{one}\n" for one in pieces), encoding="utf-8")
        path.unlink()
    engine = IndicTrans2(options(tmp_path))
    assert translate(engine, ["Thank you."], "ta") == ["நன்றி."]


def test_a_projection_of_its_own_is_taken_where_the_model_has_one(
    tiny_indictrans: Tiny, tmp_path: Path
) -> None:
    from safetensors.numpy import load_file, save_file

    shutil.copytree(tiny_indictrans.folder, tmp_path / "hub")
    _change("config.json", lambda data: data.update(share_decoder_input_output_embed=False))(
        tmp_path / "hub"
    )
    path = tmp_path / "hub/model.safetensors"
    weights = load_file(path)
    (tmp_path / "out").mkdir()
    with pytest.raises(ModelError, match="no lm_head"):
        convert_indictrans(tmp_path / "hub", tmp_path / "out", None)
    embedding = weights["model.decoder.embed_tokens.weight"]
    save_file(weights | {"lm_head.weight": embedding.copy()}, path)
    convert_indictrans(tmp_path / "hub", tmp_path / "out", None)
    assert translate(IndicTrans2(options(tmp_path / "out")), ["Yes."], "ta") == ["ஆம்."]


def _change(name: str, change: Callable[[Any], None]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        data = json.loads((folder / name).read_text(encoding="utf-8"))
        change(data)
        (folder / name).write_text(json.dumps(data), encoding="utf-8")

    return edit


DAMAGES = {
    "no IndicTrans2 model": _change("config.json", lambda data: data.update(model_type="bart")),
    "does not fit": _change("dict.SRC.json", lambda data: data.update(extra=100_000)),
    "no model.encoder.layers.1": _change("config.json", lambda data: data.update(encoder_layers=2)),
    "that we know: 'activation_function'": _change(
        "config.json", lambda data: data.pop("activation_function")
    ),
    "that we know: 'tanh'": _change(
        "config.json", lambda data: data.update(activation_function="tanh")
    ),
    "holds no weights": lambda folder: (folder / "model.safetensors").write_bytes(b"nonsense"),
    "cannot be read": lambda folder: (folder / "dict.TGT.json").write_text("{"),
}


def _save_as_bfloat16(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    path = folder / "model.safetensors"
    save_file({name: one.bfloat16() for name, one in load_file(path).items()}, path)


DAMAGES |= {
    "Save them as float32": _save_as_bfloat16,
    "that we know: 'str' object": _change(
        "config.json", lambda data: data.update(encoder_layers="one")
    ),
    "dict.SRC.json holds no JSON": lambda folder: (folder / "dict.SRC.json").write_text("[]"),
}


@pytest.mark.parametrize("problem", list(DAMAGES))
def test_damaged_files_of_indictrans_are_named(
    tiny_indictrans: Tiny, tmp_path: Path, problem: str
) -> None:
    shutil.copytree(tiny_indictrans.folder, tmp_path / "hub")
    DAMAGES[problem](tmp_path / "hub")
    (tmp_path / "out").mkdir()
    with pytest.raises(ModelError, match=problem):
        convert_indictrans(tmp_path / "hub", tmp_path / "out", None)


def test_a_folder_that_transformers_cannot_load_is_a_model_error(
    convert_extra: None, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "marian"}')
    with pytest.raises(ModelError, match="cannot be converted"):
        convert_transformers(tmp_path, tmp_path / "out", "int8")


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04 cut"], ids=str)
def test_weights_that_cannot_be_read_are_a_model_error(
    tiny_opus: Tiny, tmp_path: Path, content: bytes
) -> None:
    shutil.copytree(tiny_opus.folder, tmp_path / "hub")
    (tmp_path / "hub/pytorch_model.bin").write_bytes(content)
    with pytest.raises(ModelError, match="cannot be converted"):
        convert_transformers(tmp_path / "hub", tmp_path / "out", "int8")


class Evil:
    """Pickled, it asks whoever loads it to make a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def test_code_in_a_checkpoint_is_refused_and_not_run(tiny_opus: Tiny, tmp_path: Path) -> None:
    import torch

    shutil.copytree(tiny_opus.folder, tmp_path / "hub")
    weights = tmp_path / "hub/pytorch_model.bin"
    torch.save({"model.shared.weight": Evil(tmp_path / "run")}, weights)
    with pytest.raises(ModelError, match="cannot be converted"):
        convert_transformers(tmp_path / "hub", tmp_path / "out", "int8")
    assert not (tmp_path / "run").exists()
    torch.load(weights, weights_only=False)  # so it would have been run
    assert (tmp_path / "run").exists()


def test_a_checkpoint_without_some_weights_is_refused_by_their_names(
    tiny_opus: Tiny, tmp_path: Path
) -> None:
    import torch

    shutil.copytree(tiny_opus.folder, tmp_path / "hub")
    path = tmp_path / "hub/pytorch_model.bin"
    weights = torch.load(path)
    del weights["model.encoder.layers.0.fc1.weight"]
    torch.save(weights, path)
    with pytest.raises(
        ModelError, match=r"without weights.*model\.encoder\.layers\.0\.fc1\.weight"
    ):
        convert_transformers(tmp_path / "hub", tmp_path / "out", "int8")


def test_positions_are_those_of_fairseq(convert_extra: None) -> None:
    from transformers.models.m2m_100.modeling_m2m_100 import M2M100SinusoidalPositionalEmbedding

    theirs = M2M100SinusoidalPositionalEmbedding(256, 32, padding_idx=1).weights[2:].numpy()
    assert positions(256, 32) == pytest.approx(theirs, abs=1e-4)


def test_pieces_that_got_other_numbers_in_the_conversion_are_refused(
    tiny_opus: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ctranslate2.converters.transformers import MarianMTLoader

    right = MarianMTLoader.get_vocabulary
    monkeypatch.setattr(
        MarianMTLoader, "get_vocabulary", lambda *given: sorted(right(*given), reverse=True)
    )
    with pytest.raises(ModelError, match="other pieces"):
        convert_transformers(tiny_opus.folder, tmp_path / "out", None)
