"""What every edit is: an immutable model with an `op`, and a pure function from a timeline to a timeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from wavereel.times import MAX_MS

if TYPE_CHECKING:
    from wavereel.timeline.model import Timeline

Area = Literal["canvas", "sound", "time", "picture", "words", "captions", "whole"]

Target = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        description=(
            "What is edited: the id of a segment or a track, a role such as title, bgm or caption, logo or cover,"
            " title#2 for the second segment of a role, or @3.0 for the first segment of the fourth track"
        ),
    ),
]
Milliseconds = Annotated[int, Field(ge=0, le=MAX_MS, description="milliseconds")]
Length = Annotated[int, Field(ge=1, le=MAX_MS, description="milliseconds")]
HexColor = Annotated[str, Field(pattern=r"^#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})$", description="#RRGGBB or #RRGGBBAA")]
Words = Annotated[str, Field(min_length=1, max_length=2000)]


@dataclass(frozen=True, slots=True)
class Note:
    """Something done otherwise than asked, or that the user should know: a key of `reasons`, with its facts."""

    key: str
    facts: dict[str, object] = field(default_factory=dict[str, object])


class Edit(BaseModel):
    """Base of all edits. `op` names the edit on every surface; its other fields are what is asked.

    An edit carries resolved facts: ranges, cues, lengths of files. Fields that hold such facts may be left out where
    a surface cannot know them; what is in the timeline then has to do.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    area: ClassVar[Area]
    examples: ClassVar[tuple[dict[str, Any], ...]] = ()
    """Valid examples without `op`; the docs page shows them and the tests apply them."""

    op: Any
    """The edit's name; every edit narrows it to one literal."""

    def apply(self, timeline: Timeline) -> Timeline:
        """The timeline after the edit.

        Raises:
            EditError: This timeline cannot take it; nothing has changed.
        """
        return self.run(timeline, [])

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `apply`; what was done otherwise than asked is appended to `notes`."""
        raise NotImplementedError
