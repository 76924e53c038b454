"""Wishes about what lies on the picture: logo, cover, pictures at a time, progress bar; and about an uploaded video."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.agent.wishes.background import chosen_picture, file_by_words
from wavereel.agent.wishes.common import ROLE_OF, factor_of, targets
from wavereel.agent.wishes.waveform import move_fields, opacity_fields, size_fields
from wavereel.agent.wishes.when import when_of
from wavereel.errors import EditError
from wavereel.timeline.edits.framing import Crop, SetFit, Zoom
from wavereel.timeline.edits.overlays import AddLogo, AddPicture, AddProgress, SetCover, SetProgress
from wavereel.timeline.edits.placing import Place, Resize, Rotate, SetOpacity
from wavereel.timeline.edits.removing import Remove
from wavereel.timeline.edits.spans import Hide, SetTime
from wavereel.timeline.edits.video import JoinVideo, PlaceVideo, SetTransition
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame

TRANSITION_MS = 500
_STEP = 0.08
_BARS = ("black bars", "black bar", "black borders", "黑边", "黑框")
_CORNERS = ("top_left", "top_right", "bottom_left", "bottom_right")


def overlay_wish(frame: Frame, bench: Bench, part: str) -> bool:
    """Does a wish about a logo, a cover or another picture; `False` where it says nothing about them."""
    role = ROLE_OF.get(part, part)

    def again(later: Bench) -> None:
        overlay_wish(frame, later, part)

    if _is_removal(frame) and not frame.files:
        for target in targets(frame, bench, role, again):
            bench.make(Remove, target=target, focus="")
        return True
    if frame.acts("hide", "unhide"):
        for target in targets(frame, bench, role, again):
            bench.make(Hide, target=target, hidden=not frame.acts("unhide"))
        return True
    if (
        frame.files
        or _calls_another(frame, bench, part)
        or (
            frame.acts("add", "replace", "generate")
            and not ((frame.has("pron") or not frame.parts) and bench.there(role))
        )
        or not bench.there(role)
    ):
        if part == "logo" and (not bench.there("logo") or frame.files):
            return _add_logo(frame, bench)
        moves = bool(move_fields(frame, _STEP)) and bench.there("cover") and not frame.acts("replace", "generate")
        if part == "cover" and (
            frame.files or (frame.acts("generate", "add", "set") and not moves) or not bench.there("cover")
        ):
            return _set_cover(frame, bench)
        if part not in ("logo", "cover"):
            return _add_picture(frame, bench)
    return _adjust(frame, bench, role, again)


def _calls_another(frame: Frame, bench: Bench, part: str) -> bool:
    """Whether it calls a picture at hand by its name that is not on the timeline yet: "the beach photo from 10 s"."""
    if part in ("logo", "cover"):
        return False
    entry = file_by_words(bench, frame, ("image",))
    return entry is not None and f"asset://{entry.get('file_id')}" not in bench.placed_sources()


def _is_removal(frame: Frame) -> bool:
    return frame.acts("remove", "cut") or frame.has("not", "no") or (frame.has("off", "off") and not frame.acts("add"))


def _file(frame: Frame, bench: Bench) -> Mapping[str, Any] | None:
    if not frame.files:
        return None
    entry = bench.entry(frame.files[0])
    if entry is None:
        raise cannot("no_file", name=frame.files[0], hint="send the file")
    return entry


def _size_word(frame: Frame) -> str | None:
    texts = {token.text for token in frame.tokens}
    if texts & {
        "small",
        "tiny",
        "little",
        "smaller",
        "小",
        "小点",
        "小一点",
        "小小",
        "小些",
        "小号",
        "小一些",
        "mini",
    } or frame.has("dir", "smaller"):
        return "small"
    if texts & {"big", "large", "huge", "大", "大点", "大一点", "大些", "bigger", "大号"} or frame.has("dir", "bigger"):
        return "large"
    return None


def _corner(frame: Frame) -> str | None:
    return move_fields(frame, _STEP).get("corner")


def _add_logo(frame: Frame, bench: Bench) -> bool:
    entry = _file(frame, bench) or file_by_words(bench, frame, ("image",))
    corner = _corner(frame)
    if corner in ("left", "right"):
        corner = f"top_{corner}"
    if bench.there("logo") and frame.acts("replace", "set"):
        bench.make(Remove, target="logo", focus="")
    bench.make(
        AddLogo,
        file=str(entry["file_id"]) if entry else None,
        corner=corner if corner in _CORNERS else None,
        size=_size_word(frame),
    )
    target = bench.focus
    if corner and corner not in _CORNERS:
        bench.make(Place, target=target, corner=corner)
    if opacity := opacity_fields(frame, 1.0):
        bench.make(SetOpacity, target=target, **opacity)
    when = when_of(frame, bench.end_ms)
    if when.said and not when.whole:
        bench.make(
            SetTime,
            target=target,
            **when.span,
        )
    bench.focus = "logo" if bench.there("logo") else target
    return True


def _set_cover(frame: Frame, bench: Bench) -> bool:
    entry = _file(frame, bench)
    if entry is None and not frame.acts("generate"):
        entry = chosen_picture(bench, frame, ("image",))
    bench.make(
        SetCover, file=str(entry["file_id"]) if entry else None, drawn=True if entry is None else None, focus="cover"
    )
    return True


def _add_picture(frame: Frame, bench: Bench) -> bool:
    entry = _file(frame, bench) or chosen_picture(bench, frame, ("image",))
    if entry is None:
        raise cannot("no_file", name=bench.say("picture", "图片"), hint="send me the file")
    when = when_of(frame, bench.end_ms)
    fields: dict[str, Any] = {}
    if when.said and not when.whole:
        fields["start_ms"] = when.start_ms or 0
        fields["length_ms"] = when.length_ms if when.end_ms is None else max(1, when.end_ms - (when.start_ms or 0))
        if fields["start_ms"] >= bench.end_ms > 0:
            raise cannot("past_end", at_s=f"{fields['start_ms'] / 1000:g}", length_s=f"{bench.end_ms / 1000:g}")
    corner = _corner(frame)
    fit = frame.get("fit")
    bench.make(AddPicture, file=str(entry["file_id"]), corner=corner, size=_size_word(frame), fit=fit, **fields)
    if fit == "cover" and corner is None:
        bench.make(Resize, target=bench.focus, width=1.0)
    return True


def _adjust(frame: Frame, bench: Bench, role: str, again: Any) -> bool:
    found = targets(frame, bench, role, again)
    sizes, moves = size_fields(frame), move_fields(frame, _STEP)
    opacity = opacity_fields(frame, 1.0)
    when = when_of(frame, bench.end_ms)
    degrees = frame.value("degrees")
    did = False
    for target in found:
        if sizes:
            bench.make(Resize, target=target, **sizes)
            did = True
        if moves:
            if moves.get("corner") in ("left", "right") and role == "logo":
                moves = {"corner": f"top_{moves['corner']}"}
            bench.make(Place, target=target, **moves)
            did = True
        if opacity:
            bench.make(SetOpacity, target=target, **opacity)
            did = True
        if degrees is not None:
            bench.make(Rotate, target=target, by=float(degrees))
            did = True
        if when.said:
            bench.make(
                SetTime,
                target=target,
                whole=when.whole or None,
                **when.span,
            )
            did = True
    return did


def progress_wish(frame: Frame, bench: Bench) -> bool:
    """Does a wish about the progress bar; `False` where it says nothing about it."""
    if _is_removal(frame):
        bench.need("progress")
        bench.make(Remove, target="progress", focus="")
        return True
    if frame.acts("hide", "unhide"):
        bench.make(Hide, target="progress", hidden=not frame.acts("unhide"))
        return True
    colors = frame.values("color")
    style = (
        "ring"
        if frame.has("style", "ring", "circle")
        or any(token.text in ("progress ring", "进度环", "进度圈") for token in frame.tokens)
        else None
    )
    if style is None and frame.has("style", "bars", "line") and bench.there("progress"):
        style = "bar" if _present_progress(bench) == "ring" else None
    places = [place for place in frame.all("place") if place in ("top", "bottom")]
    fields = {"style": style, "at": places[0] if places else None, "color": colors[0] if colors else None}
    fields = {name: value for name, value in fields.items() if value is not None}
    did = False
    if not bench.there("progress"):
        bench.make(AddProgress, focus="progress", **fields)
        did, fields = True, {}
    if fields:
        bench.make(SetProgress, focus="progress", **fields)
        did = True
    sizes = size_fields(frame)
    if frame.has("dir", "thicker"):
        sizes = {"height_factor": factor_of(frame, 1.5, down=False)}
    elif frame.has("dir", "thinner") or any(token.text in ("slimmer", "slim", "narrower") for token in frame.tokens):
        sizes = {"height_factor": factor_of(frame, 1.5, down=True)}
    if sizes:
        bench.make(Resize, target="progress", focus="progress", **sizes)
        did = True
    moves = move_fields(frame, _STEP)
    if not places and moves:
        bench.make(Place, target="progress", focus="progress", **moves)
        did = True
    if not did and frame.acts("add"):
        raise cannot("same_already", what="progress")
    return did


def _present_progress(bench: Bench) -> str:
    spots = bench.spots("progress")
    generator = spots[0].segment.generator if spots else None
    return (generator.style or "bar") if generator is not None else ""


def video_wish(frame: Frame, bench: Bench) -> bool:
    """Does a wish about a video that is to be seen; `False` where it says nothing about it."""
    if frame.acts("join") or (frame.names("transition") and frame.files):
        entry = _file(frame, bench) or _unplaced_video(bench)
        if entry is not None:
            bench.make(JoinVideo, file=str(entry["file_id"]), transition=frame.get("trans"))
            bench.focus = "main"
            return True
    if frame.files and bench.there("main") and _goes_behind(frame):
        entry = _file(frame, bench)
        if entry is not None and entry.get("file_type") == "video":
            bench.make(JoinVideo, file=str(entry["file_id"]), transition=frame.get("trans"))
            bench.focus = "main"
            return True
    if not bench.there("main") or frame.files:
        return _place_video(frame, bench)
    fit = _fit(frame)
    if (
        frame.acts("remove")
        and frame.names("main", "video")
        and not frame.acts("crop", "fit", "blur", "rotate", "zoom")
        and not fit
    ):
        bench.make(Remove, target="main", focus="")
        return True
    did = False
    if frame.acts("rotate") or frame.value("degrees") is not None or _turned_by(frame):
        bench.make(Rotate, target="main", focus="main", by=_turn(frame))
        return True
    if frame.acts("crop"):
        bench.make(Crop, target="main", focus="main", **_crop(frame))
        return True
    if fit:
        bench.make(SetFit, target="main", focus="main", fit=fit)
        did = True
    sizes, moves = size_fields(frame) if not fit else {}, move_fields(frame, _STEP)
    if sizes:
        bench.make(Resize, target="main", focus="main", **sizes)
        did = True
    if moves:
        bench.make(Place, target="main", focus="main", **moves)
        did = True
    if opacity := opacity_fields(frame, 1.0):
        bench.make(SetOpacity, target="main", focus="main", **opacity)
        did = True
    return did


def _fit(frame: Frame) -> str | None:
    """How a picture is to fill its box; a blur wins over what it leaves room for, and bars are there to be filled."""
    fits = [fit for token in frame.tokens if not token.says("obj") for fit in token.all("fit")]
    unwanted = frame.acts("remove") or frame.has("not") or frame.has("neg", "blur", "fit")
    if frame.has("neg", "crop"):
        return "contain"
    if unwanted:
        others = [fit for fit in fits if fit not in ("blur", "contain")]
        return others[0] if others else "cover" if fits or frame.acts("fit", "blur") else None
    if "blur" in fits or frame.acts("blur"):
        return "blur"
    bars = any(token.text in _BARS for token in frame.tokens)
    return fits[0] if fits else "contain" if bars and frame.acts("add") else "cover" if bars else None


def _goes_behind(frame: Frame) -> bool:
    """Whether a video is to come after what is there: "add b.mp4", "stick b.mp4 on the end"."""
    if frame.acts("set", "replace") or frame.names("background") or frame.values("clock", "duration"):
        return False
    ends = all(span.kind == "end" for span in frame.values("span"))
    return ends and (
        bool(frame.values("span")) or frame.has("edge", "end") or frame.has("place", "behind") or frame.acts("add")
    )


def _unplaced_video(bench: Bench) -> Mapping[str, Any] | None:
    unplaced = bench.at_hand("video", unplaced=True)
    return unplaced[-1] if unplaced else None


def _place_video(frame: Frame, bench: Bench) -> bool:
    entry = _file(frame, bench) or file_by_words(bench, frame, ("video",)) or _unplaced_video(bench)
    if entry is None or entry.get("file_type") != "video":
        if entry is None and not bench.at_hand("video"):
            if not (frame.acts("add", "set") or frame.has("into")):
                return False
            raise cannot("no_file", name=bench.say("video", "视频"), hint="send me the file")
        entry = entry or bench.at_hand("video")[-1]
    when = when_of(frame, bench.end_ms)
    fit = _fit(frame)
    bench.make(PlaceVideo, file=str(entry["file_id"]), at_ms=when.start_ms, fit=fit, focus="main")
    return True


def _turned_by(frame: Frame) -> float | None:
    """The angle of "turn it 90 to the left", which is no number of anything else."""
    number = frame.value("number")
    turns = any(token.text in ("turn", "turned", "rotate", "转", "spin") for token in frame.tokens)
    return number if turns and number in (90, 180, 270) else None


def _turn(frame: Frame) -> float:
    degrees = frame.value("degrees") or _turned_by(frame)
    texts = " ".join(token.text for token in frame.tokens)
    if degrees is None:
        degrees = 180.0 if any(word in texts for word in ("upside", "颠倒", "倒过来", "翻转", "flip")) else 90.0
    counter = any(word in texts for word in ("counter", "anti", "逆时针", "to the left", "往左", "向左", "左转")) or (
        frame.has("place", "left") and not frame.has("place", "right")
    )
    return -float(degrees) if counter and degrees > 0 else float(degrees)


def _crop(frame: Frame) -> dict[str, Any]:
    share = frame.value("percent")
    sides = [place for place in frame.all("place") if place in ("left", "right", "top", "bottom")]
    if share and sides:
        return {side: min(0.9, share) for side in sides}
    if frame.has("ratio", "1:1"):
        return {"to": "square"}
    if frame.has("fit", "cover"):
        return {"to": "fill"}
    if share:
        return {side: min(0.45, share / 2) for side in ("left", "right", "top", "bottom")}
    return {"to": "center"}


def zoom_wish(frame: Frame, bench: Bench) -> bool:
    """The slow zoom over a video or a background."""
    target = next(
        (
            role
            for part in frame.parts
            if (role := ROLE_OF.get(part, part)) in ("main", "background") and bench.there(role)
        ),
        None,
    )
    if target is None:
        target = "main" if bench.there("main") else "background"
    off = _is_removal(frame) or frame.has("not") or frame.acts("mute")
    share, times = frame.value("percent"), frame.value("factor")
    texts = " ".join(token.text for token in frame.tokens)
    out = "out" in texts.split() or "拉远" in texts or "zoom out" in texts
    to = times or (1 + share if share and share < 1 else share or None)
    fields: dict[str, Any] = {"off": True} if off else {"to": to}
    if out and not off:
        fields = {"from": to or 1.1, "to": 1.0}
    try:
        bench.make(Zoom, target=target, focus=target, **fields)
    except EditError:
        if "from" not in fields:
            raise
        bench.make(Zoom, target=target, focus=target, from_=fields["from"], to=1.0)
    return True


def transition_wish(frame: Frame, bench: Bench) -> bool:
    """How one clip gives way to the next."""
    kind = frame.get("trans") or "dissolve"
    if _is_removal(frame):
        kind = "cut"
    role = "main" if len(bench.spots("main")) > 1 else "background" if len(bench.spots("background")) > 1 else "main"
    if len(bench.spots(role)) < 2:
        bench.refuse(
            frame.words,
            (
                "a transition needs two clips of video one behind the other; say for example: join clip2.mp4 with a "
                "dissolve"
            ),
            "转场需要前后相接的两段视频；可以先把另一段视频接在后面",
        )
        return True
    length_ms = frame.value("duration")
    bench.make(SetTransition, target=role, kind=kind, length_ms=length_ms or TRANSITION_MS, focus=role)
    return True
