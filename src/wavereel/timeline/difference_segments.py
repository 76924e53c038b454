"""What differs between the segments of one track: which became which, key by key, and large regular changes as one."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import compress
from operator import is_not
from typing import TYPE_CHECKING, Any, NamedTuple

from wavereel.timeline.difference_facts import (
    Difference,
    content_of,
    extra_changes,
    node_changes,
    part_of,
    plain,
    thing,
)
from wavereel.timeline.difference_places import PLACE_KEYS, seen_at
from wavereel.timeline.model import Segment

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from pydantic import BaseModel

    from wavereel.timeline.difference_places import Seen
    from wavereel.timeline.model import Timeline, Track

MAX_SINGLE = 3
"""So many segments are told one by one; more are one fact with a count."""

_GROUND_KEYS = frozenset({"g", "src"})
_SHOWN = ("background", "main", "overlay", "logo", "cover")
_NODES = {"st": "style", "x": "transform", "g": "generator", "an": "animations", "m": "meta"}
_PLACES = frozenset({"s", "d"})
_TIMES = frozenset({"start", "length_ms"})
_FIELDS: dict[str, str] = {name: field.alias or name for name, field in Segment.model_fields.items()}
_NAMES: dict[str, str] = {alias: name for name, alias in _FIELDS.items()}


class _Pair(NamedTuple):
    """A segment before and after, with its starts in ms."""

    old: Segment
    old_ms: int
    new: Segment
    new_ms: int


class _Change(NamedTuple):
    """A key of a segment that differs."""

    key: str
    before: Any
    after: Any
    own: bool
    segment: Segment
    seen: tuple[Seen, Seen] | None = None


def segment_differences(before: Timeline, after: Timeline, old: Track, new: Track) -> list[Difference]:
    """All that differs between the segments of two tracks that are the same one."""
    pairs, gone, fresh, in_order = _matched(old, new)
    part = part_of(new)
    found = _counted(before, after, old, new, gone, fresh)
    changes: list[_Change] = []
    moves: list[_Pair] = []
    compare = _Comparison(before, after, old, new, part, {}, [])
    for pair in pairs:
        one, old_ms, other, new_ms = pair
        placed = old_ms != new_ms or one.length_ms != other.length_ms
        if placed:
            moves.append(pair)
        if one is not other:
            names = _differing(one, other)
            if names and not (placed and _TIMES.issuperset(names)):
                changes.extend(compare.placed(list(compare.changes(one, other, names, placed=placed)), one, other))
            if one.extra or other.extra:
                changes.extend(_Change(key, was, now, True, other) for key, was, now in extra_changes(one, other))
    alone = len(new.segments) <= 1
    found += _times(before, after, new, part, moves, alone=alone)
    found += _folded(after, new, part, changes, alone=alone)
    if not in_order:
        found.append(Difference("order", part, "sg", targets=(new.id or part,)))
    return found


def _matched(old: Track, new: Track) -> tuple[list[_Pair], list[Segment], list[Segment], bool]:
    """Pairs in the order of the track after, what is gone, what is new, and whether the order stayed."""
    left, right = old.placed(), new.placed()
    if [segment.id for segment in old.segments] == [segment.id for segment in new.segments]:
        return [_Pair(one, a, other, b) for (a, one), (b, other) in zip(left, right, strict=True)], [], [], True
    if (simple := _matched_by_id(left, right)) is not None:
        return simple
    links: dict[int, int] = {}
    waiting = set(range(len(left)))
    rules: tuple[Callable[[Segment], Hashable], ...] = (
        id,
        lambda segment: segment.id,
        lambda segment: (segment.text, segment.source, segment.generator.kind if segment.generator else None),
        lambda _: True,
    )
    for rule in rules:
        if not waiting or len(links) == len(right):
            break
        if rule is rules[-1] and len(waiting) != len(right) - len(links):
            break  # which of them became which nobody can say
        places: defaultdict[Hashable, list[int]] = defaultdict(list)
        for index in sorted(waiting, reverse=True):
            places[rule(left[index][1])].append(index)
        for index, (_, segment) in enumerate(right):
            key = rule(segment)
            if index not in links and key is not None and places.get(key):
                links[index] = places[key].pop()
                waiting.discard(links[index])
    pairs = [_Pair(left[links[i]][1], left[links[i]][0], one, at) for i, (at, one) in enumerate(right) if i in links]
    order = [links[index] for index in sorted(links)]
    gone = [left[index][1] for index in sorted(waiting)]
    return pairs, gone, [one for i, (_, one) in enumerate(right) if i not in links], order == sorted(order)


def _matched_by_id(
    left: Sequence[tuple[int, Segment]], right: Sequence[tuple[int, Segment]]
) -> tuple[list[_Pair], list[Segment], list[Segment], bool] | None:
    """As `_matched`, where ids alone tell it: all have one, and segments either went or came."""
    places = {segment.id: index for index, (_, segment) in enumerate(left)}
    met = {segment.id for _, segment in right}
    if len(places) != len(left) or len(met) != len(right) or None in places or None in met:
        return None
    gone = [segment for _, segment in left if segment.id not in met]
    fresh = [segment for _, segment in right if segment.id not in places]
    if gone and fresh:
        return None
    order = [places[segment.id] for _, segment in right if segment.id in places]
    kept = [item for item in right if item[1].id in places] if fresh else right
    pairs = [_Pair(left[place][1], left[place][0], one, at) for place, (at, one) in zip(order, kept, strict=True)]
    return pairs, gone, fresh, order == sorted(order)


def _counted(
    before: Timeline, after: Timeline, old: Track, new: Track, gone: Sequence[Segment], fresh: Sequence[Segment]
) -> list[Difference]:
    """Segments that came and went: cues and pieces of a clip as a number, others one by one."""
    if not gone and not fresh:
        return []
    part = part_of(new)
    sources = {segment.source for segment in old.segments if segment.source is not None}
    pieces = bool(sources) and all(segment.source in sources for segment in (*gone, *fresh))
    if new.role == "caption" or pieces or len(gone) + len(fresh) > MAX_SINGLE:
        name = thing(before, old, gone[0])["name"] if gone else thing(after, new, fresh[0])["name"]
        return [Difference("count", part, "sg", len(old.segments), len(new.segments), name, targets=(new.id or part,))]
    found: list[Difference] = []
    for segment in gone:
        facts = thing(before, old, segment)
        found.append(Difference("removed", part, "", facts, None, facts["name"], targets=(segment.id or part,)))
    for segment in fresh:
        facts = thing(after, new, segment)
        found.append(Difference("added", part, "", None, facts, facts["name"], targets=(segment.id or part,)))
    return found


def _differing(one: Segment, other: Segment) -> list[str]:
    """The fields that are not the same object; whether they are equal is another question."""
    mine, theirs = one.__dict__, other.__dict__  # both in the order of the model's fields
    return list(compress(mine, map(is_not, mine.values(), theirs.values())))


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The segments of a track before and after, key by key; nodes that many of them share are compared once."""

    before: Timeline
    after: Timeline
    old: Track
    new: Track
    part: str
    known: dict[tuple[str, int, int], list[tuple[str, Any, Any]]]
    told: list[Segment]

    def changes(self, one: Segment, other: Segment, names: Sequence[str], *, placed: bool) -> Iterator[_Change]:
        """The keys in which two segments differ."""
        keys = [_FIELDS[name] for name in names if getattr(one, name) != getattr(other, name)]
        content = bool(_GROUND_KEYS & set(keys)) and (self.part in _SHOWN or "src" in keys)
        if content and "g" in keys and self.part != "background" and _generator_kind(one) == _generator_kind(other):
            content = False
        if content:
            shown = content_of(self.before, self.old, one), content_of(self.after, self.new, other)
            yield _Change("content", *shown, True, other)
            keys = [key for key in keys if key not in _GROUND_KEYS]
        for key in keys:
            if key in _PLACES:
                if not placed:
                    yield _Change("stated", None, None, True, other)
            elif key in _NODES:
                for inner, was, now in self._node(key, getattr(one, _NODES[key]), getattr(other, _NODES[key])):
                    yield _Change(inner, was, now, True, other)
            elif key == "wd":  # an hour has ten thousand of them; that they differ is what there is to say
                yield _Change(key, None, None, True, other)
            else:
                yield _Change(key, plain(getattr(one, _NAMES[key])), plain(getattr(other, _NAMES[key])), True, other)

    def placed(self, changes: list[_Change], one: Segment, other: Segment) -> list[_Change]:
        """The changes with where the segment stands, and what only keeps its look elsewhere as a detail."""
        keys = {change.key for change in changes}
        if not keys & PLACE_KEYS or len(self.told) >= (1 if self.part == "caption" else MAX_SINGLE):
            return changes
        before, after = seen_at(self.before, self.old, one), seen_at(self.after, self.new, other)
        if before is None or after is None:
            return changes
        self.told.append(other)
        kept = {"st.al": before.align == after.align, "st.bg": before.plate == after.plate}
        return [
            change._replace(key="stated")
            if kept.get(change.key) and keys & {"x.x", "x.y", "st.pos"}
            else change._replace(seen=(before, after))
            if change.key in PLACE_KEYS
            else change
            for change in changes
        ]

    def _node(self, key: str, was: BaseModel | None, now: BaseModel | None) -> list[tuple[str, Any, Any]]:
        """The keys of a style, a place, a generator; a style's as it looks, over that of its track."""
        identity = (key, id(was), id(now))
        if identity not in self.known:
            found = node_changes(was, now)
            if key == "st":
                base = {alias: value for alias, value, _ in node_changes(self.old.style, None)}
                above = {alias: value for alias, value, _ in node_changes(self.new.style, None)}
                found = [
                    (alias, base.get(alias) if first is None else first, above.get(alias) if second is None else second)
                    for alias, first, second in found
                ]
            self.known[identity] = [
                (f"{key}.{alias}" if not _alike(first, second) else "stated", plain(first), plain(second))
                for alias, first, second in found
            ] or [("stated", None, None)]
        return self.known[identity]


def _alike(first: object, second: object) -> bool:
    """Whether two values are the same, colours in small letters and in capitals too."""
    if isinstance(first, str) and isinstance(second, str) and first.startswith("#"):
        return first.casefold() == second.casefold()
    return first == second


def _generator_kind(segment: Segment) -> str | None:
    return segment.generator.kind if segment.generator is not None else None


def _times(
    before: Timeline, after: Timeline, track: Track, part: str, moves: Sequence[_Pair], *, alone: bool
) -> Iterator[Difference]:
    """Segments that stand elsewhere: all by the same, a few by themselves, or many in no regular way."""
    whole_ms = before.length_ms
    if len(moves) > 1 or (moves and part == "caption"):
        deltas = Counter(pair.new_ms - pair.old_ms for pair in moves if pair.old.length_ms == pair.new.length_ms)
        if len(deltas) == 1 and sum(deltas.values()) == len(moves):
            delta_ms = next(iter(deltas))
            targets = tuple(pair.new.id or part for pair in moves[:MAX_SINGLE])
            yield Difference("shifted", part, "time", 0, delta_ms, "", len(moves), targets, whole_ms=whole_ms)
            return
        if len(moves) > MAX_SINGLE or part == "caption":
            targets = tuple(pair.new.id or part for pair in moves[:MAX_SINGLE])
            yield Difference("retimed", part, "time", None, None, "", len(moves), targets, whole_ms=whole_ms)
            return
    for pair in moves:
        yield Difference(
            "set",
            part,
            "time",
            [pair.old_ms, pair.old_ms + pair.old.length_ms, before.length_ms],
            [pair.new_ms, pair.new_ms + pair.new.length_ms, after.length_ms],
            thing(after, track, pair.new)["name"],
            targets=(pair.new.id or part,),
            own=True,
            alone=alone,
            whole_ms=whole_ms,
        )


def _folded(
    timeline: Timeline, track: Track, part: str, changes: Sequence[_Change], *, alone: bool
) -> list[Difference]:
    """Changes of the same key to the same value in several segments as one, and many different ones as one."""
    by_key: defaultdict[str, list[_Change]] = defaultdict(list)
    for change in changes:
        by_key[change.key].append(change)
    found: list[Difference] = []
    for key, group in by_key.items():
        targets = tuple(change.segment.id or part for change in group[:MAX_SINGLE])
        if key == "stated":
            found.append(Difference("detail", part, "sg", count=len(group), targets=targets))
            continue
        if key == "txt" and len(group) > 1:
            found.append(_reworded(part, group, targets))
            continue
        alike: defaultdict[str, list[_Change]] = defaultdict(list)
        for change in group:
            alike[repr((change.before, change.after))].append(change)
        if len(alike) > MAX_SINGLE:
            found.append(Difference("various", part, key, count=len(group), targets=targets, own=True, alone=False))
            continue
        for some in alike.values():
            first = some[0]
            name = thing(timeline, track, first.segment)["name"] if len(some) == 1 else ""
            ids = tuple(change.segment.id or part for change in some[:MAX_SINGLE])
            found.append(
                Difference(
                    "set",
                    part,
                    key,
                    first.before,
                    first.after,
                    name,
                    len(some),
                    ids,
                    own=first.own,
                    alone=alone or len(some) == len(track.segments),
                    seen=first.seen,
                    trimmed=key == "txt" and _trimmed(some),
                )
            )
    return found


def _reworded(part: str, group: Sequence[_Change], targets: tuple[str, ...]) -> Difference:
    """The texts of several segments: what was replaced by what, where that is the same everywhere."""
    replaced = {_replacement(str(change.before), str(change.after)) for change in group}
    before, after = next(iter(replaced)) if len(replaced) == 1 else (None, None)
    told = after if before is not None or len(group) > MAX_SINGLE else [str(change.after) for change in group]
    return Difference("reworded", part, "txt", before, told, "", len(group), targets, trimmed=_trimmed(group))


def _trimmed(group: Sequence[_Change]) -> bool:
    """Whether all texts only lost some of their words, or all only got some."""
    texts = [(str(change.before), str(change.after)) for change in group]
    return all(_holds(old, new) for old, new in texts) or all(_holds(new, old) for old, new in texts)


def _holds(text: str, other: str) -> bool:
    """Whether a text is what is left of another one without some of its words, or letters where it has no blanks."""
    spaced = " " in text.strip()
    rest = iter(text.split() if spaced else text)
    return all(piece in rest for piece in (other.split() if spaced else other))


def _replacement(before: str, after: str) -> tuple[str, str] | tuple[None, None]:
    """The words that make one text out of another, what is before and behind them left out; none where all differ."""
    old, new = before.split(), after.split()
    head = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    room = min(len(old), len(new)) - head
    tail = next((at for at in range(room) if old[-1 - at] != new[-1 - at]), room)
    if head + tail == 0:
        return None, None
    lost, got = old[head : len(old) - tail], new[head : len(new) - tail]
    marks = ".,;:!?…\"'“”‘’。，；：！？"
    return " ".join(lost).strip(marks), " ".join(got).strip(marks)
