"""Who asks, and what for: the facts about a request that every use case starts from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wavereel.errors import ScopeError

if TYPE_CHECKING:
    from wavereel.store.users import UserKind

SCOPES = ("read", "write", "upload", "render", "*")
"""What a token may allow; `*` is everything, tokens included."""

ANONYMOUS_SCOPES = frozenset({"read", "write", "upload"})
ALL_SCOPES = frozenset({"*"})
LOCAL_USER = "local"
"""The user of a surface without tokens: stdio, and loopback without authentication."""

ME = "me"
MAX_HEADER_CHARS = 200


@dataclass(frozen=True, slots=True)
class Attribution:
    """Which skill sends a request, as three headers say; empty where a header is missing."""

    source: str = ""
    version: str = ""
    platform: str = ""

    @property
    def missing(self) -> list[str]:
        """The headers that are missing or empty, by name."""
        present = {
            "X-Skill-Source": self.source,
            "X-Skill-Version": self.version,
            "X-Skill-Platform": self.platform,
        }
        return [name for name, value in present.items() if not value.strip()]

    @property
    def complete(self) -> bool:
        """Whether all three are there."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Caller:
    """A user whose token was found to be good.

    Attributes:
        user_id: Whose things may be seen and changed.
        kind: Whether the user is anonymous, named, or the one of this machine.
        scopes: What the token allows.
        token_id: Which token; empty where none was needed.
        attribution: Which skill asks.
        any_user: Whether every user named in a path means this one: so with Basic, and without authentication.
    """

    user_id: str
    kind: UserKind
    scopes: frozenset[str]
    token_id: str = ""
    attribution: Attribution = field(default_factory=Attribution)
    any_user: bool = False

    def may(self, scope: str) -> bool:
        """Whether the token allows this."""
        return scope in self.scopes or "*" in self.scopes

    def need(self, scope: str) -> None:
        """Refuses what the token does not allow.

        Raises:
            ScopeError: The scope is not among the token's.
        """
        if not self.may(scope):
            raise ScopeError(
                f"This token does not have the scope {scope}",
                hint="use a token that has it",
                data={"required": scope, "scopes": sorted(self.scopes)},
            )
