from pathlib import Path

import numpy as np
import pytest
from tests.speech.fakes import FakeEngine, FakeFinder, bursts, loud_spans

from wavereel.errors import Cancelled, LanguageError, UsageError
from wavereel.speech import recognise as module
from wavereel.speech.activity import RATE_HZ, speech_pieces
from wavereel.speech.recognise import RecogniseOptions, recognise
from wavereel.speech.whisper import WhisperEngine


class English(FakeEngine, WhisperEngine):
    """Stands for the English model."""

    languages = frozenset({"en"})  # type: ignore[assignment]
    name = "english"  # type: ignore[assignment]
    shift_ms = 0  # type: ignore[assignment]

    def __init__(self, log_probability: float = -0.2, no_speech: float = 0.0) -> None:
        self.asked = []
        self._log_probability, self._no_speech, self._timed, self._text = log_probability, no_speech, True, "word"


@pytest.fixture(autouse=True)
def _plain_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "speech_pieces", lambda blocks: speech_pieces(blocks, loud_spans))


def install(monkeypatch: pytest.MonkeyPatch, english: English, many: FakeFinder | None) -> None:
    monkeypatch.setattr(module, "english_engine", lambda cache_dir: english)
    monkeypatch.setattr(module, "languages_engine", lambda cache_dir: many)
    monkeypatch.setattr(module, "is_installed", lambda published: many is not None)


SOUND = bursts(20, 6.0, 5.0)


def test_english_is_heard_once(monkeypatch: pytest.MonkeyPatch):
    english = English()
    install(monkeypatch, english, None)
    result = recognise([SOUND])
    assert result.language == "en"
    assert result.notices == ()
    assert len(result.words) >= 180
    heard_s = sum(seconds for _, careful, seconds in english.asked if not careful)
    assert heard_s == pytest.approx(sum(p.seconds for _, ps in speech_pieces([SOUND], loud_spans) for p in ps), abs=1)


def test_what_does_not_sound_english_is_identified(monkeypatch: pytest.MonkeyPatch):
    many = FakeFinder(languages=frozenset({"de", "en"}))
    install(monkeypatch, English(log_probability=-0.85), many)
    result = recognise([SOUND])
    assert result.language == "de"
    assert {language for language, _, _ in many.asked} == {"de"}
    assert result.words[0].start_ms < 1500


def test_without_the_languages_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    install(monkeypatch, English(log_probability=-1.2), None)
    with pytest.raises(LanguageError) as caught:
        recognise([SOUND])
    assert "does not sound like English" in str(caught.value)
    assert "languages" in caught.value.hint
    assert "--model" in caught.value.hint


def test_what_no_model_knows_gets_no_words(monkeypatch: pytest.MonkeyPatch):
    install(monkeypatch, English(log_probability=-1.2), FakeFinder(languages=frozenset({"de"}), language=("de", 0.4)))
    result = recognise([SOUND])
    assert result.words == ()
    assert result.language == ""
    assert result.notices[-1] == "no speech was found"


def test_the_language_is_asked_again_where_it_could_not_be_told(monkeypatch: pytest.MonkeyPatch):
    class Later(FakeFinder):
        def language_of(self, pieces):
            return ("de", 0.9) if pieces[0].start > 60 * RATE_HZ else ("fr", 0.3)

    install(monkeypatch, English(log_probability=-1.2), Later(languages=frozenset({"de"})))
    result = recognise([SOUND])
    assert result.language == "de"
    assert result.words[0].start_ms > 60_000
    assert "were not understood" in result.notices[0]


def test_music_is_no_foreign_language(monkeypatch: pytest.MonkeyPatch):
    install(monkeypatch, English(log_probability=-1.3, no_speech=0.9), None)
    result = recognise([SOUND])
    assert result.words == ()
    assert result.notices == ("no speech was found",)


def test_silence_has_a_notice(monkeypatch: pytest.MonkeyPatch):
    install(monkeypatch, English(), None)
    assert recognise([np.zeros(RATE_HZ, np.float32)]).notices == ("no speech was found",)
    assert recognise([]).notices == ("no speech was found",)


def test_a_given_language_is_believed(monkeypatch: pytest.MonkeyPatch):
    many = FakeFinder(languages=frozenset({"de"}))
    install(monkeypatch, English(log_probability=-0.8), many)
    assert recognise([SOUND], RecogniseOptions(language="en")).language == "en"
    assert recognise([SOUND], RecogniseOptions(language="German")).language == "de"


def test_a_given_language_that_is_not_installed(monkeypatch: pytest.MonkeyPatch):
    install(monkeypatch, English(), None)
    with pytest.raises(LanguageError, match="not Chinese") as caught:
        recognise([SOUND], RecogniseOptions(language="zh"))
    assert "wavereel[speech,languages]" in caught.value.hint


def test_what_is_no_language(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(UsageError, match="not a language"):
        recognise([SOUND], RecogniseOptions(language="12"))


def test_a_model_of_many_languages_is_asked_first():
    many = FakeFinder(languages=frozenset({"de", "en"}))
    result = recognise([SOUND], RecogniseOptions(engine=many))
    assert result.language == "de"
    assert {language for language, _, _ in many.asked} == {"de"}


def test_an_engine_of_any_language_finds_out_itself():
    result = recognise([SOUND], RecogniseOptions(engine=FakeEngine(languages=None)))
    assert result.language == "fr"


@pytest.mark.parametrize(
    ("tag", "text", "shown"),
    [("zh", "學,", "学，"), ("zh-Hans", "學", "学"), ("zh-Hant", "学", "學"), ("zh-TW", "学", "學")],
)
def test_chinese_comes_in_one_script(tag: str, text: str, shown: str):
    class Chinese(FakeEngine):
        def hear(self, sound, language, *, careful=False):
            from wavereel.speech.transcriber import Heard, HeardWord

            return Heard((HeardWord(text, 0.0, 1.0, 0.9),), -0.1, 0.0)

    result = recognise([bursts(1)], RecogniseOptions(language=tag, engine=Chinese(languages=None)))
    assert [word.text for word in result.words] == [shown]


def test_speech_that_was_refused_is_told():
    engine = FakeEngine(languages=None, text="la ", log_probability=-2.0)
    result = recognise([SOUND], RecogniseOptions(language="en", engine=engine))
    assert result.words == ()

    class Half(FakeEngine):
        def hear(self, sound, language, *, careful=False):
            heard = super().hear(sound, language, careful=careful)
            from dataclasses import replace

            return heard if len(self.asked) % 2 else replace(heard, log_probability=-2.0)

    result = recognise([SOUND], RecogniseOptions(language="de", engine=Half(languages=None)))
    assert result.words
    assert "were not understood" in result.notices[0]


def test_a_transcript_is_kept_by_content(tmp_path: Path):
    engine = FakeEngine(languages=None)
    options = RecogniseOptions(language="de", engine=engine, cache_dir=tmp_path)
    first = recognise(lambda: [SOUND], options)
    asked = len(engine.asked)
    assert recognise(lambda: [SOUND[:5000], SOUND[5000:]], options) == first
    assert len(engine.asked) == asked
    assert recognise(lambda: [SOUND[RATE_HZ:]], options) != first
    assert len(engine.asked) > asked


def test_a_named_content_is_not_read_again(tmp_path: Path):
    engine = FakeEngine(languages=None)
    options = RecogniseOptions(language="de", engine=engine, cache_dir=tmp_path, content_id="f_1")
    first = recognise(iter([SOUND]), options)

    def fail():
        raise AssertionError("read although it is in the cache")
        yield

    assert recognise(fail(), options) == first
    next(tmp_path.rglob("*.json")).write_text("{")
    assert recognise(iter([SOUND]), options) == first


def test_nothing_is_kept_of_stopped_work(tmp_path: Path):
    stop = iter([False, True])
    options = RecogniseOptions(language="de", engine=FakeEngine(languages=None), cache_dir=tmp_path, content_id="f")
    with pytest.raises(Cancelled):
        recognise([SOUND], options, cancelled=lambda: next(stop))
    assert list(tmp_path.rglob("*")) == []


def test_progress_reaches_the_end():
    told: list[int] = []
    recognise([SOUND], RecogniseOptions(language="de", engine=FakeEngine(languages=None)), on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 120_000
