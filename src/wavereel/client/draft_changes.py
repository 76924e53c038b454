"""What differs between two drafts, in words of the client's own, read from their JSON alone.

It is told where a backend changed something and said nothing. Keys that nobody knows are told as a change of their
part: nothing that differs stays untold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.client.draft_summary import gain, label, length_ms, name_of, placed
from wavereel.client.text import one_line, seconds_text
from wavereel.client.wire import number_at, object_at, objects_at, text_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from wavereel.client.wire import Media, State

    Tree = Mapping[str, Any]

MAX_CHANGES = 12

_IGNORED = frozenset({"rev", "v", "id"})

_STYLES = {
    "fs": ("text size", "字号"),
    "fw": ("weight", "字重"),
    "ff": ("font", "字体"),
    "c": ("colour", "颜色"),
    "oc": ("outline colour", "描边颜色"),
    "ow": ("outline", "描边"),
    "hl": ("highlight", "高亮颜色"),
    "pos": ("position", "位置"),
    "al": ("alignment", "对齐"),
}
_SWITCHES = {"mu": ("取消静音", "已静音", "not muted", "muted"), "hid": ("取消隐藏", "已隐藏", "not hidden", "hidden")}
"""Keys of a track that are on or off, in both languages."""

_LOOKS = {"sty": ("style", "样式"), "c": ("colour", "颜色"), "k": ("kind", "类型"), "mood": ("mood", "情绪")}
_PARTS = {
    "background": ("background", "背景"),
    "waveform": ("waveform", "波形"),
    "progress": ("progress bar", "进度条"),
    "overlay": ("overlay", "叠加图"),
}
"""What a track of pictures is called by its role."""

_WHOLE = {
    "title": ("title", "标题"),
    "bg": ("background", "背景"),
    "theme": ("theme", "主题"),
    "platform": ("platform", "平台"),
    "loudness": ("loudness", "响度"),
    "lang": ("language", "语言"),
}


def changes_between(before: State | None, after: State, lang: str = "en") -> list[str]:
    """One phrase for each change from one state to another; empty where nothing changed."""
    old_media = before.media if before else ()
    found = [
        *_media(old_media, after.media, lang),
        *draft_changes(before.draft if before else {}, after.draft, after.media, lang),
    ]
    if len(found) > MAX_CHANGES:
        more = len(found) - MAX_CHANGES + 1
        found = [*found[: MAX_CHANGES - 1], f"另有{more}处改动" if lang == "zh" else f"{more} more changes"]
    return found


def draft_changes(before: Tree, after: Tree, media: Iterable[Media] = (), lang: str = "en") -> list[str]:
    """One phrase for each change of a draft."""
    if _bare(before) == _bare(after):
        return []
    names = {item.file_id: item.filename for item in media if item.file_id}
    if not objects_at(before, "t") and objects_at(after, "t"):
        return [_new(after, lang), *_whole({}, {"m": _titled(after)}, lang)]
    found = [*_whole(before, after, lang), *_tracks(before, after, names, lang)]
    return found or ["调整了细节" if lang == "zh" else "changed details"]


def _new(after: Tree, lang: str) -> str:
    parts = ("、" if lang == "zh" else ", ").join(_part(track, lang) for track in objects_at(after, "t"))
    span = seconds_text(length_ms(after))
    return f"新建了{span}秒的时间线：{parts}" if lang == "zh" else f"made a timeline of {span}s: {parts}"


def _part(track: Tree, lang: str) -> str:
    role = text_at(object_at(track, "m") or {}, "role")
    if track.get("tt") == 0 and role in _PARTS:
        return _PARTS[role][lang == "zh"]
    return label(track, lang)


def _titled(after: Tree) -> dict[str, Any]:
    title = text_at(object_at(after, "m") or {}, "title")
    return {"title": title} if title else {}


def _bare(tree: Tree) -> dict[str, Any]:
    return {key: value for key, value in tree.items() if key not in ("rev", "v")}


def _media(before: Iterable[Media], after: Iterable[Media], lang: str) -> Iterator[str]:
    known = {item.file_id or item.filename for item in before}
    for item in after:
        if (item.file_id or item.filename) not in known:
            name = one_line(item.filename)
            yield f"添加了文件{name}" if lang == "zh" else f"added the file {name}"


def _whole(before: Tree, after: Tree, lang: str) -> Iterator[str]:
    old, new = object_at(before, "m") or {}, object_at(after, "m") or {}
    sizes = [f"{number_at(meta, 'width') or 1920:g}x{number_at(meta, 'height') or 1080:g}" for meta in (old, new)]
    if sizes[0] != sizes[1] and before:
        yield _set(("size", "尺寸"), sizes[0], sizes[1], lang)
    if before and (old.get("fps") or 30) != (new.get("fps") or 30):
        yield _set(("frame rate", "帧率"), old.get("fps") or 30, new.get("fps"), lang)
    for key, names in _WHOLE.items():
        if old.get(key) != new.get(key):
            yield _set(names, old.get(key), new.get(key), lang)
    if before and length_ms(before) != length_ms(after):
        yield _set(
            ("length", "时长"), f"{seconds_text(length_ms(before))}s", f"{seconds_text(length_ms(after))}s", lang
        )


def _tracks(before: Tree, after: Tree, names: Mapping[str, str], lang: str) -> Iterator[str]:
    left = dict(enumerate(objects_at(before, "t")))
    for track in objects_at(after, "t"):
        place = _match(track, left)
        if place is None:
            count = len(objects_at(track, "sg"))
            yield _added(track, count, names, lang)
            continue
        old = left.pop(place)
        if old != track:
            yield from _track(old, track, (length_ms(before), length_ms(after)), lang)
    for track in left.values():
        yield f"移除了{_part(track, lang)}" if lang == "zh" else f"removed {_part(track, lang)}"


def _match(track: Tree, others: Mapping[int, Tree]) -> int | None:
    """Which track it was before: by id, else by what it is."""
    own = text_at(track, "id")
    for place, other in others.items():
        if own and text_at(other, "id") == own and other.get("tt") == track.get("tt"):
            return place
    kind = (track.get("tt"), text_at(object_at(track, "m") or {}, "role"))
    for place, other in others.items():
        if (other.get("tt"), text_at(object_at(other, "m") or {}, "role")) == kind and not (
            own and text_at(other, "id")
        ):
            return place
    return None


def _added(track: Tree, count: int, names: Mapping[str, str], lang: str) -> str:
    segments = objects_at(track, "sg")
    if text_at(object_at(track, "m") or {}, "role") == "caption" or not segments:
        about = (f"{count}条" if lang == "zh" else f"{count} cues") if count else ""
    else:
        about = name_of(segments[0], names, lang)
    if lang == "zh":
        return f"添加了{_part(track, lang)}{f'（{about}）' if about else ''}"
    return f"added {_part(track, lang)}{f' ({about})' if about else ''}"


def _track(old: Tree, new: Tree, lengths: tuple[int, int], lang: str) -> Iterator[str]:
    part = _part(new, lang)
    before, after = placed(old), placed(new)
    phrases: list[str] = []
    quiet = False
    if len(before) != len(after):
        cues = text_at(object_at(new, "m") or {}, "role") == "caption"
        names = (part, part) if cues else (f"{part} parts", f"{part}段数")
        phrases.append(_set(names, len(before), f"{len(after)} cues" if cues and lang != "zh" else len(after), lang))
    else:
        for one, two in zip(before, after, strict=True):
            if one[:2] == (0, lengths[0]) and two[:2] == (0, lengths[1]) and one[:2] != two[:2]:
                # It lasts as long as the whole, whose length is told once.
                quiet = True
                one = (*two[:2], {**one[2], "d": two[2].get("d")})  # noqa: PLW2901
            phrases += _segment(part, old, new, one, two, lang)
        phrases = list(dict.fromkeys(phrases))[:4]
    for key, words in _SWITCHES.items():
        if bool(old.get(key)) != bool(new.get(key)):
            on = bool(new.get(key))
            phrases.append(f"{part}{words[on]}" if lang == "zh" else f"{part}: {words[2 + on]}")
    for names, style in _style(object_at(old, "st"), object_at(new, "st"), _STYLES):
        phrases.append(_set((f"{part} {names[0]}", f"{part}{names[1]}"), *style, lang))
    if not phrases and not quiet:
        phrases.append(f"调整了{part}" if lang == "zh" else f"adjusted {part}")
    yield from phrases


def _segment(
    part: str, old_track: Tree, new_track: Tree, one: tuple[int, int, Tree], two: tuple[int, int, Tree], lang: str
) -> Iterator[str]:
    """What changed of one segment."""
    if one == two and old_track.get("vol") == new_track.get("vol"):
        return
    (start, length, old), (begin, span, new) = one, two
    told = False
    if text_at(old, "txt") != text_at(new, "txt"):
        told = True
        yield _set((f"{part} text", f"{part}文字"), text_at(old, "txt"), text_at(new, "txt"), lang)
    if (start, length) != (begin, span):
        told = True
        yield _set((f"{part} time", f"{part}时间"), _span(start, length), _span(begin, span), lang)
    if new_track.get("tt") == 1 and gain(old_track, old) != gain(new_track, new):
        told = True
        values = (f"{gain(old_track, old) * 100:.4g}%", f"{gain(new_track, new) * 100:.4g}%")
        yield _set((f"{part} volume", f"{part}音量"), *values, lang)
    if text_at(old, "src") != text_at(new, "src"):
        told = True
        yield f"更换了{part}的文件" if lang == "zh" else f"another file for {part}"
    for key, table in (("st", _STYLES), ("g", _LOOKS)):
        for names, values in _style(object_at(old, key), object_at(new, key), table):
            told = True
            yield _set((f"{part} {names[0]}", f"{part}{names[1]}"), *values, lang)
    if object_at(old, "x") != object_at(new, "x"):
        told = True
        yield f"移动了{part}" if lang == "zh" else f"moved {part}"
    if not told:
        yield f"调整了{part}" if lang == "zh" else f"adjusted {part}"


def _style(
    old: Tree | None, new: Tree | None, table: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], tuple[object, object]]]:
    for key, names in table.items():
        one, two = (old or {}).get(key), (new or {}).get(key)
        if one != two:
            yield names, (one, two)


def _span(start: int, length: int) -> str:
    return f"{seconds_text(start)}-{seconds_text(start + length)}s"


def _set(names: tuple[str, str], old: object, new: object, lang: str) -> str:
    one, two = _shown(old), _shown(new)
    name = names[1] if lang == "zh" else names[0]
    colon = "：" if lang == "zh" else ": "
    if not two:
        return f"去掉了{name}" if lang == "zh" else f"removed the {name}"
    return f"{name}{colon}{one} → {two}" if one else f"{name}{colon}{two}"


def _shown(value: object) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    return one_line(f"{value:g}" if isinstance(value, float) else str(value), limit=60)
