"""Drafts that the schema lets through and nobody should write."""

import json

import pytest


@pytest.fixture
def draft(folder, sound):
    """Writes `d.json` with some tracks and keys."""

    def write(tracks, meta=None, **keys):
        media = [{"file_id": "f_a", "cdn_url": "tone.wav"}]
        canvas = {"width": 128, "height": 72, "fps": 10} | (meta or {})
        tree = {"t": tracks, "m": canvas, "video_infos": media} | keys
        (folder / "d.json").write_text(json.dumps(tree))
        return "d.json"

    return write


def heard(**keys):
    return {"tt": 1, "m": {"role": "voice"}, "sg": [{"s": 0, "d": 500, "src": "asset://f_a"} | keys]}


URLS = [
    "", ".", "..", "/etc/hostname", "../../../../etc/hostname", "file:///etc/hostname", "http://127.0.0.1:9/a.mp3",
    "http://[", "tone.wav\0x", "x" * 5000, "/dev/zero", "/dev/stdin", "concat:tone.wav|tone.wav", "pipe:0",
    "data:,x", "%00", "C:\\x.wav", "asset://f_a",
]  # fmt: skip


@pytest.mark.parametrize("url", URLS)
def test_a_medium_that_is_no_sound_at_hand_is_refused(draft, wavereel, url):
    name = draft([heard()], video_infos=[{"file_id": "f_a", "cdn_url": url}])
    done = wavereel("make", "--draft", name, "-o", "out.mp4")
    assert (done.code, done.made) == (3, frozenset())
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("speed", [1e-300, 1e-9, 0.01])
def test_a_sound_slower_than_can_be_heard_is_refused(draft, wavereel, speed):
    done = wavereel("make", "--draft", draft([heard(sp=speed)]), "-o", "out.mp4")
    assert done.code == 3
    assert "of its speed" in done.err


@pytest.mark.parametrize(
    ("meta", "tracks"),
    [
        ({"fps": 1e-5}, []),
        ({"platform": "nowhere"}, []),
        (
            {},
            [
                {
                    "tt": 0,
                    "sg": [{"s": 0, "d": 500, "g": {"k": "waveform"}, "x": {"x": 0.5, "y": 0.5, "w": 0.01, "h": 0.01}}],
                }
            ],
        ),
    ],
)
def test_what_means_nothing_in_a_draft_is_the_drafts_fault(draft, wavereel, folder, meta, tracks):
    name = draft([heard(), *tracks], meta)
    assert wavereel("make", "--draft", name, "-o", "out.mp4").code == 3
    if "platform" not in meta:
        assert wavereel("frame", name, "--at", "0", "-o", "x.png").code == 3


@pytest.mark.parametrize(
    "keys", [{"ss": 100_000}, {"ss": 100_000, "lp": True}, {"ss": 400, "se": 300}, {"ss": 100, "se": 101, "lp": True}]
)
def test_a_clip_of_nothing_is_silent_and_of_a_moment_sounds(draft, wavereel, keys):
    assert wavereel("make", "--draft", draft([heard(**keys)]), "-o", "out.mp4").code == 0


def test_a_draft_without_sound_has_a_silent_track(draft, wavereel):
    done = wavereel("make", "--draft", draft([{"tt": 7, "sg": [{"s": 0, "d": 500, "txt": "Hello"}]}]), "-o", "out.mp4")
    assert done.code == 0
    assert "silent" not in done.err
    sounds = json.loads(wavereel("probe", "out.mp4", "--json").out)["audio"]
    assert [sound["codec"] for sound in sounds] == ["aac"]


def test_texts_past_the_end_cost_nothing(draft, wavereel, monkeypatch):
    import wavereel.render.words as words

    measured = []
    fit = words.fit_text
    monkeypatch.setattr(words, "fit_text", lambda *args, **more: measured.append(args) or fit(*args, **more))
    late = [{"s": 500 + n, "d": 10, "txt": f"late {n}"} for n in range(1000)]
    name = draft([heard(), {"tt": 7, "m": {"role": "text"}, "sg": [{"s": 0, "d": 500, "txt": "now"}, *late]}], d=500)
    assert wavereel("make", "--draft", name, "-o", "out.mp4").code == 0
    assert 0 < len(measured) < 10


def test_a_frame_is_not_written_onto_the_drafts_own_picture(draft, wavereel, folder):
    from PIL import Image

    Image.new("RGB", (32, 32), "red").save(folder / "p.png")
    before = (folder / "p.png").read_bytes()
    name = draft(
        [heard()], video_infos=[{"file_id": "f_a", "cdn_url": "tone.wav"}, {"file_id": "f_p", "cdn_url": "p.png"}]
    )
    done = wavereel("frame", name, "--at", "0", "-o", "p.png", "-y")
    assert done.code == 5
    assert (folder / "p.png").read_bytes() == before
    for _ in range(2):
        assert wavereel("frame", name, "--at", "0", "-o", "x.png", "-y").code == 0
