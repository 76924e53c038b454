"""The drafts on which the cases of the evaluation set speak; `tests/agent/test_bases.py` states what each holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from wavereel.timeline.build import ChapterFact, SoundFacts, Wishes, build_timeline
from wavereel.timeline.codec import decode_draft, encode_draft, timeline_from_tree, timeline_tree
from wavereel.timeline.dress import text_style
from wavereel.timeline.layouts import layout_for
from wavereel.timeline.model import Timeline
from wavereel.timeline.restyle import parts_of
from wavereel.timeline.themes import load_theme

Tree = dict[str, Any]

CUE_EVERY_MS = 3000
FIRST_CUE_MS = 200
WORD_MS = 600
TALK_MS = 120_030
MUSIC = {"g": {"k": "music", "mood": "lofi"}, "m": {"name": "Lo-fi"}}

EN_SPEECH = """
    Welcome back to Wave / real the show about / sound and um light / tonight we walk along / the harbour after dark
    that damn printer again / kept us busy until / morning came with rain / over quiet empty streets / our guest is Ana
    she records old lighthouses / from a small boat / her first microphone broke / during a winter storm
    nobody heard the bells / except two tired sailors / they wrote everything down / inside a green notebook
    which she found later / under some wooden stairs / each page smells salty / every drawing shows birds
    her father built radios / out of spare parts / his workshop had windows / facing the northern bay
    children came for stories / neighbours brought warm bread / evenings ended with songs / then came the tide
    water reached our doors / boats drifted past houses / people carried lamps upstairs / someone played slow piano
    until the clouds opened / stars covered the roofs / we still remember it / thank you for listening
    write to us anytime / good night from here
"""
ZH_SPEECH = """
    欢迎 回到 韦夫 里尔 / 我们 一起 聊聊 港口 / 声音 和 嗯 灯光 / 今晚 沿着 海边 散步 / 天黑 以后 码头 安静
    那台 该死 打印机 坏了 / 大家 忙到 清晨 六点 / 早上 下起 小雨 来 / 街道 空空 没有 行人 / 今天 嘉宾 叫做 安娜
    她 录下 古老 灯塔 / 坐着 一条 小船 出海 / 第一支 话筒 坏 了 / 那年 冬天 风暴 很大 / 没人 听见 远处 钟声
    只有 两位 疲倦 水手 / 他们 记下 全部 经过 / 写在 绿色 本子 里 / 后来 被 她 找到 / 藏在 木头 楼梯 下面
    每页 都有 海水 味道 / 图画 里面 全是 飞鸟 / 父亲 会 修理 电台 / 零件 来自 旧货 市场 / 工作间 有 三扇 窗户
    窗外 正对 北方 海湾 / 孩子 喜欢 来听 故事 / 邻居 送来 热 面包 / 夜晚 总在 歌声 结束 / 潮水 慢慢 涨了 起来
    海水 漫过 每家 门口 / 船只 漂过 房屋 旁边 / 人们 提灯 走上 楼顶 / 有人 弹起 缓慢 钢琴 / 直到 乌云 渐渐 散开
    星星 照亮 所有 屋顶 / 至今 我们 仍然 记得 / 谢谢 各位 收听 节目 / 欢迎 随时 给我 写信 / 祝 大家 晚安 再见
"""


@dataclass(frozen=True)
class Word:
    """A spoken word, times in ms of the sound."""

    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Cue:
    """A cue, times in ms of the sound."""

    text: str
    start_ms: int
    end_ms: int
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Talk:
    """What a talk is called in one language: its files, its texts, its speech."""

    lang: str
    talk: str
    other_talk: str
    cover: str
    beach: str
    clip: str
    title: str
    parts: tuple[str, str]
    guest: str
    chapters: tuple[str, str]
    end_card: str
    speech: str = field(repr=False)
    logo: str = "logo.png"

    @property
    def files(self) -> tuple[str, ...]:
        """The media at hand."""
        return self.talk, self.other_talk, self.cover, self.beach, self.logo, self.clip


EN = Talk(
    lang="en",
    talk="talk.mp3",
    other_talk="talk2.mp3",
    cover="cover.png",
    beach="beach.jpg",
    clip="clip.mp4",
    title="Night Shift",
    parts=("Part One", "Part Two"),
    guest="Ana Ruiz, host",
    chapters=("Intro", "The Tide"),
    end_card="Thanks for listening",
    speech=EN_SPEECH,
)
ZH = Talk(
    lang="zh",
    talk="访谈.mp3",
    other_talk="第二期.mp3",
    cover="封面.png",
    beach="海滩.jpg",
    clip="片段.mp4",
    title="夜班电台",
    parts=("上集", "下集"),
    guest="安娜，主持人",
    chapters=("开场", "潮汐"),
    end_card="感谢收听",
    speech=ZH_SPEECH,
)

_AUDIO: Tree = {"file_type": "audio", "width": None, "height": None, "fps": None, "has_audio": True}
_IMAGE: Tree = {"file_type": "image", "duration": None, "fps": None, "has_audio": False}
_VIDEO: Tree = {"file_type": "video", "duration": 20.0, "width": 1920, "height": 1080, "fps": 30.0, "has_audio": True}
_TALK = _AUDIO | {"duration": TALK_MS / 1000}
_OTHER_TALK = _AUDIO | {"duration": 95.0}
_COVER = _IMAGE | {"width": 1500, "height": 1500}
_BEACH = _IMAGE | {"width": 1920, "height": 1080}
_KNOWN = {
    "song.flac": _AUDIO | {"duration": 200.0},
    "logo.png": _IMAGE | {"width": 400, "height": 200},
    **{talk.talk: _TALK for talk in (EN, ZH)},
    **{talk.other_talk: _OTHER_TALK for talk in (EN, ZH)},
    **{talk.cover: _COVER for talk in (EN, ZH)},
    **{talk.beach: _BEACH for talk in (EN, ZH)},
    **{talk.clip: _VIDEO for talk in (EN, ZH)},
}
_ENDINGS = {
    **dict.fromkeys(("mp4", "mov", "mkv", "webm", "m4v", "avi"), _VIDEO),
    **dict.fromkeys(("png", "jpg", "jpeg", "webp", "gif", "bmp", "svg", "heic"), _BEACH),
    **dict.fromkeys(("mp3", "wav", "m4a", "flac", "ogg", "opus", "aac"), _AUDIO | {"duration": 60.0}),
}


def file_id(filename: str) -> str:
    """The name that a draft gives the file; of its name, as there is no content."""
    return "f_" + hashlib.sha256(filename.encode()).hexdigest()[:16]


def source(filename: str) -> str:
    """The `src` of a file."""
    return f"asset://{file_id(filename)}"


def medium(filename: str) -> Tree:
    """The entry of `video_infos` of a file, `None` where a key says nothing about its kind.

    A file of no base is, by its ending, a sound of 60 s, a picture of 1920x1080 or a video as `clip.mp4`.

    Raises:
        ValueError: No kind of media has this ending.
    """
    facts = _KNOWN.get(filename) or _ENDINGS.get(filename.rpartition(".")[2].lower())
    if facts is None:
        raise ValueError(f"{filename!r} is no medium")
    return {"file_id": file_id(filename), "filename": filename, "cdn_url": filename} | facts


def with_media(timeline: Timeline, filenames: tuple[str, ...]) -> Timeline:
    """The draft with more files at hand, those that it has already left out."""
    tree = timeline_tree(timeline)
    there = tree.get("video_infos", [])
    known = {entry["filename"] for entry in there}
    added = [medium(name) for name in dict.fromkeys(filenames) if name not in known]
    return timeline_from_tree(tree | ({"video_infos": [*there, *added]} if added else {}))


def cues(speech: str) -> list[Cue]:
    """Cues of the words between slashes and line ends; Chinese ones are written without blanks."""
    result: list[Cue] = []
    for number, line in enumerate(speech.strip().replace("\n", "/").split("/")):
        start_ms = FIRST_CUE_MS + number * CUE_EVERY_MS
        texts = line.split()
        words = [
            Word(text, start_ms + place * WORD_MS, start_ms + (place + 1) * WORD_MS) for place, text in enumerate(texts)
        ]
        text = (" " if line.isascii() else "").join(texts)
        result.append(Cue(text, start_ms, words[-1].end_ms, tuple(words)))
    return result


def base(name: str) -> Timeline:
    """The draft of this name, new at every call.

    Raises:
        KeyError: No base has this name.
    """
    return decode_draft(_saved(name))


@cache
def _saved(name: str) -> bytes:
    return encode_draft(_BASES[name]())


def _fresh(*filenames: str) -> Timeline:
    tree: Tree = {"t": []}
    return timeline_from_tree(tree | ({"video_infos": [medium(name) for name in filenames]} if filenames else {}))


def _media(filenames: tuple[str, ...]) -> tuple[Tree, ...]:
    return tuple(medium(name) for name in filenames)


def _facts(talk: Talk, **more: Any) -> SoundFacts:
    return SoundFacts(
        file_id=file_id(talk.talk),
        name=talk.talk,
        length_ms=TALK_MS,
        title=talk.title,
        has_speech=True,
        lang=talk.lang,
        media=_media(talk.files),
        **more,
    )


def _podcast(talk: Talk) -> Timeline:
    wishes = Wishes(cues=cues(talk.speech), progress=True)
    return build_timeline(_facts(talk), load_theme("midnight"), wishes)


def _music(talk: Talk) -> Timeline:
    wishes = Wishes(cues=cues(talk.speech), progress=True, music=MUSIC)
    return _of_the_mix(build_timeline(_facts(talk), load_theme("midnight"), wishes))


def _titles(talk: Talk) -> Timeline:
    theme = load_theme("midnight")
    chapters = (ChapterFact(0, 60_000, talk.chapters[0]), ChapterFact(60_000, TALK_MS, talk.chapters[1]))
    wishes = Wishes(
        cues=cues(talk.speech),
        progress=True,
        music=MUSIC,
        logo=source(talk.logo),
        end_card=talk.end_card,
    )
    timeline = _of_the_mix(build_timeline(_facts(talk, chapters=chapters), theme, wishes))
    layout = layout_for(theme, *timeline.size, present=parts_of(timeline))
    tree = timeline_tree(timeline)
    place, title = next((place, track) for place, track in enumerate(tree["t"]) if track["m"]["role"] == "title")
    whole = title["sg"][0]
    title["sg"] = [
        whole | {"id": f"title-{number}", "s": start_ms, "d": 5000, "txt": text}
        for number, (start_ms, text) in enumerate(zip((0, 60_000), talk.parts, strict=True), 1)
    ]
    guest: Tree = {"id": "guest-1", "s": 10_000, "d": 5000, "txt": talk.guest}
    guest["m"] = {"name": "lower third", "slot": "lower_third"}
    tree["t"].insert(
        place + 1,
        {
            "id": "guest",
            "tt": 7,
            "m": {"role": "lower_third", "name": "lower third"},
            "st": text_style(layout, "lower_third"),
            "sg": [guest],
        },
    )
    return timeline_from_tree(tree)


def _of_the_mix(timeline: Timeline) -> Timeline:
    """With a bed a new waveform follows the voice; in these bases it follows the mix, with and without one."""
    tree = timeline_tree(timeline)
    for track in tree["t"]:
        if track["m"]["role"] == "waveform":
            track["sg"][0]["g"]["of"] = "*"
    return timeline_from_tree(tree)


def _song() -> Timeline:
    files = ("song.flac", *(name for name in EN.files if name not in (EN.talk, EN.other_talk)))
    facts = SoundFacts(
        file_id=file_id("song.flac"),
        name="song.flac",
        length_ms=200_000,
        title="Blue Hour",
        has_speech=False,
        lang="en",
        media=_media(files),
    )
    return build_timeline(facts, load_theme("neon"), Wishes(width=1080, height=1920))


def _video() -> Timeline:
    facts = SoundFacts(
        file_id=file_id(EN.clip),
        name=EN.clip,
        length_ms=20_000,
        title="Harbour",
        lang="en",
        is_video=True,
        size=(1920, 1080),
        media=_media(EN.files),
    )
    return build_timeline(facts, load_theme("midnight"))


_BASES = {
    "fresh": lambda: _fresh(EN.talk),
    "fresh_picture": lambda: _fresh(EN.talk, EN.cover),
    "fresh_two": lambda: _fresh(EN.talk, EN.other_talk),
    "bare": _fresh,
    "podcast": lambda: _podcast(EN),
    "music": lambda: _music(EN),
    "song": _song,
    "titles": lambda: _titles(EN),
    "video": _video,
    "zh_podcast": lambda: _podcast(ZH),
    "zh_music": lambda: _music(ZH),
    "zh_titles": lambda: _titles(ZH),
    "zh_fresh": lambda: _fresh(ZH.talk),
}
BASE_NAMES = tuple(_BASES)
