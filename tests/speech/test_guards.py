import pytest

from wavereel.speech.guards import has_loop, is_not_speech, refusal, strip_tags
from wavereel.speech.transcriber import Heard, HeardWord


def heard(text: str, lp: float | None = -0.2, ns: float | None = 0.01) -> Heard:
    return Heard(tuple(HeardWord(f" {word}", 0, 1) for word in text.split()), lp, ns)


TWO_CITIES = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, "
    "it was the epoch of belief, it was the epoch of incredulity, it was the season of Light, it was the season of "
    "Darkness"
)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (heard("plain speech"), ""),
        (heard(""), ""),
        (heard("", lp=-3.0, ns=0.99), ""),
        (heard("you", lp=-1.33, ns=0.9), "improbable"),
        (heard("you", lp=-0.75, ns=0.9), "no speech"),
        (heard("quiet but clear", lp=-0.5, ns=0.9), ""),
        (heard("2", lp=-0.88), ""),
        (heard("la " * 6), "loop"),
        (heard("la la la la la"), ""),
        (heard("thank you " * 4), "loop"),
        (heard("thank you " * 3), ""),
        (heard("no numbers at all", lp=None, ns=None), ""),
        (heard("on and on " * 9, lp=None, ns=None), "loop"),
        (heard(TWO_CITIES), ""),
    ],
)
def test_refusal(result: Heard, reason: str):
    assert refusal(result) == reason


def test_a_loop_of_chinese_characters():
    assert has_loop("谢谢观看" * 5)
    assert not has_loop("秋天总是那么富有诗意")


def test_a_piece_may_hold_no_speech():
    assert is_not_speech(heard("you", ns=0.93))
    assert not is_not_speech(heard("you", ns=None))


@pytest.mark.parametrize("tag", ["[Music]", "(birds chirping)", "♪ la la ♪", "♪", "*applause*"])
def test_invented_tags_go(tag: str):
    assert strip_tags(f"well {tag} then").split() == ["well", "then"]
