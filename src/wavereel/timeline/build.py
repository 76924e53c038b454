"""From what is known about a sound to the timeline of its video."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from math import gcd
from typing import TYPE_CHECKING, Any, Protocol

from wavereel.errors import UsageError
from wavereel.timeline.dress import (
    cover_colors,
    cover_generator,
    ground_generator,
    progress_generator,
    text_style,
    wave_generator,
)
from wavereel.timeline.layouts import layout_for
from wavereel.timeline.model import Timeline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wavereel.timeline.layouts import Layout
    from wavereel.timeline.themes import Theme

Tree = dict[str, Any]

VOICE_ID = "voice"
CHAPTER_CARD_MS = 4000
TITLE_OVER_VIDEO_MS = 4000
END_CARD_MS = 4000
_ENTRANCE = {"in": {"k": "fade", "d": 300}, "out": {"k": "fade", "d": 300}}
_NUMBER_WORDS = {
    "en": "Episode {}",
    "zh": "第 {} 期",
    "ja": "第{}回",
    "ko": "{}화",
    "de": "Folge {}",
    "fr": "Épisode {}",
    "es": "Episodio {}",
    "it": "Episodio {}",
    "pt": "Episódio {}",
    "nl": "Aflevering {}",
    "ru": "Выпуск {}",
    "ar": "الحلقة {}",
    "he": "פרק {}",
    "hi": "एपिसोड {}",
    "th": "ตอนที่ {}",
}


class TimedWord(Protocol):
    """A spoken word with its place in the sound, in ms."""

    @property
    def text(self) -> str: ...
    @property
    def start_ms(self) -> int: ...
    @property
    def end_ms(self) -> int: ...


class TimedCue(Protocol):
    """A cue with its place in the sound, in ms, and its words where they are known."""

    @property
    def text(self) -> str: ...
    @property
    def start_ms(self) -> int: ...
    @property
    def end_ms(self) -> int: ...
    @property
    def words(self) -> Sequence[TimedWord]: ...


@dataclass(frozen=True, slots=True)
class ChapterFact:
    """A chapter of the sound: half-open range in ms, and its name."""

    start_ms: int
    end_ms: int
    title: str


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """What is known about a sound, or about a video that is to be seen.

    Attributes:
        file_id: The name of the file by its content.
        name: What people call the file.
        length_ms: Length of the source, rounded up.
        title: The title; empty where there is none.
        show: Show, artist or album, for the small line over the title.
        number: Number of the episode or track, in digits.
        has_speech: Whether someone speaks; `None` where nobody has listened yet.
        chapters: The chapters, in order.
        cover: `src` of the cover that came with the sound.
        cover_colors: The cover's colours, strongest first, as `#RRGGBB`.
        lang: Language of the speech, as in `m.lang`.
        is_video: Whether its picture is to be seen, on a `main` track.
        size: Width and height of the video in px.
        media: Entries of `video_infos`, in the shape of the session state.
    """

    file_id: str
    name: str
    length_ms: int
    title: str = ""
    show: str = ""
    number: str = ""
    has_speech: bool | None = None
    chapters: tuple[ChapterFact, ...] = ()
    cover: str | None = None
    cover_colors: tuple[str, ...] = ()
    lang: str | None = None
    is_video: bool = False
    size: tuple[int, int] | None = None
    media: tuple[Mapping[str, Any], ...] = ()

    @property
    def source(self) -> str:
        """The draft's `src` of the file."""
        return f"asset://{self.file_id}"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked for; whatever is left open follows from the sound and the theme.

    Attributes:
        width: Canvas width in px.
        height: Canvas height in px.
        fps: Frames a second.
        platform: Where the video goes.
        loudness: Target in LUFS; `None` leaves the sound as it is.
        captions: `True` where the sound has speech, `False` never; their cues come later, or here.
        cues: Cues that are known already.
        waveform: A style of waveform instead of the theme's.
        background: A track segment's `src` and `x`, or `g`, instead of the theme's ground.
        music: A bed: `src` or `g`, and `vol` where it is not to be 0.3.
        progress: Whether a progress bar shows; `None` as the theme does.
        logo: `src` of a logo.
        end_card: Words of a card over the last seconds.
        source_range_ms: The part of the source that is used, half-open, in ms.
    """

    width: int = 1920
    height: int = 1080
    fps: float = 30
    platform: str | None = None
    loudness: float | None = None
    captions: bool = True
    cues: Sequence[TimedCue] = field(default_factory=tuple["TimedCue", ...])
    waveform: str | None = None
    background: Mapping[str, Any] | None = None
    music: Mapping[str, Any] | None = None
    progress: bool | None = None
    logo: str | None = None
    end_card: str = ""
    source_range_ms: tuple[int, int] | None = None


def build_timeline(facts: SoundFacts, theme: Theme, wishes: Wishes | None = None) -> Timeline:
    """The timeline of a sound's video in a theme: every track that the theme and the sound give cause for.

    Raises:
        UsageError: The range that is asked for holds nothing.
    """
    wishes = wishes or Wishes()
    start_ms, stop_ms = wishes.source_range_ms or (0, facts.length_ms)
    length_ms = min(stop_ms, facts.length_ms) - start_ms
    if length_ms < 1:
        raise UsageError(
            "the part that is asked for is empty", hint=f"the sound is {facts.length_ms / 1000:.1f} s long"
        )
    layout = layout_for(theme, wishes.width, wishes.height, wishes.platform, present=_present(facts, theme, wishes))
    build = _Build(facts, theme, wishes, layout, start_ms, length_ms, cover_colors(theme, layout, facts.cover_colors))
    tracks = [track for track in (*build.picture_tracks(), *build.sound_tracks(), *build.text_tracks()) if track]
    tree: Tree = {"v": 1, "rev": 0, "d": length_ms, "m": build.meta(), "t": tracks}
    if facts.media:
        tree["video_infos"] = [dict(medium) for medium in facts.media]
    return Timeline.model_validate(tree)


def ratio_text(width: int, height: int) -> str:
    """`16:9` for 1920 by 1080: the sides without their common divisor."""
    divisor = gcd(width, height)
    return f"{width // divisor}:{height // divisor}"


def number_text(number: str, lang: str | None) -> str:
    """`Episode 42` in the language of the speech; what is not a plain number stands as it is."""
    if not number.isdecimal():
        return number
    return _NUMBER_WORDS.get((lang or "en").split("-")[0].lower(), "Episode {}").format(int(number))


def caption_segments(cues: Sequence[TimedCue], first: int = 1) -> list[Tree]:
    """Cues as segments of a caption track, in time; empty and backward ones are left out.

    Args:
        cues: In any order; times in ms of the timeline.
        first: Number of the first id.
    """
    segments: list[Tree] = []
    for cue in sorted(cues, key=lambda cue: cue.start_ms):
        length_ms = cue.end_ms - cue.start_ms
        if length_ms < 1 or not cue.text.strip():
            continue
        segment: Tree = {"id": f"cue-{first + len(segments)}", "s": cue.start_ms, "d": length_ms, "txt": cue.text}
        words = [
            {"w": word.text, "s": max(0, word.start_ms - cue.start_ms), "d": max(0, word.end_ms - word.start_ms)}
            for word in cue.words
        ]
        segments.append(segment | ({"wd": words} if words else {}))
    return segments


def _present(facts: SoundFacts, theme: Theme, wishes: Wishes) -> frozenset[str]:
    parts = {"wave"}
    for name, there in (
        ("title", facts.title),
        ("kicker", facts.show and not facts.is_video),
        ("number", facts.number and not facts.is_video),
        ("cover", (facts.cover or theme.draws_cover) and not facts.is_video),
        ("caption", wishes.captions and facts.has_speech is not False),
        ("main", facts.is_video),
    ):
        if there:
            parts.add(name)
    return frozenset(parts)


@dataclass(frozen=True, slots=True)
class _Build:
    facts: SoundFacts
    theme: Theme
    wishes: Wishes
    layout: Layout
    start_ms: int
    length_ms: int
    colors: tuple[str, ...]

    @property
    def accent(self) -> str | None:
        """The cover's colour in place of the theme's accent."""
        return self.colors[0] if self.colors and "accent" in self.theme.from_cover else None

    def meta(self) -> Tree:
        facts, wishes = self.facts, self.wishes
        meta: Tree = {
            "title": facts.title or facts.name.rpartition(".")[0] or facts.name,
            "width": wishes.width,
            "height": wishes.height,
            "fps": wishes.fps,
            "ratio": ratio_text(wishes.width, wishes.height),
            "bg": self.theme.palette["ground"],
            "theme": self.theme.name,
        }
        for key, value in (("lang", facts.lang), ("loudness", wishes.loudness), ("platform", wishes.platform)):
            if value is not None:
                meta[key] = value
        return meta

    def picture_tracks(self) -> list[Tree | None]:
        return [self._background(), self._main(), self._cover(), self._wave(), self._progress(), self._logo()]

    def sound_tracks(self) -> list[Tree | None]:
        role = "audio" if self.facts.has_speech is False else "voice"
        segment: Tree = {"src": self.facts.source, "ss": self.start_ms, "se": self.start_ms + self.length_ms}
        voice = self._whole(VOICE_ID, 1, role, self.facts.name, segment)
        voice["sg"][0]["m"]["file_id"] = self.facts.file_id
        return [voice, self._music()]

    def text_tracks(self) -> list[Tree | None]:
        facts = self.facts
        number = number_text(facts.number, facts.lang) if facts.number else ""
        return [
            self._text("kicker", "text", facts.show, "show") if not facts.is_video else None,
            self._text("number", "text", number, "episode") if not facts.is_video else None,
            self._title(),
            self._chapters(),
            self._captions(),
            self._end_card(),
        ]

    def _whole(self, name: str, kind: int, role: str, label: str, segment: Tree) -> Tree:
        """A track with one segment over the whole length."""
        body = {"id": f"{name}-1", "s": 0, "d": self.length_ms} | segment
        body["m"] = {"name": label} | segment.get("m", {})
        return {"id": name, "tt": kind, "m": {"role": role, "name": label}, "sg": [body]}

    def _background(self) -> Tree:
        chosen = self.wishes.background
        if chosen is None and self.facts.cover and self.theme.cover_behind and not self.facts.is_video:
            chosen = {"src": self.facts.cover, "x": {"fit": "blur"}}
        if chosen is None:
            chosen = {"g": ground_generator(self.theme, self.layout)}
        return self._whole("background", 0, "background", "background", dict(chosen))

    def _main(self) -> Tree | None:
        if not self.facts.is_video:
            return None
        segment: Tree = {"src": self.facts.source, "ss": self.start_ms, "se": self.start_ms + self.length_ms}
        segment["x"] = {"x": 0.5, "y": 0.5, "w": 1.0, "h": 1.0, "fit": "blur"}
        segment["m"] = {"file_id": self.facts.file_id}
        return self._whole("main", 0, "main", self.facts.name, segment)

    def _cover(self) -> Tree | None:
        facts = self.facts
        if facts.is_video or not (facts.cover or self.theme.draws_cover):
            return None
        if facts.cover:
            segment: Tree = {"src": facts.cover}
        else:
            seed = zlib.crc32((facts.title or facts.name).encode())
            segment = {"g": cover_generator(self.theme, facts.title or facts.name, seed)}
        return self._whole("cover", 0, "overlay", "cover", segment | {"m": {"slot": "cover"}})

    def _wave(self) -> Tree:
        of = VOICE_ID if self.wishes.music else "*"
        generator = wave_generator(self.theme, self.layout, of=of, colors=self.colors)
        if self.wishes.waveform and self.wishes.waveform != generator["sty"]:
            generator["sty"] = self.wishes.waveform
            del generator["n"]  # what suits one style is too many or too few for another
        return self._whole("waveform", 0, "waveform", "waveform", {"g": generator})

    def _progress(self) -> Tree | None:
        shown = self.layout.arrangement.progress.shown if self.wishes.progress is None else self.wishes.progress
        if not shown:
            return None
        generator = progress_generator(self.layout, accent=self.accent)
        return self._whole("progress", 0, "progress", "progress bar", {"g": generator})

    def _logo(self) -> Tree | None:
        if self.wishes.logo is None:
            return None
        return self._whole("logo", 0, "overlay", "logo", {"src": self.wishes.logo, "m": {"slot": "top_right"}})

    def _music(self) -> Tree | None:
        music = self.wishes.music
        if music is None:
            return None
        segment: Tree = {"vol": 0.3, "lp": True, "duck": 0.35, "fi": 800, "fo": 2500} | dict(music)
        segment["fi"], segment["fo"] = min(segment["fi"], self.length_ms // 4), min(segment["fo"], self.length_ms // 3)
        return self._whole("bgm", 1, "bgm", "music", segment)

    def _text(self, slot: str, role: str, text: str, label: str) -> Tree | None:
        if not text.strip():
            return None
        track = self._whole(slot, 7, role, label, {"txt": text.strip(), "m": {"slot": slot}})
        return track | {"st": text_style(self.layout, slot, accent=self.accent)}

    def _title(self) -> Tree | None:
        track = self._text("title", "title", self.facts.title, "title")
        if track is not None and self.facts.is_video:
            track["sg"][0] |= {"d": min(TITLE_OVER_VIDEO_MS, self.length_ms), "an": _ENTRANCE}
        return track

    def _chapters(self) -> Tree | None:
        cards: list[Tree] = []
        for chapter in self.facts.chapters:
            start_ms = max(0, chapter.start_ms - self.start_ms)
            stop_ms = min(chapter.end_ms - self.start_ms, start_ms + CHAPTER_CARD_MS, self.length_ms)
            if stop_ms > start_ms and chapter.title.strip():
                card: Tree = {"id": f"chapter-{len(cards) + 1}", "s": start_ms, "d": stop_ms - start_ms}
                cards.append(card | {"txt": chapter.title.strip(), "an": _ENTRANCE, "m": {"name": "chapter"}})
        if not cards:
            return None
        style = text_style(self.layout, "chapter")
        return {"id": "chapters", "tt": 7, "m": {"role": "chapter", "name": "chapters"}, "st": style, "sg": cards}

    def _captions(self) -> Tree | None:
        if not self.wishes.captions or self.facts.has_speech is False:
            return None
        cues = caption_segments(self.wishes.cues)
        meta: Tree = {"role": "caption", "name": "captions", "look": self.layout.caption.look}
        if self.facts.lang:
            meta["lang"] = self.facts.lang
        if not cues:
            meta["pending"] = True
        return {"id": "captions", "tt": 7, "m": meta, "st": text_style(self.layout, "caption"), "sg": cues}

    def _end_card(self) -> Tree | None:
        text = self.wishes.end_card.strip()
        if not text:
            return None
        length_ms = min(END_CARD_MS, self.length_ms)
        segment: Tree = {"id": "end-1", "s": self.length_ms - length_ms, "d": length_ms, "txt": text}
        segment |= {"an": {"in": {"k": "fade", "d": 400}}, "m": {"name": "end card"}}
        style = text_style(self.layout, "end_card")
        return {"id": "end", "tt": 7, "m": {"role": "cta", "name": "end card"}, "st": style, "sg": [segment]}
