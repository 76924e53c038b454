"""Which tools there are, what a token needs to call them, and what clients are told about their effects."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from mcp.types import ToolAnnotations

if TYPE_CHECKING:
    from wavereel.service.backend.caller import Caller


@dataclass(frozen=True, slots=True)
class Manner:
    """How a tool behaves.

    Attributes:
        title: What people read.
        scope: What a token must allow.
        reads: Nothing is changed by it.
        destroys: Something is lost by it.
        idempotent: A second call with the same arguments changes nothing more.
        open_world: It may reach beyond this server.
        attributed: Traffic of a skill that names itself may call it without the scope.
    """

    title: str
    scope: str
    reads: bool = False
    destroys: bool = False
    idempotent: bool = False
    open_world: bool = False
    attributed: bool = False

    def annotations(self) -> ToolAnnotations:
        """The same in the protocol's words."""
        return ToolAnnotations(
            title=self.title,
            read_only_hint=self.reads,
            destructive_hint=None if self.reads else self.destroys,
            idempotent_hint=None if self.reads else self.idempotent,
            open_world_hint=self.open_world,
        )

    def allowed(self, caller: Caller) -> bool:
        """Whether a caller may use it."""
        return caller.may(self.scope) or (self.attributed and caller.attribution.complete)


MANNERS = MappingProxyType(
    {
        "create_session": Manner("Start a session", "write"),
        "upload_asset": Manner("Add a file", "upload", open_world=True),
        "edit_video": Manner("Edit by words", "write"),
        "get_timeline": Manner("Read the timeline", "read", reads=True),
        "save_draft": Manner("Save a draft", "write", idempotent=True),
        "preview_frame": Manner("Look at a moment", "read", reads=True),
        "render_video": Manner("Export the video", "render", attributed=True),
        "get_render_status": Manner("See how an export stands", "read", reads=True),
        "cancel_render": Manner("Stop an export", "write", destroys=True),
        "get_credits": Manner("See the credits", "read", reads=True),
        "list_sessions": Manner("List sessions", "read", reads=True),
        "list_renders": Manner("List exports", "read", reads=True),
    }
)
