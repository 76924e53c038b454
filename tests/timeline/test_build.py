"""From facts about a sound to its timeline."""

from dataclasses import dataclass, field, replace

import pytest

from wavereel.errors import UsageError
from wavereel.timeline.build import (
    ChapterFact,
    SoundFacts,
    Wishes,
    build_timeline,
    caption_segments,
    number_text,
    ratio_text,
)
from wavereel.timeline.codec import decode_draft, encode_draft, timeline_tree
from wavereel.timeline.model import Timeline
from wavereel.timeline.themes import THEME_NAMES, load_theme

FACTS = SoundFacts(
    file_id="f_0123456789abcdef",
    name="talk.mp3",
    length_ms=60_000,
    title="Why We Still Read Sonnets",
    show="The Long Way Home",
    number="42",
    has_speech=True,
    chapters=(ChapterFact(0, 30_000, "Cold Open"), ChapterFact(30_000, 60_000, "The Volta")),
    lang="en",
    media=({"file_id": "f_0123456789abcdef", "cdn_url": "talk.mp3"},),
)


@dataclass(frozen=True)
class FakeWord:
    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class FakeCue:
    text: str
    start_ms: int
    end_ms: int
    words: tuple[FakeWord, ...] = field(default=())


def build(facts: SoundFacts = FACTS, theme: str = "midnight", **wishes: object) -> Timeline:
    return build_timeline(facts, load_theme(theme), Wishes(**wishes))  # pyright: ignore[reportArgumentType]


def roles(timeline: Timeline) -> list[str]:
    return [track.role for track in timeline.tracks]


def only(timeline: Timeline, role: str):
    (track,) = timeline.with_role(role)
    return track


def test_a_talk_gets_everything_that_its_theme_shows():
    timeline = build()
    assert roles(timeline) == [
        *("background", "overlay", "waveform", "progress", "voice", "text", "text", "title", "chapter", "caption"),
    ]
    assert timeline.length_ms == 60_000
    assert timeline.size == (1920, 1080)
    assert timeline.meta.ratio == "16:9"
    assert timeline.meta.theme == "midnight"
    assert timeline.media == ({"file_id": "f_0123456789abcdef", "cdn_url": "talk.mp3"},)


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1080, 1080), (1080, 1350)])
def test_what_is_built_can_be_saved_and_read(theme: str, size: tuple[int, int]):
    timeline = build(theme=theme, width=size[0], height=size[1], end_card="Follow us", progress=True)
    assert decode_draft(encode_draft(timeline)) == timeline


def test_the_background_and_the_voice_cover_the_whole_length():
    timeline = build()
    for role in ("background", "voice", "waveform", "title"):
        ((start, segment),) = only(timeline, role).placed()
        assert (start, segment.length_ms) == (0, 60_000)


def test_every_segment_has_a_name_and_ids_are_unique():
    timeline = build(music={"g": {"k": "music", "mood": "lofi"}}, end_card="Bye", logo="asset://f_1")
    ids = [node.id for track in timeline.tracks for node in (track, *track.segments)]
    assert len(ids) == len(set(ids))
    assert all(segment.meta and segment.meta.name for track in timeline.tracks for segment in track.segments)


def test_style_and_generators_are_spelled_out():
    timeline = build(theme="neon")
    wave = only(timeline, "waveform").segments[0].generator
    assert (wave.style, wave.color, wave.color2, wave.of, wave.count) == ("ring", "#FF2E97", "#19E3FF", "*", 96)
    caption = only(timeline, "caption")
    assert caption.meta.look == "karaoke"
    assert caption.style.highlight == "#19E3FF"
    assert only(timeline, "title").style.family == "Unbounded"
    ground = only(timeline, "background").segments[0].generator
    assert (ground.kind, ground.extra["art"]) == ("color", "neon")


def test_the_ratio_chooses_the_caption_look_and_the_bars():
    tall = build(theme="neon", width=1080, height=1920)
    assert only(tall, "caption").meta.look == "pop"
    assert only(build(theme="clean"), "waveform").segments[0].generator.count == 86
    assert only(build(theme="clean", width=1080, height=1920), "waveform").segments[0].generator.count == 56


def test_a_wave_follows_the_voice_where_there_is_a_bed():
    timeline = build(music={"g": {"k": "music", "mood": "lofi", "seed": 3}, "vol": 0.2})
    assert only(timeline, "waveform").segments[0].generator.of == only(timeline, "voice").id
    bed = only(timeline, "bgm").segments[0]
    assert (bed.gain, bed.loop, bed.generator.mood) == (0.2, True, "lofi")
    assert bed.duck is not None


def test_without_speech_there_are_no_captions_and_the_sound_is_no_voice():
    timeline = build(replace(FACTS, has_speech=False))
    assert timeline.with_role("caption") == []
    assert timeline.with_role("voice") == []
    assert len(timeline.with_role("audio")) == 1


def test_unheard_speech_leaves_a_pending_track():
    track = only(build(replace(FACTS, has_speech=None)), "caption")
    assert track.meta.pending is True
    assert track.segments == ()


def test_no_captions_when_none_are_wanted():
    assert build(captions=False).with_role("caption") == []


def test_cues_keep_their_words_with_times_from_the_cue():
    cue = FakeCue("so it goes", 1000, 2500, (FakeWord("so", 1000, 1300), FakeWord("it", 1300, 1500)))
    track = only(build(cues=[cue]), "caption")
    assert track.meta.pending is None
    (segment,) = track.segments
    assert (segment.start, segment.length_ms, segment.text) == (1000, 1500, "so it goes")
    assert [(word.text, word.start_ms, word.length_ms) for word in segment.words] == [("so", 0, 300), ("it", 300, 200)]


def test_cues_are_sorted_and_empty_ones_left_out():
    cues = [FakeCue("b", 500, 900), FakeCue(" ", 0, 100), FakeCue("x", 300, 300), FakeCue("a", 0, 400)]
    assert [segment["txt"] for segment in caption_segments(cues)] == ["a", "b"]


def test_a_part_of_the_source_shifts_the_chapters():
    timeline = build(source_range_ms=(20_000, 50_000))
    voice = only(timeline, "voice").segments[0]
    assert (voice.source_start_ms, voice.source_end_ms, voice.length_ms) == (20_000, 50_000, 30_000)
    chapters = [(segment.start, segment.text) for segment in only(timeline, "chapter").segments]
    assert chapters == [(0, "Cold Open"), (10_000, "The Volta")]


def test_an_empty_part_is_refused():
    with pytest.raises(UsageError, match="empty"):
        build(source_range_ms=(60_000, 90_000))


@pytest.mark.parametrize("theme", THEME_NAMES)
def test_a_cover_that_came_with_the_sound_is_shown_and_lies_behind_where_the_theme_says(theme: str):
    timeline = build(replace(FACTS, cover="asset://f_c"), theme)
    cover = only(timeline, "overlay").segments[0]
    assert (cover.source, cover.meta.extra["slot"]) == ("asset://f_c", "cover")
    ground = only(timeline, "background").segments[0]
    if load_theme(theme).cover_behind:
        assert (ground.source, ground.transform.fit) == ("asset://f_c", "blur")
    else:
        assert ground.generator.extra["art"] == theme


def test_without_a_cover_one_is_drawn_from_the_title():
    first, again = build(), build()
    assert only(first, "overlay") == only(again, "overlay")
    generator = only(first, "overlay").segments[0].generator
    assert (generator.kind, generator.style, generator.extra["txt"]) == ("pattern", "cover", FACTS.title)
    other = build(replace(FACTS, title="Another"))
    assert only(other, "overlay").segments[0].generator.seed != generator.seed


def test_the_covers_colour_speaks_where_it_can_be_read():
    bright = build(replace(FACTS, cover="asset://f_c", cover_colors=("#FFB347", "#123456")))
    assert only(bright, "waveform").segments[0].generator.color == "#FFB347"
    assert bright.with_role("text")[0].style.color == "#FFB347"
    assert only(bright, "progress").segments[0].generator.color == "#FFB347"
    dark = build(replace(FACTS, cover="asset://f_c", cover_colors=("#123456", "#101010")))
    assert only(dark, "waveform").segments[0].generator.color == "#8FA2FF"


def test_a_chosen_background_wins():
    timeline = build(background={"g": {"k": "color", "c": "#102030"}})
    generator = only(timeline, "background").segments[0].generator
    assert (generator.kind, generator.color, generator.extra) == ("color", "#102030", {})


def test_a_video_is_seen_with_its_title_at_the_start_and_no_cover():
    timeline = build(replace(FACTS, is_video=True, size=(1280, 720)))
    assert "overlay" not in roles(timeline)
    main = only(timeline, "main").segments[0]
    assert (main.source, main.transform.fit) == (FACTS.source, "blur")
    assert only(timeline, "voice").segments[0].source == FACTS.source
    assert only(timeline, "title").segments[0].length_ms == 4000
    assert timeline.with_role("text") == []


def test_an_end_card_only_when_asked():
    assert build().with_role("cta") == []
    segment = only(build(end_card="Follow us"), "cta").segments[0]
    assert (segment.start, segment.length_ms, segment.text) == (56_000, 4000, "Follow us")


def test_no_title_no_title_track():
    timeline = build(replace(FACTS, title="", show="", number=""))
    assert timeline.with_role("title") == []
    assert timeline.with_role("text") == []
    assert timeline.meta.title == "talk"


@pytest.mark.parametrize(
    ("number", "lang", "text"),
    [
        ("42", "en", "Episode 42"),
        ("042", None, "Episode 42"),
        ("7", "zh", "第 7 期"),
        ("7", "de-AT", "Folge 7"),
        ("7", "xx", "Episode 7"),
        ("Pilot", "en", "Pilot"),
    ],
)
def test_numbers_of_episodes(number: str, lang: str | None, text: str):
    assert number_text(number, lang) == text


def test_ratios_are_written_short():
    assert [ratio_text(*size) for size in ((1920, 1080), (1080, 1350), (1080, 1920))] == ["16:9", "4:5", "9:16"]


def test_only_keys_that_are_set_are_written():
    assert "loudness" not in timeline_tree(build())["m"]
    assert timeline_tree(build(loudness=-16.0, platform="youtube"))["m"]["platform"] == "youtube"
