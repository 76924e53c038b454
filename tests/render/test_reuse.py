"""An export after an edit renders only what changed, and gives the same bytes as one from nothing."""

import random
import threading
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.render.reuse import episode, media, run

from wavereel.errors import WavereelError
from wavereel.picture.canvas import Canvas
from wavereel.picture.identity import NOTHING
from wavereel.picture.layer import Layer, close_layers
from wavereel.render import export as exporting
from wavereel.render import hearing, segments
from wavereel.render.compose import compose, wanted_listening
from wavereel.render.export import ExportSettings, export
from wavereel.render.look import look_of
from wavereel.render.segment_cache import SegmentCache
from wavereel.render.sound import listen
from wavereel.render.soundplan import mix_of
from wavereel.render.sources import Sources
from wavereel.timeline.catalogue import EDITS, op_of, parse_edit
from wavereel.timeline.model import Timeline


@pytest.fixture(autouse=True)
def _short_segments(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(segments, "SEGMENT_S", 1)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return media(tmp_path_factory.mktemp("media"))


@pytest.fixture
def cache(tmp_path: Path) -> SegmentCache:
    return SegmentCache(tmp_path / "segments", max_bytes=1 << 30, max_age_s=3600)


def edited(timeline: Timeline, **edit: object) -> Timeline:
    return parse_edit(dict(edit)).run(timeline, [])


def test_the_same_again_is_found_whole(tmp_path: Path, sources: Sources, cache: SegmentCache):
    plain = run(episode(), sources, tmp_path / "plain.mp4")
    first = run(episode(), sources, tmp_path / "first.mp4", cache)
    again = run(episode(), sources, tmp_path / "again.mp4", cache, workers=3)
    assert [(made.segments, made.segments_reused) for made in (plain, first, again)] == [(6, 0), (6, 0), (6, 6)]
    assert len({(tmp_path / f"{name}.mp4").read_bytes() for name in ("plain", "first", "again")}) == 1


def test_a_changed_word_of_a_caption_is_one_segment(tmp_path: Path, sources: Sources, cache: SegmentCache):
    run(episode(), sources, tmp_path / "a.mp4", cache)
    after = edited(episode(), op="replace_text", find="looked", replace="stared")
    report = run(after, sources, tmp_path / "b.mp4", cache)
    assert report.segments - report.segments_reused in (1, 2)  # a cue may lie across two segments
    run(after, sources, tmp_path / "c.mp4")
    assert (tmp_path / "b.mp4").read_bytes() == (tmp_path / "c.mp4").read_bytes()


@pytest.mark.parametrize(("theme", "seed"), [("midnight", 1), ("neon", 2), ("paper", 3)])
def test_whatever_is_edited_the_bytes_are_those_of_a_fresh_export(
    tmp_path: Path, sources: Sources, cache: SegmentCache, theme: str, seed: int
):
    chance = random.Random(seed)
    now = episode(theme)
    run(now, sources, tmp_path / "cached.mp4", cache)
    done = 0
    while done < 2:
        kind = chance.choice(EDITS)
        try:
            after = edited(now, op=op_of(kind), **chance.choice(kind.examples))
            if not 0 < after.length_ms < 10_000:
                continue
            run(after, sources, tmp_path / "cached.mp4", cache)
        except WavereelError:  # an edit that this timeline cannot take
            continue
        run(after, sources, tmp_path / "fresh.mp4")
        assert (tmp_path / "cached.mp4").read_bytes() == (tmp_path / "fresh.mp4").read_bytes(), op_of(kind)
        now, done = after, done + 1


def test_other_settings_of_the_encoder_are_other_segments(tmp_path: Path, sources: Sources, cache: SegmentCache):
    settings = ExportSettings(preset="ultrafast", keyint_s=Fraction(1), workers=1)
    reused = [
        export(
            episode(),
            sources,
            tmp_path / "a.mp4",
            made,
            report=lambda _: None,
            cancelled=threading.Event(),
            cache=cache,
        ).segments_reused
        for made in (
            settings,
            replace(settings, quality="high"),
            replace(settings, preset="superfast"),
            replace(settings, frame_px=(400, 180)),
            replace(settings, audio_bit_rate=96_000),
        )
    ]
    assert reused == [0, 0, 0, 0, 6]


def test_a_layer_that_cannot_tell_is_rendered_every_time(
    tmp_path: Path, sources: Sources, cache: SegmentCache, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("wavereel.picture.progress.ProgressLayer.digest", lambda *_: None)
    run(episode(), sources, tmp_path / "a.mp4", cache)
    assert run(episode(), sources, tmp_path / "a.mp4", cache).segments_reused == 0


def test_another_file_under_the_same_name_is_another_video(tmp_path: Path, cache: SegmentCache):
    (tmp_path / "media").mkdir()
    sources = media(tmp_path / "media")
    film = edited(episode(), op="place_video", file="clip.mp4")
    first = run(film, sources, tmp_path / "a.mp4", cache)
    other = Sources(sources.paths, hashes={"asset://f_0123456789abcde2": "0" * 64})
    assert run(film, Sources(sources.paths), tmp_path / "b.mp4", cache).segments_reused == first.segments
    assert run(film, other, tmp_path / "b.mp4", cache).segments_reused == 2  # those after the end of the video


def layers_of(timeline: Timeline, sources: Sources, folder: Path) -> list[Layer]:
    look = look_of(timeline, sources)
    folder.mkdir()
    heard = listen(
        mix_of(timeline, sources),
        wanted_listening(timeline),
        fps=timeline.fps,
        frames=look.frames,
        measure=False,
        folder=folder,
        on_share=lambda _: None,
        cancelled=threading.Event(),
    )
    return compose(look, heard.analyses)


def seen(layer: Layer, first: int, stop: int) -> tuple[bytes, ...]:
    """What a layer paints on black in a range of frames, and which damage it tells."""
    result: list[bytes] = []
    for frame in range(first, stop):
        canvas = Canvas(320, 180)
        layer.paint(canvas, frame, canvas.bounds)
        result.append(canvas.identity())
        if frame > first:
            result.append(repr(list(layer.damage(frame - 1, frame))).encode())
    return tuple(result)


@pytest.mark.parametrize("theme", ["midnight", "clean", "neon", "news", "paper"])
def test_ranges_of_one_digest_have_the_same_pixels(tmp_path: Path, sources: Sources, theme: str):
    timeline = episode(theme)
    for edit in (
        {"op": "place_video", "file": "clip.mp4"},
        {"op": "add_logo", "file": "logo.png"},
        {"op": "animate", "target": "title", "enter": "pop", "leave": "slide_down"},
    ):
        timeline = edited(timeline, **edit)
    blank = (Canvas(320, 180).identity(),)
    for layer in layers_of(timeline, sources, tmp_path / "work"):
        told: dict[bytes, tuple[bytes, ...]] = {}
        for first in range(0, 60, 5):
            digest = layer.digest(first, first + 5)
            assert digest is not None
            assert digest == layer.fork().digest(first, first + 5)
            pixels = seen(layer, first, first + 5)
            assert told.setdefault(digest, pixels) == pixels
            if digest == NOTHING:
                assert set(pixels) == {*blank, b"[]"}
        close_layers([layer])


def test_the_sound_is_heard_and_coded_once(
    tmp_path: Path, sources: Sources, cache: SegmentCache, monkeypatch: pytest.MonkeyPatch
):
    calls: list[str] = []
    for place, name in ((hearing, "listen"), (exporting, "code_sound")):
        plain = getattr(place, name)

        def counted(*given: object, plain=plain, name: str = name, **named: object):
            calls.append(name)
            return plain(*given, **named)

        monkeypatch.setattr(place, name, counted)
    loud = edited(episode(), op="set_loudness", lufs=-16)
    scoped = edited(loud, op="set_waveform", style="scope")
    run(loud, sources, tmp_path / "a.mp4", cache)
    assert calls == ["listen", "code_sound"]
    run(edited(loud, op="set_text", target="title", text="Another"), sources, tmp_path / "b.mp4", cache)
    assert calls == ["listen", "code_sound"]
    run(scoped, sources, tmp_path / "c.mp4", cache)  # another waveform listens to more, the sound stays
    assert calls == ["listen", "code_sound", "listen"]
    run(scoped, sources, tmp_path / "d.mp4", cache)
    run(scoped, sources, tmp_path / "e.mp4")
    assert calls == ["listen", "code_sound", "listen", "listen", "code_sound"]
    assert (tmp_path / "c.mp4").read_bytes() == (tmp_path / "d.mp4").read_bytes() == (tmp_path / "e.mp4").read_bytes()
    run(edited(loud, op="set_volume", target="voice", volume=0.5), sources, tmp_path / "f.mp4", cache)
    assert calls[5:] == ["listen", "code_sound"]
