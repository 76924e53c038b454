"""Children for commands that need none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from wavereel.errors import OverloadedError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Idle:
    """The port of tasks where nothing is ever asked of it."""

    def call(self, name: str, request: Mapping[str, Any], **_: object) -> NoReturn:
        """Refuses.

        Raises:
            OverloadedError: Always.
        """
        del request
        raise OverloadedError(f"nothing here runs {name}")
