"""Edits of the whole timeline."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.edits.timelines import MEDIA, UNKNOWN, check_valid, timelines, unknown_values
from tests.timeline.test_build import FakeCue, build
from tests.timeline.test_schema import VALIDATOR

from wavereel.errors import EditError, UsageError
from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.edits.base import Note
from wavereel.timeline.edits.whole import Build, GoTo, JoinSounds, NextFile, Redo, Reset, SameLook, Undo
from wavereel.timeline.model import Timeline

TALK = {"file_id": "f_0000000000000001", "filename": "talk.mp3", "file_type": "audio", "duration": 60.0}
TALK2 = {"file_id": "f_0000000000000002", "filename": "talk2.mp3", "file_type": "audio", "duration": 44.9995}
FILM = {
    "file_id": "f_0000000000000003",
    "filename": "film.mp4",
    "file_type": "video",
    "duration": 20.0,
    "width": 720,
    "height": 1280,
}
PICTURE = {"file_id": "f_0000000000000004", "filename": "sea.png", "file_type": "image"}


def draft(*tracks: dict[str, Any], media: tuple[dict[str, Any], ...] = (TALK,), **keys: Any) -> Timeline:
    return timeline_from_tree({"t": list(tracks), "video_infos": list(media), **keys})


def run(edit: Any, timeline: Timeline) -> Timeline:
    result = edit.apply(timeline)
    tree = timeline_tree(result)
    VALIDATOR.validate(tree)
    assert timeline_from_tree(tree) == result
    for track in result.tracks:
        for segment in track.segments:
            assert (segment.meta and segment.meta.name) or track.role == "caption"
    return result


def spans(timeline: Timeline) -> list[tuple[str, int, int]]:
    return [
        (track.role, start_ms, segment.length_ms) for track in timeline.tracks for start_ms, segment in track.placed()
    ]


def reason(edit: Any, timeline: Timeline) -> str:
    with pytest.raises(EditError) as error:
        edit.apply(timeline)
    return error.value.reason


def title(text: str, length_ms: int = 4000, **keys: Any) -> dict[str, Any]:
    body = {"s": 0, "d": length_ms, "txt": text, "m": {"name": "title", "slot": "title"}, **keys}
    return {"id": "my", "tt": 7, "m": {"role": "title"}, "sg": [body]}


BLACK = {
    "tt": 0,
    "m": {"role": "background"},
    "sg": [{"d": 4000, "g": {"k": "color", "c": "#000000"}, "m": {"name": "background"}}],
}
LOFI = {
    "id": "b",
    "tt": 1,
    "m": {"role": "bgm"},
    "sg": [{"d": 4000, "lp": True, "g": {"k": "music", "mood": "lofi"}, "m": {"name": "Lo-fi"}}],
}
LOGO = {
    "tt": 0,
    "m": {"role": "overlay"},
    "sg": [{"d": 4000, "src": "asset://f_0000000000000004", "m": {"name": "logo"}}],
}


def test_the_video_of_the_only_sound():
    notes: list[Note] = []
    result = Build().run(draft(m={"width": 1080, "height": 1920, "ratio": "9:16"}, rev=3, zz=[1]), notes)
    assert [note.key for note in notes] == ["captions_pending"]
    assert spans(result) == [
        ("background", 0, 60_000),
        ("overlay", 0, 60_000),
        ("waveform", 0, 60_000),
        ("progress", 0, 60_000),
        ("voice", 0, 60_000),
    ]
    assert (result.length_ms, result.revision, result.size, result.extra) == (60_000, 3, (1080, 1920), {"zz": [1]})
    assert result.media == (TALK,)
    assert result.meta.theme == "midnight"
    assert result.with_role("caption")[0].meta.pending is True
    assert result.with_role("voice")[0].segments[0].meta.file_id == TALK["file_id"]
    assert result.with_role("title") == []


@pytest.mark.parametrize(
    ("media", "edit", "wanted"),
    [
        ((), Build(), "no_sound_at_hand"),
        ((PICTURE,), Build(), "no_sound_at_hand"),
        ((TALK, TALK2), Build(), "several_sounds"),
        ((TALK,), Build(file="x.mp3"), "no_file"),
        ((PICTURE,), Build(file="sea.png"), "not_a_sound"),
        (({"file_id": "f_1", "filename": "a.mp3", "file_type": "audio"},), Build(), "no_length"),
        ((TALK,), Build(theme="nope"), "no_such_theme"),
        ((TALK,), Build(platform="nope"), "no_such_platform"),
        ((TALK,), Build(background="nope.png"), "no_file"),
        ((TALK, TALK2), Build(file="talk.mp3", background="talk2.mp3"), "not_a_picture"),
        ((TALK,), JoinSounds(), "no_sound_at_hand"),
        ((), NextFile(), "no_sound_at_hand"),
        ((TALK,), SameLook(file="x.mp3"), "no_file"),
    ],
)
def test_why_not(media, edit, wanted):
    assert reason(edit, draft(media=media)) == wanted


def test_several_sounds_are_named():
    with pytest.raises(EditError, match=r"talk\.mp3, talk2\.mp3"):
        Build().apply(draft(media=(TALK, TALK2)))


def test_a_sound_that_serves_as_music_is_not_meant():
    music = {
        "tt": 1,
        "m": {"role": "bgm"},
        "sg": [{"d": 4000, "src": "asset://f_0000000000000002", "m": {"name": "m"}}],
    }
    result = run(Build(), draft(music, media=(TALK, TALK2)))
    assert result.with_role("voice")[0].segments[0].source == "asset://f_0000000000000001"
    (bed,) = result.with_role("bgm")[0].segments
    assert (bed.length_ms, bed.duck) == (60_000, 0.35)
    assert result.with_role("waveform")[0].segments[0].generator.of == "voice"


def test_what_was_set_before_there_was_a_sound_wins():
    before = draft(
        BLACK,
        title("Night Shift", 3000, st={"c": "#FFFF00"}),
        LOFI,
        LOGO,
        media=(TALK, PICTURE),
        m={"theme": "neon", "title": "Night Shift"},
    )
    result = run(Build(facts={"length_ms": 50_000, "title": "From tags"}), before)
    assert result.meta.title == "Night Shift"
    assert result.meta.theme == "neon"
    (ground,) = result.with_role("background")
    assert (ground.segments[0].generator.color, ground.segments[0].length_ms) == ("#000000", 50_000)
    (shown,) = result.with_role("title")
    assert [(s.text, s.length_ms, s.style.color) for s in shown.segments] == [("Night Shift", 3000, "#FFFF00")]
    assert ("bgm", 0, 50_000) in spans(result)
    assert result.with_role("bgm")[0].id == "b"
    assert [s.length_ms for t in result.with_role("overlay") for s in t.segments] == [50_000] * len(
        result.with_role("overlay")
    )
    order = [track.role for track in result.tracks]
    assert order.index("background") < order.index("waveform") < order.index("voice") < order.index("title")


def test_a_title_without_a_time_stays_for_the_whole_length():
    assert ("title", 0, 60_000) in spans(run(Build(), draft(title("Night Shift"))))


def test_a_title_that_is_named_replaces_the_one_that_was_there():
    result = run(Build(title="New"), draft(title("Old"), m={"title": "Old"}))
    assert [s.text for s in result.with_role("title")[0].segments] == ["New"]
    assert result.meta.title == "New"


@pytest.mark.parametrize(
    ("background", "wanted"),
    [
        ("sea.png", {"src": "asset://f_0000000000000004", "x": {"fit": "cover"}, "m": {"name": "sea.png"}}),
        (
            "film.mp4",
            {"src": "asset://f_0000000000000003", "x": {"fit": "cover"}, "lp": True, "m": {"name": "film.mp4"}},
        ),
        ("black", {"g": {"k": "color", "c": "#000000"}, "m": {"name": "background"}}),
        (
            "navy..teal",
            {"g": {"k": "gradient", "c": "#000080", "c2": "#008080", "angle": 90}, "m": {"name": "background"}},
        ),
    ],
)
def test_grounds(background, wanted):
    result = run(Build(background=background), draft(BLACK, media=(TALK, PICTURE, FILM)))
    (track,) = timeline_tree(result)["t"][:1]
    assert track["sg"][0] == {"id": "background-1", "s": 0, "d": 60_000} | wanted


def test_parts_that_are_not_wanted():
    result = run(Build(captions=False, waveform=False), draft())
    assert {track.role for track in result.tracks}.isdisjoint({"caption", "waveform"})


def test_a_platform_sets_canvas_and_loudness():
    result = run(Build(platform="tiktok"), draft())
    assert (result.size, result.meta.platform, result.meta.ratio) == ((1080, 1920), "tiktok", "9:16")
    assert result.meta.loudness is not None
    own = run(Build(platform="tiktok"), draft(m={"loudness": -20.5}))
    assert own.meta.loudness == -20.5
    left = run(Build(platform="weibo"), draft(m={"loudness": result.meta.loudness, "platform": "tiktok"}))
    assert (left.meta.platform, left.meta.loudness) == ("weibo", None)


def test_a_video_is_seen_and_heard():
    result = run(Build(), draft(media=(FILM, PICTURE)))
    assert result.size == (1080, 1920)
    assert {"main", "voice", "waveform", "caption"} <= {track.role for track in result.tracks}
    silent = run(Build(), draft(media=(FILM | {"has_audio": False},)))
    assert {track.role for track in silent.tracks} == {"background", "main", "progress"}
    assert silent.length_ms == 20_000


def test_facts_stand_for_an_entry():
    result = run(Build(file="asset://f_00000000000000aa", facts={"length_ms": 5000}), draft(media=()))
    assert result.length_ms == 5000


def test_a_cover_that_came_with_it_joins_the_media():
    cover = {"file_id": "f_00000000000000cc", "filename": "c.png", "file_type": "image"}
    facts = {"cover": "asset://f_00000000000000cc", "media": [cover], "has_speech": False}
    result = run(Build(facts=facts), draft())
    assert result.media == (TALK, cover)
    assert {"audio", "overlay"} <= {track.role for track in result.tracks}


def test_the_same_again_is_no_change():
    once = run(Build(), draft())
    assert reason(Build(), once) == "same_already"


def test_ids_that_are_taken_are_left_alone():
    text = {
        "id": "voice",
        "tt": 7,
        "m": {"role": "text"},
        "sg": [{"id": "waveform-1", "d": 1000, "txt": "x", "m": {"name": "text"}}],
    }
    result = run(Build(), draft(text, LOFI))
    ids = [track.id for track in result.tracks] + [s.id for t in result.tracks for s in t.segments if s.id]
    assert len(ids) == len(set(ids))
    voice = result.with_role("voice")[0]
    assert result.with_role("waveform")[0].segments[0].generator.of == voice.id


def test_the_next_file_keeps_canvas_and_theme():
    before = run(
        Build(file="talk.mp3", theme="retro", title="One"),
        draft(media=(TALK, PICTURE, TALK2), m={"width": 1080, "height": 1080}),
    )
    after = run(NextFile(), before)
    assert (after.length_ms, after.size, after.meta.theme, after.meta.title) == (45_000, (1080, 1080), "retro", "talk2")
    assert after.with_role("title") == []
    assert after.with_role("voice")[0].segments[0].meta.name == "talk2.mp3"
    back = run(NextFile(file="talk.mp3"), after)
    assert back.with_role("voice")[0].segments[0].meta.name == "talk.mp3"


def test_the_next_of_three_videos():
    films = tuple(FILM | {"file_id": f"f_000000000000001{n}", "filename": f"{n}.mp4"} for n in range(3))
    timeline = run(Build(file="0.mp4"), draft(media=films))
    names = []
    for _ in range(3):
        timeline = run(NextFile(), timeline)
        names.append(timeline.with_role("main")[0].segments[0].meta.name)
    assert names == ["1.mp4", "2.mp4", "0.mp4"]


def test_the_same_look():
    before = build(cues=[FakeCue("so it goes", 1000, 2500)], background={"g": {"k": "color", "c": "#112233"}})
    tree = timeline_tree(before) | {"id": "mine", "zz": 1, "rev": 4, "video_infos": [TALK, TALK2]}
    after = run(SameLook(file="talk2.mp3", facts={"title": "Two"}), timeline_from_tree(tree))
    assert (after.length_ms, after.id, after.revision, after.extra) == (45_000, "mine", 4, {"zz": 1})
    assert after.with_role("background")[0].segments[0].generator.color == "#112233"
    assert after.with_role("title")[0].segments[0].text == "Two"
    assert after.with_role("caption")[0].segments == ()


def test_sounds_are_joined():
    result = run(JoinSounds(), draft(title("Both"), media=(TALK, PICTURE, TALK2)))
    assert [(s.source[-1], s.start, s.length_ms, s.source_end_ms) for s in result.with_role("voice")[0].segments] == [
        ("1", 0, 60_000, 60_000),
        ("2", 60_000, 45_000, 45_000),
    ]
    assert result.length_ms == 105_000
    assert ("title", 0, 105_000) in spans(result)
    turned = run(JoinSounds(files=("talk2.mp3", "talk.mp3"), lengths_ms=(10, 20)), draft(media=(TALK, TALK2)))
    assert [s.length_ms for s in turned.with_role("voice")[0].segments] == [10, 20]


@pytest.mark.parametrize("edit", [Undo(), Redo(), Reset(), GoTo(revision=1)])
def test_steps_need_a_history(edit):
    with pytest.raises(UsageError, match="acts on a history"):
        edit.apply(draft())


@pytest.mark.parametrize("kind", [Build, SameLook, NextFile, JoinSounds])
@pytest.mark.parametrize("media", [(TALK, TALK2), (TALK2,), (FILM, TALK), (FILM,)])
def test_the_examples_apply_or_are_refused_for_a_reason(kind, media):
    for example in kind.examples:
        for timeline in (draft(media=media), build(), draft(BLACK, title("x"), media=media)):
            try:
                run(kind(**example), timeline)
            except EditError as error:
                assert error.reason


EDITS = [
    Build(),
    Build(file="talk.mp3"),
    Build(file="clip.mp4", theme="paper", platform="tiktok", title="New", background="photo.jpg"),
    SameLook(file="song.mp3"),
    NextFile(file="talk.mp3"),
    NextFile(),
    JoinSounds(),
]


@given(timelines(), st.sampled_from(EDITS))
def test_random_timelines(timeline: Timeline, edit):
    before = timeline_tree(timeline)
    try:
        result = edit.apply(timeline)
    except EditError as error:
        assert error.reason
        return
    tree = check_valid(result)
    assert timeline_tree(timeline) == before
    assert tree["d"] > 0
    for old, new in ((before, tree), (before.get("m", {}), tree["m"])):
        assert old.get(UNKNOWN) == new.get(UNKNOWN)
    assert tree["video_infos"][: len(MEDIA)] == list(MEDIA)


@given(timelines(roles=("background", "overlay", "progress", "bgm", "title", "cta", "text", "caption")))
def test_unknown_keys_of_what_was_there_before_survive(timeline: Timeline):
    try:
        result = Build(file="talk.mp3").apply(timeline)
    except EditError as error:
        assert error.reason == "no_file"
        return
    assert unknown_values(timeline_tree(timeline)) <= unknown_values(check_valid(result))
