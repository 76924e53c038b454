"""What all wishes share: how much is meant by "a bit", and which of several things is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.agent.turn import Choice
from wavereel.timeline.edits.surgery import select
from wavereel.timeline.names import part_name
from wavereel.timeline.reasons import cannot, seconds
from wavereel.timeline.summary import segment_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame
    from wavereel.agent.tokens import Token
    from wavereel.timeline.edits.surgery import Spot

ROLE_OF = {
    "music": "bgm",
    "caption_word": "caption",
    "picture": "overlay",
    "avatar": "overlay",
    "sound": "audio",
    "video": "main",
}
"""Parts of speech that are not called as the roles of tracks are."""

TEXT_PARTS = ("title", "lower_third", "chapter", "cta", "text")
_PLURAL_ENDINGS = ("s", "s'")
_TO_ENDINGS = ("到", "至", "成", "为", "在")


class Asked(Exception):
    """A wish waits for the user's answer."""


def strength(frame: Frame) -> float:
    """How much of a change is wished: half for "a bit", twice for "much"."""
    if frame.has("amt", "little"):
        return 0.5
    return 2.0 if frame.has("amt", "much") else 1.0


def factor_of(frame: Frame, usual: float, *, down: bool) -> float:
    """What to multiply by for "bigger" (`usual` above 1), "20 % bigger", "twice", "half"; for less, its inverse."""
    times = frame.value("factor")
    if times:
        return 1 / times if down and times > 1 else times
    share = frame.value("percent")
    if share and to_value(frame, "percent"):
        return float(share)
    if share:
        return max(0.05, 1 - share) if down else 1 + share
    if frame.has("half") or frame.value("number") == 0.5:
        return 0.5
    return usual ** ((-1 if down else 1) * strength(frame))


def to_value(frame: Frame, kind: str) -> bool:
    """Whether a value is where to go, not by how much: "down to 20%", 降到20%, 缩小到原本的八成."""
    before: Token | None = None
    for token in frame.tokens:
        if token.is_value(kind):
            return before is not None and (before.says("to") or before.text.endswith(_TO_ENDINGS))
        if token.content or token.unknown or not before:
            before = token
    return False


def is_plural(frame: Frame, part: str) -> bool:
    """Whether all things of a kind are meant: "titles", "both", 所有标题."""
    if frame.has("pron", "all", "both") or any(
        token.text.startswith(("全部", "全删", "都不要", "都删", "都去")) for token in frame.tokens
    ):
        return True
    return any(
        token.says("obj", part) and token.text.isascii() and token.text.endswith(_PLURAL_ENDINGS)
        for token in frame.tokens
    )


def target_of(spot: Spot, part: str, number: int) -> str:
    """What an edit calls a segment: its id, else its number among those of its part."""
    return spot.segment.id or f"{part}#{number + 1}"


def number_of(frame: Frame) -> int | None:
    """Which of several is meant: 2 for "the second one", -1 for the last; `None` where nobody says."""
    ordinal = frame.value("ordinal")
    if ordinal is not None:
        return int(ordinal)
    for before, token in zip(frame.tokens, frame.tokens[1:], strict=False):
        if (
            before.says("obj", *TEXT_PARTS, "logo", "picture")
            and token.is_value("number")
            and token.amount("number") in range(1, 21)
        ):
            return int(token.amount("number"))
    for name, number in (("former", 1), ("second", 2), ("third", 3)):
        if frame.has("ord", name):
            return number
    return _number_behind(frame)


def _number_behind(frame: Frame) -> int | None:
    """The number behind a text's name: "title one", "chapter 2"."""
    for part, number in zip(frame.tokens, frame.tokens[1:], strict=False):
        if part.says("obj", *TEXT_PARTS) and not part.text.isascii() and number.text in tuple("一二三四五六"):
            return "一二三四五六".index(number.text) + 1
        if part.says("obj", *TEXT_PARTS) and part.text.isascii() and part.end + 1 == number.start:
            if number.text == "one":
                return 1
            value = number.amount("number")
            if value in (1, 2, 3, 4, 5, 6, 7, 8, 9):
                return int(value)
    return None


def targets(
    frame: Frame,
    bench: Bench,
    part: str,
    again: Callable[[Bench], None],
    *,
    whole: bool = False,
) -> list[str]:
    """The targets that a wish is about: one, or all of a part.

    Args:
        frame: The wish.
        bench: What is there.
        part: A role, `logo` or `cover`.
        again: Does the wish once more, when the user has said which one is meant.
        whole: Whether the part stands for all of its segments where nothing else is said, as captions do.

    Raises:
        EditError: There is no such thing.
        Asked: Two could be meant, and the user is asked.
    """
    spots = bench.spots(part)
    if not spots:
        raise cannot("nothing_there", what=part)
    if part in bench.picked:
        return [bench.picked[part]]
    names = [target_of(spot, part, number) for number, spot in enumerate(spots)]
    number = number_of(frame)
    if number is not None and (len(spots) > 1 or abs(number) > 1):
        if not 1 <= abs(number) <= len(spots):
            raise cannot("no_such_number", what=part, count=len(spots))
        return [names[number - 1 if number > 0 else number]]
    if len(spots) == 1:
        return [part]
    named = _named(frame, spots, names)
    if named:
        return named
    if is_plural(frame, part) or whole:
        return [part]
    focused = _focused(bench, spots)
    if frame.has("pron", "other"):
        others = [name for place, name in enumerate(names) if place != focused]
        if len(others) == 1:
            return others
    elif focused is not None:
        return [names[focused]]
    raise _ask_which(bench, part, spots, names, again)


def _named(frame: Frame, spots: list[Spot], names: list[str]) -> list[str]:
    """Those whose words or name the wish quotes, or of which it says a word that only they have."""
    quotes = [text.casefold() for text in (*frame.quotes, *frame.files)]
    texts = [
        f"{spot.segment.text or ''} {spot.segment.meta.name or '' if spot.segment.meta else ''}".casefold()
        for spot in spots
    ]
    exact = [
        name
        for name, spot in zip(names, spots, strict=True)
        if (spot.segment.text or "").casefold() in quotes and quotes
    ]
    if exact:
        return exact[:1]
    for token in frame.tokens:
        if not (token.unknown and len(token.text) >= 2):
            continue
        holding = [name for name, text in zip(names, texts, strict=True) if token.text in text]
        if len(holding) == 1:
            return holding
    timed = _timed(frame, spots)
    return [names[timed]] if timed is not None else []


def _timed(frame: Frame, spots: list[Spot]) -> int | None:
    """The one that is on screen at the time by which it is called: "the title at 1:00"."""
    for span in frame.values("span"):
        if span.kind == "at" and span.start_ms is not None:
            there = [place for place, spot in enumerate(spots) if spot.start_ms <= span.start_ms < spot.end_ms]
            if len(there) == 1:
                return there[0]
    return None


def _focused(bench: Bench, spots: list[Spot]) -> int | None:
    if not bench.focus:
        return None
    try:
        touched = select(bench.timeline, bench.focus)
    except Exception:  # noqa: BLE001 - what was touched last may be gone
        return None
    if len(touched) != 1:
        return None
    for place, spot in enumerate(spots):
        if (spot.track, spot.index) == (touched[0].track, touched[0].index):
            return place
    return None


def _ask_which(bench: Bench, part: str, spots: list[Spot], names: list[str], again: Callable[[Bench], None]) -> Asked:
    choices: list[Choice] = []
    for name, spot in zip(names, spots, strict=True):
        label = segment_name(bench.timeline, bench.timeline.tracks[spot.track], spot.segment, bench.lang)
        at = seconds(spot.start_ms)
        choices.append(
            Choice(
                f"{label} ({at} s)" if bench.lang != "zh" else f"{label}（{at}秒）",
                (spot.segment.text or label,),
                _picking(part, name, again),
            )
        )
    what = (part_name(part, "en").removeprefix("the "), part_name(part, "zh"))
    everything = Choice(bench.say("all of them", "全部"), ("all", "both", "全部"), _picking(part, part, again))
    bench.ask(f"Which {what[0]} do you mean?", f"你指的是哪个{what[1]}？", [*choices[:8], everything])
    return Asked()


def _picking(part: str, name: str, again: Callable[[Bench], None]) -> Callable[[Any], None]:
    def act(bench: Bench) -> None:
        bench.picked = {part: name}
        again(bench)

    return act
