"""What a "not" before a verb does to it, and what follows "instead of" or "everything but"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wavereel.agent.context import in_context, piece_before
from wavereel.agent.frames import is_predicate

if TYPE_CHECKING:
    from wavereel.agent.tokens import Token

_SHOWS = ("add", "transcribe", "keep")
"""Acts that remove where they are not to be done."""

_READ_NOT = ("fade", "duck", "normalize")
"""Acts whose wishes read the "not" themselves."""

RATHER = ("instead of", "rather than", "而不是")
"""What follows is what is not to be done: "letterbox it instead of cropping"."""


def negated(tokens: list[Token]) -> list[Token]:
    """The tokens with what a "not" before a verb does to it: "don't remove" removes nothing, "don't show" hides.

    "Everything but" becomes "except".
    """
    result: list[Token] = []
    said = -1  # where the last of `result` stands that means something
    for place in range(len(tokens)):
        token = in_context(tokens, place)
        last = result[said] if said >= 0 else None
        if last is not None and token.text == "but" and (_is_all_or_no(last) or _excepts(tokens, place)):
            token = replace(token, readings=(("out", "except"),))
        elif last is not None and _is_negator(last) and _is_negatable(token):
            if not token.says("act", *_READ_NOT):
                result[said] = replace(last, readings=(("stop", "stop"),))
                token = _undone(token)
        elif last is not None and last.text in RATHER and _is_negatable(token) and not is_predicate(token):
            token = replace(token, readings=(("neg", token.all("act")[0]),))
        result.append(token)
        if token.content or token.sign:
            said = place
    return result


def _undone(token: Token) -> Token:
    """A verb behind a "not", as what is wished then."""
    acts = token.all("act")
    if "mute" in acts:
        return replace(token, readings=(("act", "unmute"),))
    if token.says("act", *_SHOWS) and not token.says("act", "cut", "remove"):
        return replace(token, readings=(("act", "remove"),))
    rest = tuple(reading for reading in token.readings if reading[0] != "act")
    return replace(token, readings=(*rest, ("neg", acts[0])))


def _is_all_or_no(token: Token) -> bool:
    return token.says("pron", "all") or token.says("not", "no")


def _excepts(tokens: list[Token], place: int) -> bool:
    """Whether a "but" leaves something out: "make everything yellow but the captions"."""
    behind = [token for token in tokens[place + 1 :] if token.text not in ("the", "my")]
    ends = len(behind) == 1 or (len(behind) > 1 and behind[1].sign)
    return (
        bool(behind)
        and behind[0].says("obj")
        and ends
        and any(one.says("pron", "all") for one in piece_before(tokens, place))
    )


def _is_negator(token: Token) -> bool:
    return token.says("not", "not") and not token.says("wont") and not token.value


def _is_negatable(token: Token) -> bool:
    return token.says("act") and not token.says("obj") and not token.says("dir") and token.value is None
