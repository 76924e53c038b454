"""One changed key of a part as a phrase that follows the part's name, in English and Chinese."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from wavereel.timeline.difference_colors import color_name
from wavereel.timeline.difference_values import (
    ENTRANCES,
    EXITS,
    LABELS,
    content_text,
    driver_text,
    fit_text,
    language_text,
    look_text,
    mood_text,
    motion_text,
    place_text,
    plain_text,
    quoted,
    shares,
    style_text,
    when_text,
)
from wavereel.timeline.reasons import seconds

if TYPE_CHECKING:
    from wavereel.timeline.difference_facts import Difference


_CODE = re.compile(r"\s?[(（](#[^()（）]*)[)）]")
"""The brackets around the code of a colour."""

PLACED = frozenset({"x.x", "x.y", "x.w", "x.h", "st.pos"})
"""Keys that `difference_places` tells together where it is known what stood where."""


class Phrase(NamedTuple):
    """A phrase: in English behind "is now", or with a verb of its own in the singular; in Chinese behind the name."""

    en: str
    zh: str
    verb: bool = False


def phrase_of(fact: Difference) -> Phrase:
    """The phrase of a fact of the kinds that say something about a part that is there before and after."""
    label = LABELS.get(fact.key, (f'"{fact.key}"', f"“{fact.key}”"))
    if fact.kind == "shifted":
        return _shifted(fact)
    if fact.kind == "retimed":
        return Phrase(f"timed anew in {_places(fact.count)}", f"有{fact.count}处时间改变")
    if fact.kind == "reworded":
        return _reworded(fact)
    if fact.kind == "count":
        return _count(fact)
    if fact.kind == "order":
        return Phrase("in another order", "顺序改变")
    if fact.kind == "various":
        return Phrase(f"changed in {label[0]} in {_places(fact.count)}", f"有{fact.count}处{label[1]}改变")
    head = fact.key.partition(".")[0]
    made = {"st": _style, "x": _transform, "g": _generator, "m": _meta, "an": _animation}.get(head, _other)(fact)
    made = made or _sound(fact)
    if made is not None:
        return made
    if fact.after is None:
        return Phrase(f"with the {label[0]} of the theme", f"{label[1]}恢复为主题默认")
    was = _was(plain_text(fact.before, "en"), plain_text(fact.before, "zh")) if fact.before is not None else ("", "")
    value = plain_text(fact.after, "en"), plain_text(fact.after, "zh")
    return Phrase(f"has {label[0]} {value[0]}{was[0]}", f"{label[1]}改为{value[1]}{was[1]}", verb=True)


def _places(count: int) -> str:
    return f"{count} {'place' if count == 1 else 'places'}"


def _was(en: str, zh: str) -> tuple[str, str]:
    """What it was, in brackets; those of a colour's code go."""
    plain, zh_plain = _CODE.sub(r", \1", en), _CODE.sub(r"\1", zh)
    return f" (was {plain})", f"（原为{zh_plain}）"


def _colored(fact: Difference, en: str, zh: str) -> Phrase:
    """A phrase with the colour after, and the one before."""
    was = ("", "")
    if fact.before is not None:
        was = _was(color_name(fact.before, "en"), color_name(fact.before, "zh"))
    return Phrase(en.format(color_name(fact.after, "en")) + was[0], zh.format(color_name(fact.after, "zh")) + was[1])


def _numbered(fact: Difference, en: str, zh: str, scale: float = 1) -> Phrase:
    """A phrase with the number after, and the one before."""
    unit = "%" if "{}%" in zh else ""
    old = f"{round(fact.before * scale, 3):g}{unit}" if isinstance(fact.before, int | float) else ""
    was = _was(old, old) if old else ("", "")
    value = f"{round(fact.after * scale, 3):g}"
    return Phrase(en.format(value) + was[0], zh.format(value) + was[1])


def _style(fact: Difference) -> Phrase | None:
    before, after = fact.before, fact.after
    key = fact.key.removeprefix("st.")
    if after is None:
        return Phrase("without a box", "去掉底框") if key == "bg" else None
    if key in ("bg", "oc") and len(str(after)) == 9 and str(after).endswith("00"):
        return Phrase("without a box", "去掉底框") if key == "bg" else Phrase("without an outline", "去掉描边")
    match key:
        case "c":
            return _colored(fact, "{}", "颜色改为{}")
        case "bg":
            return _colored(fact, "on a box in {}", "底框改为{}" if fact.before else "加上{}底框")
        case "oc":
            return _colored(fact, "outlined in {}", "描边颜色改为{}")
        case "hl":
            return _colored(fact, "lit in {} while spoken", "高亮颜色改为{}")
        case "fs":
            more = "" if before is None else "bigger, " if after > before else "smaller, "
            bigger = "改为" if before is None else "放大到" if after > before else "缩小到"
            return _numbered(fact, f"{more}at size {{}}", f"字号{bigger}{{}}")
        case "ow":
            return (
                _numbered(fact, "outlined {} px wide", "描边宽{}像素")
                if after
                else Phrase("without an outline", "去掉描边")
            )
        case "fw":
            return _numbered(fact, "in weight {}", "字重改为{}")
        case "mc":
            return _numbered(fact, "at most {} characters a line", "每行最多{}个字")
        case "ml":
            return _numbered(fact, "at most {} lines", "最多{}行")
        case "ff":
            return _worded(fact, "set in {}", "字体改为{}", after, before)
        case "pos":
            was = _was(place_text(before, "en"), place_text(before, "zh")) if before else ("", "")
            return Phrase(place_text(after, "en") + was[0], f"移到{place_text(after, 'zh')}{was[1]}")
        case "al":
            return Phrase(
                f"aligned {'in the middle' if after == 'center' else after}", f"{place_text(after, 'zh')}对齐"
            )
        case _:
            return None


def _worded(fact: Difference, en: str, zh: str, after: object, before: object) -> Phrase:
    was = _was(str(before), str(before)) if fact.before is not None else ("", "")
    return Phrase(en.format(after) + was[0], zh.format(after) + was[1])


def _transform(fact: Difference) -> Phrase | None:
    before, after = fact.before, fact.after
    if after is None:
        return Phrase("where the theme puts it", "回到主题的位置") if fact.key in ("x.x", "x.y") else None
    match fact.key:
        case "x.x" | "x.y":
            across = fact.key == "x.x"
            old, new = shares(before, after) if before is not None else ("", shares(after, after)[0])
            was = _was(old, old) if old else ("", "")
            en = f"{new} {'from the left' if across else 'from the top'}{was[0]}"
            return Phrase(en, f"{'水平' if across else '垂直'}位置改为{new}{was[1]}")
        case "x.w" | "x.h":
            wide = fact.key == "x.w"
            old, new = shares(before, after) if before is not None else ("", shares(after, after)[0])
            was = _was(old, old) if old else ("", "")
            en = f"{new} of the {'width' if wide else 'height'}{was[0]}"
            return Phrase(en, f"{'宽度' if wide else '高度'}改为{new}{was[1]}")
        case "x.r":
            return _numbered(fact, "rotated by {}°", "旋转{}度") if after else Phrase("upright", "恢复正向")
        case "x.o":
            return _numbered(fact, "at {}% opacity", "不透明度改为{}%", 100)
        case "x.fit":
            return Phrase(fit_text(after, "en"), f"改为{fit_text(after, 'zh')}")
        case _:
            return None


def _generator(fact: Difference) -> Phrase | None:
    before, after = fact.before, fact.after
    if after is None:
        gone = {"g.c2": ("without a gradient", "不再渐变"), "g.n": ("has the style's own number of bars", "条数随样式")}
        return Phrase(*gone[fact.key], verb=fact.key == "g.n") if fact.key in gone else None
    match fact.key:
        case "g.c":
            return _colored(fact, "{}", "颜色改为{}")
        case "g.c2":
            return _colored(fact, "fading to {}", "渐变到{}")
        case "g.sty":
            was = _was(style_text(before, "en"), style_text(before, "zh")) if before else ("", "")
            return Phrase(f"{style_text(after, 'en')}{was[0]}", f"样式改为{style_text(after, 'zh')}{was[1]}")
        case "g.n":
            return _numbered(fact, "has {} bars", "条数改为{}")._replace(verb=True)
        case "g.smooth":
            return _numbered(fact, "smoothed over {} ms", "平滑{}毫秒")
        case "g.of":
            return Phrase(f"driven by {driver_text(after, 'en')}", f"改由{driver_text(after, 'zh')}驱动")
        case "g.at":
            return Phrase(place_text(after, "en"), f"移到{place_text(after, 'zh')}")
        case "g.mood":
            was = _was(mood_text(before, "en"), mood_text(before, "zh")) if before else ("", "")
            return Phrase(mood_text(after, "en") + was[0], f"风格改为{mood_text(after, 'zh')}{was[1]}")
        case "g.bpm":
            return _numbered(fact, "at {} beats a minute", "速度改为每分钟{}拍")
        case "g.angle":
            return _numbered(fact, "at an angle of {}°", "角度改为{}度")
        case "g.seed":
            return Phrase("another take", "换了一版")
        case "g.txt":
            return Phrase("drawn anew", "重新画过")
        case _:
            return None


def _meta(fact: Difference) -> Phrase | None:
    before, after = fact.before, fact.after
    match fact.key:
        case "m.look" if after is not None:
            was = _was(look_text(before, "en"), look_text(before, "zh")) if before else ("", "")
            return Phrase(f"in the {look_text(after, 'en')} look{was[0]}", f"样式改为{look_text(after, 'zh')}{was[1]}")
        case "m.lang" if after is None:
            return Phrase("no longer marked with a language", "不再注明语言")
        case "m.lang":
            was = _was(language_text(before, "en"), language_text(before, "zh")) if before else ("", "")
            return Phrase(f"in {language_text(after, 'en')}{was[0]}", f"语言改为{language_text(after, 'zh')}{was[1]}")
        case "m.pending":
            if after:
                return Phrase("to be written when the video is made", "会在制作视频时生成")
            return Phrase("written", "已经生成")
        case "m.name" if after is not None:
            return Phrase(f"called {quoted(after, 'en')}", f"名称改为{quoted(after, 'zh')}")
        case _:
            return None


def _animation(fact: Difference) -> Phrase | None:
    enters = fact.key == "an.in"
    if fact.key not in ("an.in", "an.out"):
        return None
    after: dict[str, Any] | None = fact.after
    if after is None or after.get("k") == "none":
        words = ("without an entrance", "去掉入场动画") if enters else ("without an exit", "去掉退场动画")
        return Phrase(*words)
    kind = str(after.get("k"))
    en, zh = (ENTRANCES if enters else EXITS).get(kind, (f"{'enters' if enters else 'leaves'} by {kind}", kind))
    timed = isinstance(after.get("d"), int)
    length, zh_length = (f" over {seconds(after['d'])} s", f"，{seconds(after['d'])}秒") if timed else ("", "")
    return Phrase(f"{en}{length}", f"{'入场' if enters else '退场'}动画改为{zh}{zh_length}", verb=True)


def _other(fact: Difference) -> Phrase | None:
    before, after = fact.before, fact.after
    match fact.key:
        case "txt":
            was = _was(quoted(before, "en"), quoted(before, "zh")) if before else ("", "")
            return Phrase(f"reads {quoted(after, 'en')}{was[0]}", f"文字改为{quoted(after, 'zh')}{was[1]}", verb=True)
        case "time":
            return _time(fact)
        case "content":
            was = _was(content_text(before, "en"), content_text(before, "zh"))
            return Phrase(content_text(after, "en") + was[0], f"换成{content_text(after, 'zh')}{was[1]}")
        case "wd":
            return Phrase("with other word times", "词的时间有变化")
        case "hid":
            return Phrase("hidden", "已隐藏") if after else Phrase("shown again", "已重新显示")
        case "ss" | "se":
            heard = fact.part in ("voice", "audio", "bgm", "sfx")
            return Phrase(f"{'playing' if heard else 'showing'} another part of its file", "改用源文件的另一段")
        case "fx":
            return _effects(after)
        case "tr" if after is not None:
            kind, zh_kind = (motion_text(after.get("k"), lang).replace("_", " ") for lang in ("en", "zh"))
            length = seconds(after.get("d", 0))
            return Phrase(f"followed by a {kind} of {length} s", f"后面用{zh_kind}转场，{length}秒")
        case "tr":
            return Phrase("without a transition", "去掉转场")
        case _:
            return None


def _sound(fact: Difference) -> Phrase | None:
    before, after = fact.before, fact.after
    match fact.key:
        case "vol":
            return _volume(before, after)
        case "mu":
            return Phrase("muted", "已静音") if after else Phrase("audible again", "已取消静音")
        case "lp":
            return Phrase("repeated", "循环播放") if after else Phrase("played once", "只播放一次")
        case "fi" | "fo":
            return _fade(fact)
        case "duck" if after is None:
            return Phrase("no longer lowered under speech", "说话时不再压低")
        case "duck":
            old, new = shares(before, after) if before is not None else ("", shares(after, after)[0])
            was = _was(old, old) if old else ("", "")
            return Phrase(f"lowered to {new} under speech{was[0]}", f"说话时压低到{new}{was[1]}")
        case "sp":
            return _speed(before, after)
        case _:
            return None


def _volume(before: float | None, after: float | None) -> Phrase:
    old, new = (1.0 if value is None else value for value in (before, after))
    shown_old, shown_new = shares(old, new)
    was = _was(shown_old, shown_old)
    return Phrase(f"at {shown_new}{was[0]}", f"音量改为{shown_new}{was[1]}")


def _speed(before: float | None, after: float | None) -> Phrase:
    old, new = (f"{1.0 if value is None else value:g}" for value in (before, after))
    return Phrase(f"at {new}x speed (was {old}x)", f"速度改为{new}倍（原为{old}倍）")


def _fade(fact: Difference) -> Phrase:
    way, zh = ("in", "淡入") if fact.key == "fi" else ("out", "淡出")
    if not fact.after:
        return Phrase(f"without a fade {way}", f"去掉{zh}")
    was = _was(f"{seconds(fact.before)} s", f"{seconds(fact.before)}秒") if fact.before else ("", "")
    return Phrase(
        f"fades {way} over {seconds(fact.after)} s{was[0]}", f"{zh}{seconds(fact.after)}秒{was[1]}", verb=True
    )


def _effects(after: list[dict[str, Any]] | None) -> Phrase:
    effects = after or []
    kinds = [str(effect.get("k")) for effect in effects]
    if not kinds:
        return Phrase("without effects", "去掉效果")
    masks = kinds.count("mask")
    if masks == len(kinds):
        return Phrase(f"has {masks} masked {'place' if masks == 1 else 'places'}", f"有{masks}处消音", verb=True)
    if kinds == ["zoom"]:
        low, high = (plain_text(effects[0].get(key, 1), "en").removesuffix(".0") for key in ("from", "to"))
        return Phrase(f"zooms slowly from {low}x to {high}x", f"缓慢缩放，从{low}倍到{high}倍", verb=True)
    names = list(dict.fromkeys(kinds))
    return Phrase("has the effects " + ", ".join(names), "效果改为" + "、".join(names), verb=True)


def _time(fact: Difference) -> Phrase:
    old: list[int] = fact.before
    new: list[int] = fact.after
    english, chinese = (when_text(new[0], new[1], new[2], lang) for lang in ("en", "zh"))
    was = _was(when_text(old[0], old[1], old[2], "en"), when_text(old[0], old[1], old[2], "zh"))
    seen = "heard" if fact.part in ("voice", "audio", "bgm", "sfx") else "shown"
    return Phrase(f"{seen} {english}{was[0]}", f"时间改为{chinese}{was[1]}")


def _shifted(fact: Difference) -> Phrase:
    later = fact.after > 0
    by = seconds(abs(fact.after))
    return Phrase(f"{by} s {'later' if later else 'earlier'}", f"整体{'推后' if later else '提前'}{by}秒")


def _reworded(fact: Difference) -> Phrase:
    if fact.before and isinstance(fact.after, str):
        times = (f" {fact.count} times", f"，共{fact.count}处")
        old, new = ([quoted(text, lang) for lang in ("en", "zh")] for text in (fact.before, fact.after))
        if fact.after == "":
            return Phrase(f"leaves out {old[0]}{times[0]}", f"去掉{old[1]}{times[1]}", verb=True)
        return Phrase(f"says {new[0]} for {old[0]}{times[0]}", f"中的{old[1]}改为{new[1]}{times[1]}", verb=True)
    en, zh = f"worded otherwise in {_places(fact.count)}", f"有{fact.count}处文字改变"
    if not isinstance(fact.after, str | None):
        texts = cast("list[str]", fact.after)
        en += ": " + ", ".join(quoted(text, "en") for text in texts)
        zh += "：" + "、".join(quoted(text, "zh") for text in texts)
    return Phrase(en, zh)


def _count(fact: Difference) -> Phrase:
    if fact.part == "caption":
        if not fact.before:
            return Phrase(f"written: {fact.after} {'cue' if fact.after == 1 else 'cues'}", f"已生成：{fact.after}条")
        if not fact.after:
            return Phrase("empty", "已清空")
        was = _was(str(fact.before), f"{fact.before}条")
        cues = "cue" if fact.after == 1 else "cues"
        return Phrase(f"has {fact.after} {cues}{was[0]}", f"现有{fact.after}条{was[1]}", verb=True)
    was = _was(str(fact.before), f"{fact.before}段")
    pieces = "piece" if fact.after == 1 else "pieces"
    return Phrase(f"in {fact.after} {pieces}{was[0]}", f"现有{fact.after}段{was[1]}")
