"""The Unicode bidirectional algorithm (UAX #9) for one paragraph.

Rules P2 to L2 without the explicit embeddings and overrides of X1 to X8: people do not type those into titles, and a
stray one must not be able to reorder a whole line. Isolates count as neutral characters.
"""

from __future__ import annotations

import unicodedata

_REMOVED = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "BN"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI"})
_STRONG = frozenset({"L", "R", "AL"})
_OPENING = {
    "(": ")",
    "[": "]",
    "{": "}",
    "⟨": "⟩",
    "「": "」",
    "『": "』",
    "【": "】",
    "（": "）",
    "《": "》",
    "〈": "〉",
}


def base_level(text: str) -> int:
    """0 for a paragraph that reads from the left, 1 from the right: its first strong character decides (P2, P3)."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind == "L":
            return 0
        if kind in {"R", "AL"}:
            return 1
    return 0


def _weak(kinds: list[str], base: str) -> None:
    """W1 to W7, in place."""
    before = strong = base
    for i, kind in enumerate(kinds):  # W1, W2
        if kind == "NSM":
            kinds[i] = before
        elif kind not in _REMOVED:
            before = "ON" if kind in {"LRI", "RLI", "FSI", "PDI"} else kind
        if kinds[i] in _STRONG:
            strong = kinds[i]
        elif kinds[i] == "EN" and strong == "AL":
            kinds[i] = "AN"
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]  # W3
    _separators([i for i, kind in enumerate(kinds) if kind not in _REMOVED], kinds)
    strong = base
    for i, kind in enumerate(kinds):  # W6, W7
        if kind in {"ES", "ET", "CS"} or kind in _REMOVED:
            kinds[i] = "ON"
        elif kind in _STRONG:
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[i] = "L"


def _separators(solid: list[int], kinds: list[str]) -> None:
    """W4 and W5: what stands between digits, and currency and percent signs beside them, belongs to the number."""
    for a, b, c in zip(solid, solid[1:], solid[2:], strict=False):
        if kinds[b] in {"ES", "CS"} and kinds[a] == kinds[c] == "EN":
            kinds[b] = "EN"
        elif kinds[b] == "CS" and kinds[a] == kinds[c] == "AN":
            kinds[b] = "AN"
    for order in (solid, solid[::-1]):
        number = False
        for i in order:
            if kinds[i] == "ET" and number:
                kinds[i] = "EN"
            number = kinds[i] == "EN"


def _side(kind: str) -> str:
    return "L" if kind == "L" else "R" if kind in {"R", "EN", "AN"} else ""


def _brackets(text: str, kinds: list[str], base: str) -> None:
    """N0: a pair of brackets takes one direction, that of what it encloses, or of what comes before it."""
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for i, char in enumerate(text):
        if kinds[i] not in _NEUTRAL:
            continue
        if char in _OPENING:
            stack.append((_OPENING[char], i))
        elif any(close == char for close, _ in stack):
            while stack:
                close, start = stack.pop()
                if close == char:
                    pairs.append((start, i))
                    break
    other = "L" if base == "R" else "R"
    for start, stop in sorted(pairs):
        inside = {_side(kind) for kind in kinds[start + 1 : stop]}
        if base in inside:
            kinds[start] = kinds[stop] = base
        elif other in inside:
            context = next((side for kind in reversed(kinds[:start]) if (side := _side(kind))), base)
            kinds[start] = kinds[stop] = other if context == other else base


def _neutrals(kinds: list[str], base: str) -> None:
    """N1 and N2, in place."""
    i = 0
    while i < len(kinds):
        if kinds[i] not in _NEUTRAL:
            i += 1
            continue
        stop = i
        while stop < len(kinds) and kinds[stop] in _NEUTRAL:
            stop += 1
        before = _side(kinds[i - 1]) if i else base
        after = _side(kinds[stop]) if stop < len(kinds) else base
        kinds[i:stop] = [before if before == after else base] * (stop - i)
        i = stop


def levels(text: str, base: int | None = None) -> list[int]:
    """The embedding level of each character; odd ones read from the right.

    Args:
        text: One paragraph in logical order.
        base: Level of the paragraph, 0 or 1; `None` finds it by its first strong character.
    """
    level = base_level(text) if base is None else base
    kinds = [unicodedata.bidirectional(char) or "L" for char in text]
    if level == 0 and not any(kind in {"R", "AL", "AN"} for kind in kinds):
        return [0] * len(text)
    side = "R" if level else "L"
    originals = list(kinds)
    _weak(kinds, side)
    _brackets(text, kinds, side)
    _neutrals(kinds, side)
    result = [
        level + (kind == "R") * (1 - level) + (kind in {"AN", "EN"}) * (2 - level) + (kind == "L") * level
        for kind in kinds
    ]
    for i in range(len(text) - 1, -1, -1):  # L1: white space at the end of the line
        if originals[i] not in {"WS", "B", "S", "BN"}:
            break
        result[i] = level
    return result


def visual_order(run_levels: list[int]) -> list[int]:
    """Indices of runs from left to right on the line, given the level of each in logical order (L2)."""
    order = list(range(len(run_levels)))
    if not order:
        return order
    lowest_odd = min((level for level in run_levels if level % 2), default=max(run_levels) + 1)
    for level in range(max(run_levels), lowest_odd - 1, -1):
        i = 0
        while i < len(order):
            stop = i
            while stop < len(order) and run_levels[order[stop]] >= level:
                stop += 1
            order[i:stop] = order[i:stop][::-1]
            i = max(stop, i + 1)
    return order
