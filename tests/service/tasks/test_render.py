"""Captions that still wait when a draft is rendered are heard then."""

import json
import threading

import pytest

from wavereel.errors import LanguageError
from wavereel.service.tasks.render import RenderOrder, render_order
from wavereel.speech.recognise import Transcript
from wavereel.speech.words import Word

VOICE = "f_0123456789abcdef"
DRAFT = {
    "d": 500,
    "m": {"width": 160, "height": 90, "fps": 10},
    "t": [
        {"tt": 1, "sg": [{"d": 500, "src": f"asset://{VOICE}", "ss": 0, "se": 500}], "m": {"role": "voice"}},
        {"tt": 7, "sg": [], "m": {"role": "caption", "lang": "zh", "pending": True}},
    ],
}


@pytest.mark.parametrize("knows", ["zh", None])
def test_they_are_heard_in_the_language_that_was_named_where_that_can_be(talk_sound, tmp_path, knows):
    asked = []

    def recognise(windows, *, language, model, content, on_ms, cancelled):
        asked.append(language)
        if language != knows:
            raise LanguageError("no such model")
        return Transcript("zh", (Word("大家", 50, 400),), ())

    made = tmp_path / "made.mp4"
    rendered = render_order(
        RenderOrder(json.dumps(DRAFT), {}, {VOICE: talk_sound}),
        made,
        recognise,
        threads=1,
        on_share=lambda share: None,
        cancelled=threading.Event(),
    )
    assert made.stat().st_size == rendered.total_bytes
    assert asked == (["zh"] if knows else ["zh", None])
    assert not any("captions" in warning for warning in rendered.warnings)
