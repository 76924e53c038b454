"""What is left out is said: one notice for each, none for a draft that is done as it says."""

import pytest

from wavereel.render.unsupported import unsupported
from wavereel.timeline.codec import timeline_from_tree

SOUND = {"s": 0, "d": 1000, "src": "a"}
COLOR = {"s": 0, "d": 1000, "g": {"k": "color", "c": "#102030"}}
CARD = {"s": 0, "d": 1000, "txt": "words"}


def notices(*tracks):
    return list(unsupported(timeline_from_tree({"v": 1, "d": 3000, "m": {}, "t": list(tracks)})))


def track(kind, role, *segments, **more):
    return {"tt": kind, "m": {"role": role}, "sg": list(segments), **more}


def test_a_draft_that_is_done_as_it_says_has_no_notice():
    follows = {"s": 0, "d": 1000, "g": {"k": "waveform", "of": "voice"}}
    zoomed = COLOR | {"fx": [{"k": "zoom", "from": 1, "to": 1.2}], "tr": {"k": "dissolve", "d": 200}}
    assert (
        notices(
            track(0, "background", zoomed, COLOR | {"s": 1000, "tr": {"k": "cut", "d": 0}}),
            track(0, "waveform", follows),
            track(0, "main", SOUND | {"src": "video", "fx": [{"k": "mask", "s": 0, "d": 100}]}),
            track(1, "voice", SOUND | {"fx": [{"k": "mask", "s": 0, "d": 100}]}, id="voice"),
            track(7, "title", CARD | {"x": {"r": 15}, "an": {"in": {"k": "fade"}}}),
            track(7, "caption", CARD),
        )
        == []
    )


@pytest.mark.parametrize(
    ("said", "tracks"),
    [
        ("track 1 is of the type 5", [track(5, "", {"d": 10})]),
        ("not made yet", [{"tt": 7, "m": {"role": "caption", "pending": True}, "sg": []}]),
        ("follows 'voice'", [track(0, "waveform", {"d": 10, "g": {"k": "waveform", "of": "voice"}})]),
        (
            "follows 'voice'",
            [
                track(0, "waveform", {"d": 10, "g": {"k": "waveform", "of": "voice"}}),
                track(1, "voice", SOUND, id="voice", mu=True),
            ],
        ),
        ("no transition 'wipe'", [track(0, "main", COLOR | {"tr": {"k": "wipe", "d": 9}}, COLOR | {"s": 1000})]),
        ("right behind", [track(0, "main", COLOR | {"tr": {"k": "dissolve", "d": 9}}, COLOR | {"s": 2000})]),
        ("after the last clip", [track(0, "main", COLOR | {"tr": {"k": "dissolve", "d": 9}})]),
        ("between sounds", [track(1, "voice", SOUND | {"tr": {"k": "dissolve", "d": 9}}, SOUND | {"s": 1000})]),
        ("effect 'sparkle' on a picture", [track(0, "main", COLOR | {"fx": [{"k": "sparkle"}]})]),
        (
            "mask on its picture was left out",
            [track(0, "main", SOUND | {"fx": [{"k": "mask"}]}), track(1, "voice", SOUND)],
        ),
        ("effect 'mask' on a picture", [track(0, "overlay", COLOR | {"fx": [{"k": "mask"}]})]),
        ("effect 'zoom' on a text", [track(7, "title", CARD | {"fx": [{"k": "zoom"}]})]),
        ("main pictures and backgrounds", [track(0, "overlay", COLOR | {"fx": [{"k": "zoom"}]})]),
        ("entrances and exits", [track(7, "caption", CARD | {"an": {"in": {"k": "fade"}}})]),
        ("stand upright", [track(7, "caption", CARD | {"x": {"r": 10}})]),
        ("makes no sound", [track(1, "bgm", {"d": 10, "g": {"k": "color"}})]),
        ("mood 'polka'", [track(1, "bgm", {"d": 10, "g": {"k": "music", "mood": "polka"}})]),
        ("makes no picture", [track(0, "overlay", {"d": 10, "g": {"k": "music"}})]),
    ],
)
def test_what_is_left_out_is_said(said, tracks):
    (notice,) = notices(*tracks)
    assert said in notice
