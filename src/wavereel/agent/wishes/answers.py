"""Questions of the user's, answered from the draft; nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.agent.wishes.common import ROLE_OF, TEXT_PARTS
from wavereel.timeline.edits.surgery import effective_style
from wavereel.timeline.names import part_name
from wavereel.timeline.reasons import seconds
from wavereel.timeline.summary import length_text, summary_text
from wavereel.timeline.themes import THEME_NAMES

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame

WAVES = (
    "bars",
    "mirror",
    "line",
    "filled",
    "dots",
    "blocks",
    "circle",
    "ring",
    "spectrum",
    "spectrum_line",
    "scope",
    "scroll",
    "pulse",
)
LOOKS = ("classic", "karaoke", "pop", "boxed", "minimal")
PATTERNS = ("mesh", "grain", "stars", "bokeh", "waves")
PLATFORMS = (
    "youtube",
    "shorts",
    "tiktok",
    "reels",
    "instagram",
    "x",
    "linkedin",
    "facebook",
    "spotify",
    "kuaishou",
    "wechat_channels",
    "xiaohongshu",
    "bilibili",
    "weibo",
)
MOODS = ("lofi", "ambient", "upbeat", "cinematic", "acoustic", "jazz")

HELP = (
    (
        "Say in plain words what the video should be like. For example: “turn my podcast into a video with captions "
        "and a waveform”, “make it vertical for TikTok”, “title 'Night Shift' for the first 3 seconds”, “blue bars in "
        "the middle”, “lo-fi music at 30%”, “cut 1:10 to 1:25”, “remove the silences”, “captions bigger, yellow "
        "highlight”, “neon theme”, “undo”, “export”. You can also ask what is on the timeline."
    ),
    (
        "用平常的话说想要什么样的视频就行，比如：“把我的播客做成带字幕和波形的视频”“改成竖屏发抖音”“前3秒加标题《夜班》”“波形换成蓝色柱状放中间”"
        "“加一段lo-fi音乐，音量30%”“剪掉1:10到1:25”“去掉停顿”“字幕大一点，高亮用黄色”“霓虹主题”“撤销”“导出”。也可以问时间线上有什么。"
    ),
)


def answer_wish(frame: Frame, bench: Bench) -> bool:
    """Answers a question; `False` where a wish is none."""
    timeline = bench.timeline
    if frame.has("ask", "what_do"):
        bench.answer(*HELP)
    elif frame.has("ask", "whats_on"):
        bench.answers.append(summary_text(timeline, bench.lang))
    elif frame.has("ask", "which_themes"):
        bench.answer(f"The themes are {', '.join(THEME_NAMES)}.", f"主题有：{'、'.join(THEME_NAMES)}。")
    elif frame.has("ask", "which_styles"):
        bench.answer(f"The waveforms are {', '.join(WAVES)}.", f"波形样式有：{'、'.join(WAVES)}。")
    elif frame.has("ask", "which_moods"):
        bench.answer(f"Music is made in the moods {', '.join(MOODS)}.", f"能生成的配乐有：{'、'.join(MOODS)}。")
    elif frame.has("ask", "which_looks"):
        bench.answer(f"The captions' looks are {', '.join(LOOKS)}.", f"字幕样式有：{'、'.join(LOOKS)}。")
    elif frame.has("ask", "which_platforms"):
        bench.answer(f"The platforms are {', '.join(PLATFORMS)}.", f"平台有：{'、'.join(PLATFORMS)}。")
    elif frame.has("ask", "which_patterns"):
        bench.answer(
            f"Backgrounds can be a colour, a gradient, your picture or video, or a pattern: {', '.join(PATTERNS)}.",
            f"背景可以是纯色、渐变、你的图片或视频，或者图案：{'、'.join(PATTERNS)}。",
        )
    elif frame.has("ask", "changed"):
        _changed(bench)
    elif frame.has("ask", "how_long"):
        _length(frame, bench)
    elif frame.has("ask", "how_many"):
        return _count(frame, bench)
    elif frame.has("ask", "how_loud"):
        _volume(frame, bench)
    elif frame.has("ask", "how_big", "how_fast", "where", "what", "is") and _is_question(frame):
        return _value(frame, bench)
    else:
        return False
    return True


def _is_question(frame: Frame) -> bool:
    """Whether a sentence with "what" or "is" asks, and wishes nothing: "what if it were blue" does not."""
    acts = [
        act
        for token in frame.tokens
        if token.text != "do"
        for act in token.all("act")
        if act
        not in ("set", "add", "replace", "rename", "length", "credits", "status", "highlight", "back_to", "animate")
    ]
    soft = frame.has("ask", "what", "where", "how_big", "how_fast")
    asked = (
        "did you",
        "have you",
        "has it",
        "did the",
        "did you already",
        "have you already",
        "is there",
        "are there",
        "is there any",
        "有没有",
        "是不是",
        "了吗",
        "了没",
        "has anything",
        "do we have",
        "do i have",
    )
    if any(token.says("ask", "is") and token.text in asked for token in frame.tokens):
        return True
    last = [token for token in frame.tokens if not token.sign][-2:]
    if len(last) == 2 and last[1].text in ("吗", "没", "没有", "么") and last[0].text.endswith("了"):
        return not frame.has("ask", "can")  # 进度条删了吗
    if not soft and last and last[-1].text in ("吗", "么") and frame.has("ask", "can"):
        return not (frame.has_predicate or frame.own_acts)  # 可以改成竖屏吗
    if soft:
        return not acts or frame.has("ask", "where")
    return not acts


def _changed(bench: Bench) -> None:
    from wavereel.timeline.difference import differences
    from wavereel.timeline.difference_words import difference_text

    history = bench.history
    if len(history.revisions) < 2:
        bench.answer("Nothing has been changed yet.", "还没有改过任何东西。")
        return
    before, after = history.revisions[-2].timeline, history.revisions[-1].timeline
    bench.answers.append(
        difference_text(differences(before, after), bench.lang) or bench.say("Nothing was changed.", "什么都没有改。")
    )


def _length(frame: Frame, bench: Bench) -> None:
    for part in frame.parts:
        role = ROLE_OF.get(part, part)
        if role in (*TEXT_PARTS, "bgm", "logo", "cover") and bench.there(role):
            spot = bench.spots(role)[0]
            english, chinese = part_name(role, "en"), part_name(role, "zh")
            span = f"{seconds(spot.start_ms)}-{seconds(spot.end_ms)}"
            length = seconds(spot.segment.length_ms)
            bench.answer(
                f"{english[:1].upper()}{english[1:]} is on for {length} s ({span} s).",
                f"{chinese}持续{length}秒（{span}秒）。",
            )
            return
    total_ms = bench.timeline.length_ms
    if not total_ms:
        bench.answer("There is nothing on the timeline yet.", "时间线上还什么都没有。")
        return
    exact = f"{seconds(total_ms)} s", f"{seconds(total_ms)}秒"
    lengths = [length_text(total_ms, lang) for lang in ("en", "zh")]
    english, chinese = (
        "" if one == length else mark.format(one)
        for one, length, mark in zip(exact, lengths, (" ({})", "（{}）"), strict=True)
    )
    bench.answer(f"The video is {lengths[0]} long{english}.", f"视频长{lengths[1]}{chinese}。")


def _count(frame: Frame, bench: Bench) -> bool:
    for part in frame.parts:
        role = ROLE_OF.get(part, part)
        if part == "timeline" or any(token.text in ("tracks", "轨道") for token in frame.tokens):
            count = len(bench.timeline.tracks)
            bench.answer(
                f"There are {count} tracks.\n{summary_text(bench.timeline, 'en')}",
                f"有{count}条轨道。\n{summary_text(bench.timeline, 'zh')}",
            )
            return True
        if role == "waveform" and frame.has("attr", "count"):
            return _value(frame, bench)
        count = len(bench.spots(role))
        english, chinese = part_name(role, "en").removeprefix("the "), part_name(role, "zh")
        bench.answer(f"There {'is' if count == 1 else 'are'} {count}: {english}.", f"{chinese}有{count}个。")
        return True
    if frame.has("attr", "fps"):
        return _value(frame, bench)
    if frame.has("attr", "count"):
        return _wave(bench)
    return False


def _volume(frame: Frame, bench: Bench) -> None:
    roles = [
        role
        for part in frame.parts
        if (role := ROLE_OF.get(part, part)) in ("bgm", "voice", "audio", "sfx") and bench.there(role)
    ]
    roles = roles or [role for role in ("voice", "audio", "bgm") if bench.there(role)]
    for role in roles[:3]:
        segment = bench.spots(role)[0].segment
        track = bench.timeline.tracks[bench.spots(role)[0].track]
        gain = (1.0 if segment.gain is None else segment.gain) * (1.0 if track.gain is None else track.gain)
        english, chinese = part_name(role, "en"), part_name(role, "zh")
        bench.answer(
            f"{english[:1].upper()}{english[1:]} is at {gain * 100:.4g}%.", f"{chinese}的音量是{gain * 100:.4g}%。"
        )
    if not roles:
        bench.answer("There is no sound on the timeline.", "时间线上没有声音。")


def _value(frame: Frame, bench: Bench) -> bool:
    timeline = bench.timeline
    meta = timeline.meta
    width, height = timeline.size
    part = frame.part
    role = ROLE_OF.get(part, part)
    if frame.has("attr", "fps"):
        bench.answer(f"{float(timeline.fps):g} frames a second.", f"每秒{float(timeline.fps):g}帧。")
    elif part == "theme" or frame.has("theme"):
        bench.answer(f"The theme is {meta.theme or 'none'}.", f"主题是{meta.theme or '无'}。")
    elif (
        part == "canvas"
        or frame.has("ratio")
        or (frame.has("ask", "how_big") and part in ("", "video", "picture", "main") and not bench.there(role))
    ):
        ratio = meta.ratio or ""
        bench.answer(f"The canvas is {width}x{height} ({ratio}).", f"画布是{width}x{height}（{ratio}）。")
    elif part == "loudness":
        text = f"{meta.loudness:g} LUFS" if meta.loudness is not None else ""
        bench.answer(f"The loudness target is {text or 'not set'}.", f"响度目标是{text or '未设置'}。")
    elif frame.has("platform") or any(token.text in ("platform", "平台") for token in frame.tokens):
        bench.answer(
            f"It is made for {meta.platform or 'no platform in particular'}.",
            f"目标平台：{meta.platform or '未指定'}。",
        )
    elif part == "speed" or frame.has("ask", "how_fast"):
        spots = bench.spots(bench.speaking_part)
        speed = (spots[0].segment.speed if spots else None) or 1
        bench.answer(f"It plays at {speed:g}x.", f"播放速度是{speed:g}倍。")
    elif role in (*TEXT_PARTS, "caption"):
        _text(bench, role)
    elif role == "waveform":
        return _wave(bench)
    elif role in ("bgm", "voice", "audio", "sfx") and (bench.there(role) or role == "bgm"):
        _sound(frame, bench, role)
    elif part == "video":
        bench.answers.append(summary_text(timeline, bench.lang))
    elif role in ("background", "logo", "cover", "overlay", "progress", "main"):
        _presence(bench, role)
    elif frame.has("attr", "length"):
        _length(frame, bench)
    elif part in {"timeline", "video"}:
        bench.answers.append(summary_text(timeline, bench.lang))
    else:
        return False
    return True


def _presence(bench: Bench, role: str) -> None:
    from wavereel.timeline.summary import segment_name

    english, chinese = part_name(role, "en"), part_name(role, "zh")
    spots = bench.spots(role)
    if not spots:
        bench.answer(f"There is none: {english.removeprefix('the ')}.", f"没有{chinese}。")
        return
    spot = spots[0]
    name = segment_name(bench.timeline, bench.timeline.tracks[spot.track], spot.segment, bench.lang)
    generator = spot.segment.generator
    look = ", ".join(
        value
        for value in ((generator.kind, generator.style, generator.color, generator.color2) if generator else ())
        if value
    )
    at = f"{seconds(spot.start_ms)}-{seconds(spot.end_ms)}"
    bench.answer(
        f"{english[:1].upper()}{english[1:]}: {name}{f' ({look})' if look else ''}, {at} s.",
        f"{chinese}：{name}{f'（{look}）' if look else ''}，{at}秒。",
    )


def _sound(frame: Frame, bench: Bench, role: str) -> None:
    if not bench.there(role):
        english, chinese = part_name(role, "en"), part_name(role, "zh")
        bench.answer(f"There is none: {english.removeprefix('the ')}.", f"没有{chinese}。")
        return
    if not frame.has("attr", "volume") or role == "bgm":
        _presence(bench, role)
    _volume(frame, bench)


def _text(bench: Bench, role: str) -> None:
    english, chinese = part_name(role, "en"), part_name(role, "zh")
    spots = bench.spots(role)
    tracks = bench.timeline.with_role(role)
    if not tracks:
        bench.answer(f"There is none: {english.removeprefix('the ')}.", f"没有{chinese}。")
        return
    spot = spots[0] if spots else None
    style = effective_style(bench.timeline.tracks[spot.track] if spot else tracks[0], spot.segment if spot else None)
    facts = [f"{style.size:g} px" if style.size else "", style.color or "", style.position or "", style.family or ""]
    look = ", ".join(fact for fact in facts if fact)
    if role == "caption":
        meta = tracks[0].meta
        name = meta.look if meta else None
        count = len(spots)
        bench.answer(
            f"There are {count} cues{f', look {name}' if name else ''} ({look}).",
            f"字幕共{count}条{f'，样式{name}' if name else ''}（{look}）。",
        )
        return
    texts = "; ".join(f"“{one.segment.text}” ({seconds(one.start_ms)}-{seconds(one.end_ms)} s)" for one in spots[:6])
    bench.answer(f"{english[:1].upper()}{english[1:]}: {texts} ({look}).", f"{chinese}：{texts}（{look}）。")


def _wave(bench: Bench) -> bool:
    spots = bench.spots("waveform")
    generator = spots[0].segment.generator if spots else None
    if generator is None:
        bench.answer("There is no waveform.", "没有波形。")
        return True
    look = ", ".join(value for value in (generator.color, generator.color2) if value)
    count = f", {generator.count} bars" if generator.count else ""
    bench.answer(
        f"The waveform is {generator.style} ({look}{count}).",
        f"波形是{generator.style}（{look}{f'，{generator.count}根' if generator.count else ''}）。",
    )
    return True
