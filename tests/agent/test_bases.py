"""The bases of the evaluation set are what its cases rely on."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.agent.evaluation.bases import BASE_NAMES, base, medium, source, with_media
from tests.agent.evaluation.places import value_at

from wavereel.timeline.codec import decode_draft, encode_draft, timeline_tree

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "draft.schema.json").read_text(encoding="utf-8"))
TALKS = ("podcast", "music", "titles", "zh_podcast", "zh_music", "zh_titles")
EN_MEDIA = ["talk.mp3", "talk2.mp3", "cover.png", "beach.jpg", "logo.png", "clip.mp4"]
ZH_MEDIA = ["访谈.mp3", "第二期.mp3", "封面.png", "海滩.jpg", "logo.png", "片段.mp4"]


def holds(name: str, **facts: Any):
    """Asserts what stands at places, written with `__` for their points."""
    timeline = base(name)
    places = {place.replace("__", "."): fact for place, fact in facts.items()}
    assert {place: value_at(timeline, place) for place in places} == places


def tracks(name: str, role: str) -> list[dict[str, Any]]:
    return [track for track in timeline_tree(base(name))["t"] if track["m"]["role"] == role]


def spans(name: str, role: str) -> list[tuple[str, int, int]]:
    return [
        (segment["txt"], segment["s"], segment["s"] + segment["d"])
        for track in tracks(name, role)
        for segment in track["sg"]
    ]


def at_hand(name: str) -> list[str]:
    return [entry["filename"] for entry in timeline_tree(base(name)).get("video_infos", [])]


@pytest.mark.parametrize("name", BASE_NAMES)
def test_every_base_is_a_legal_draft_of_its_own(name: str):
    timeline = base(name)
    Draft202012Validator(SCHEMA).validate(timeline_tree(timeline))
    assert decode_draft(encode_draft(timeline)) == timeline
    assert base(name) == timeline
    assert base(name) is not timeline


@pytest.mark.parametrize("name", BASE_NAMES)
def test_what_is_placed_is_at_hand(name: str):
    tree = timeline_tree(base(name))
    known = {f"asset://{entry['file_id']}" for entry in tree.get("video_infos", [])}
    assert {segment["src"] for track in tree["t"] for segment in track["sg"] if "src" in segment} <= known


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("fresh", ["talk.mp3"]),
        ("fresh_picture", ["talk.mp3", "cover.png"]),
        ("fresh_two", ["talk.mp3", "talk2.mp3"]),
        ("bare", []),
        ("zh_fresh", ["访谈.mp3"]),
    ],
)
def test_fresh_bases_have_media_and_nothing_else(name: str, files: list[str]):
    tree = timeline_tree(base(name))
    assert tree["t"] == []
    assert tree.keys() <= {"t", "video_infos"}
    assert at_hand(name) == files


def test_the_media_at_hand():
    for name in BASE_NAMES:
        if name.startswith("zh_") and name != "zh_fresh":
            assert at_hand(name) == ZH_MEDIA
        elif name in (*TALKS, "video"):
            assert at_hand(name) == EN_MEDIA
    assert at_hand("song") == ["song.flac", "cover.png", "beach.jpg", "logo.png", "clip.mp4"]


@pytest.mark.parametrize(
    ("files", "kind", "duration_s", "size", "fps", "has_audio"),
    [
        (("talk.mp3", "访谈.mp3"), "audio", 120.03, (None, None), None, True),
        (("talk2.mp3", "第二期.mp3"), "audio", 95.0, (None, None), None, True),
        (("song.flac",), "audio", 200.0, (None, None), None, True),
        (("cover.png", "封面.png"), "image", None, (1500, 1500), None, False),
        (("beach.jpg", "海滩.jpg"), "image", None, (1920, 1080), None, False),
        (("logo.png",), "image", None, (400, 200), None, False),
        (("clip.mp4", "片段.mp4"), "video", 20.0, (1920, 1080), 30.0, True),
    ],
)
def test_an_entry_of_the_media(files: tuple[str, ...], kind: str, duration_s, size, fps, has_audio: bool):
    for name in files:
        assert medium(name) == {
            "file_id": "f_" + hashlib.sha256(name.encode()).hexdigest()[:16],
            "filename": name,
            "file_type": kind,
            "cdn_url": name,
            "duration": duration_s,
            "width": size[0],
            "height": size[1],
            "fps": fps,
            "has_audio": has_audio,
        }


def test_more_media_join_those_at_hand():
    timeline = with_media(base("podcast"), ("beach.mp4", "cover.png"))
    entries = timeline_tree(timeline)["video_infos"]
    assert [entry["filename"] for entry in entries] == [*EN_MEDIA, "beach.mp4"]
    assert entries[-1]["file_type"] == "video"
    assert with_media(base("bare"), ()) == base("bare")
    with pytest.raises(ValueError, match="no medium"):
        medium("notes")


@pytest.mark.parametrize("name", TALKS)
def test_talks(name: str):
    zh = name.startswith("zh_")
    talk = "访谈.mp3" if zh else "talk.mp3"
    holds(
        name,
        d=120_030,
        m__fps=30,
        m__width=1920,
        m__height=1080,
        m__ratio="16:9",
        m__theme="midnight",
        m__lang="zh" if zh else "en",
        m__title="夜班电台" if zh else "Night Shift",
        voice__count=1,
        voice__src=source(talk),
        voice__s=0,
        voice__d=120_030,
        voice__ss=0,
        voice__se=120_030,
        voice__vol=None,
        background__count=1,
        background__g__k="gradient",
        background__d=120_030,
        overlay__g__k="pattern",
        overlay__g__sty="cover",
        waveform__count=1,
        waveform__g__sty="bars",
        waveform__g__c="#8FA2FF",
        waveform__g__c2="#6EF3D6",
        waveform__g__n=64,
        waveform__g__of="*",
        waveform__x=None,
        progress__count=1,
        progress__g__at="bottom",
        title__st__fs=96,
        title__st__c="#FFFFFF",
        title__st__pos=None,
        text=False,
        caption__count=40,
        caption__m__look="karaoke",
        caption__m__lang="zh" if zh else "en",
        caption__st__fs=60,
        caption__st__c="#FFFFFF",
        caption__st__hl="#6EF3D6",
    )
    assert tracks(name, "title")[0]["st"]["fs"] == 96
    assert "st" not in tracks(name, "title")[0]["sg"][0]


@pytest.mark.parametrize("name", ["podcast", "zh_podcast"])
def test_a_podcast_has_these_tracks(name: str):
    roles = [track["m"]["role"] for track in timeline_tree(base(name))["t"]]
    assert roles == ["background", "overlay", "waveform", "progress", "voice", "title", "caption"]
    assert spans(name, "title") == [("夜班电台" if name.startswith("zh") else "Night Shift", 0, 120_030)]


@pytest.mark.parametrize("name", TALKS)
def test_cues(name: str):
    (track,) = tracks(name, "caption")
    zh = name.startswith("zh_")
    for number, cue in enumerate(track["sg"]):
        assert (cue["s"], cue["d"]) == (200 + 3000 * number, 2400)
        assert [(word["s"], word["d"]) for word in cue["wd"]] == [(0, 600), (600, 600), (1200, 600), (1800, 600)]
        assert cue["txt"] == ("" if zh else " ").join(word["w"] for word in cue["wd"])
    texts = [cue["txt"] for cue in track["sg"]]
    assert len(set(texts)) == 40
    if zh:
        assert texts[0] == "欢迎回到韦夫里尔"
        assert [word["w"] for word in track["sg"][0]["wd"]] == ["欢迎", "回到", "韦夫", "里尔"]
        assert [number for number, text in enumerate(texts) if "嗯" in text] == [2]
        assert [number for number, text in enumerate(texts) if "该死" in text] == [5]
        assert not any(filler in text for text in texts for filler in ("呃", "啊", "那个", "这个", "就是", "然后"))
        return
    assert texts[:3] == ["Welcome back to Wave", "real the show about", "sound and um light"]
    assert texts[5] == "that damn printer again"
    spoken = " ".join(texts[3:5] + texts[6:]).lower().split()
    assert not {"um", "uh", "er", "ah", "hmm", "like", "so", "well", "right", "just", "actually", "damn"} & set(spoken)
    assert not {"wave", "real"} & set(spoken)


@pytest.mark.parametrize("name", ["music", "titles", "zh_music", "zh_titles"])
def test_a_bed(name: str):
    holds(
        name,
        bgm__count=1,
        bgm__g__k="music",
        bgm__g__mood="lofi",
        bgm__vol=0.3,
        bgm__lp=True,
        bgm__duck=0.35,
        bgm__fi=800,
        bgm__fo=2500,
        bgm__d=120_030,
        bgm__m__name="Lo-fi",
    )


@pytest.mark.parametrize(("name", "plain"), [("music", "podcast"), ("zh_music", "zh_podcast")])
def test_music_is_the_podcast_and_a_bed(name: str, plain: str):
    tree = timeline_tree(base(name))
    tree["t"] = [track for track in tree["t"] if track["m"]["role"] != "bgm"]
    assert tree == timeline_tree(base(plain))


@pytest.mark.parametrize(
    ("name", "titles", "guest", "chapters", "card"),
    [
        ("titles", ("Part One", "Part Two"), "Ana Ruiz, host", ("Intro", "The Tide"), "Thanks for listening"),
        ("zh_titles", ("上集", "下集"), "安娜，主持人", ("开场", "潮汐"), "感谢收听"),
    ],
)
def test_titles(name: str, titles, guest: str, chapters, card: str):
    assert len(tracks(name, "title")) == 1
    assert spans(name, "title") == [(titles[0], 0, 5000), (titles[1], 60_000, 65_000)]
    assert spans(name, "lower_third") == [(guest, 10_000, 15_000)]
    assert spans(name, "chapter") == [(chapters[0], 0, 4000), (chapters[1], 60_000, 64_000)]
    assert spans(name, "cta") == [(card, 116_030, 120_030)]
    cover, logo = tracks(name, "overlay")
    assert cover["sg"][0]["m"]["slot"] == "cover"
    assert logo["sg"][0]["src"] == source("logo.png")
    assert logo["sg"][0]["m"] == {"name": "logo", "slot": "top_right"}
    assert logo["m"]["name"] == "logo"


def test_a_song():
    holds(
        "song",
        d=200_000,
        m__fps=30,
        m__lang="en",
        m__width=1080,
        m__height=1920,
        m__ratio="9:16",
        m__theme="neon",
        audio__count=1,
        audio__src=source("song.flac"),
        audio__d=200_000,
        voice=False,
        caption=False,
        waveform__g__sty="ring",
        title__txt="Blue Hour",
        title__d=200_000,
    )


def test_a_video():
    holds(
        "video",
        d=20_000,
        m__fps=30,
        m__lang="en",
        m__theme="midnight",
        m__width=1920,
        m__height=1080,
        main__count=1,
        main__src=source("clip.mp4"),
        main__s=0,
        main__d=20_000,
        main__ss=0,
        main__se=20_000,
        voice__count=1,
        voice__src=source("clip.mp4"),
        voice__d=20_000,
        caption=True,
        caption__count=0,
        caption__m__pending=True,
        waveform=True,
        title__txt="Harbour",
        title__s=0,
        title__d=4000,
    )
