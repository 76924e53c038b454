"""Copies of nodes with other values, in half the time of pydantic's own: an hour of captions has 12,000 words.

Values must be valid already, and keys known to the model. Unknown keys are shared, as nobody changes them in place.
"""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel

from wavereel.timeline.model import Segment, Word

Node = TypeVar("Node", bound=BaseModel)

_new: Any = object.__new__
_set_extra = BaseModel.__dict__["__pydantic_extra__"].__set__
_set_known = BaseModel.__dict__["__pydantic_fields_set__"].__set__
_set_private = BaseModel.__dict__["__pydantic_private__"].__set__


def quick(node: Node, **values: Any) -> Node:
    """As `surgery.changed`, for known keys only and in half the time: for thousands of cues and words."""
    copy: Any = _new(type(node))
    mine: dict[str, Any] = copy.__dict__
    mine.update(node.__dict__)
    mine.update(values)
    known = node.__pydantic_fields_set__
    _set_known(copy, known if values.keys() <= known else known | values.keys())
    _set_extra(copy, node.__pydantic_extra__)
    _set_private(copy, None)
    return copy


def moved(segment: Segment, start_ms: int) -> Segment:
    """A segment with another start stated."""
    copy: Any = _new(Segment)
    mine: dict[str, Any] = copy.__dict__
    mine.update(segment.__dict__)
    mine["start"] = start_ms
    known = segment.__pydantic_fields_set__
    _set_known(copy, known if "start" in known else known | {"start"})
    _set_extra(copy, segment.__pydantic_extra__)
    _set_private(copy, None)
    return copy


def retimed(word: Word, start_ms: int, length_ms: int) -> Word:
    """A word with another place in its cue; the same one where it stays."""
    if word.start_ms == start_ms and word.length_ms == length_ms:
        return word
    copy: Any = _new(Word)
    mine: dict[str, Any] = copy.__dict__
    mine["text"], mine["start_ms"], mine["length_ms"] = word.text, start_ms, length_ms
    _set_known(copy, word.__pydantic_fields_set__)
    _set_extra(copy, word.__pydantic_extra__)
    _set_private(copy, None)
    return copy
