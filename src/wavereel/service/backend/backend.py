"""The backend: every use case of the wire, whichever surface asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.service.backend.accounts import Accounts
from wavereel.service.backend.adk import AdkSessions
from wavereel.service.backend.balances import Balances
from wavereel.service.backend.chat import Chat
from wavereel.service.backend.claims import Claims
from wavereel.service.backend.drafts import Drafts
from wavereel.service.backend.links import Links
from wavereel.service.backend.previews import Previews
from wavereel.service.backend.renders import Renders
from wavereel.service.backend.resumable import Resumable
from wavereel.service.backend.retention import Retention
from wavereel.service.backend.uploads import Uploads
from wavereel.service.backend.webhooks import Webhooks

if TYPE_CHECKING:
    from collections.abc import Callable

    from wavereel.service.backend.core import Core


class Backend:
    """The use cases by subject. All methods block, are safe to call from any thread, and answer what the wire carries.

    Attributes:
        core: What the parts stand on.
        accounts: Tokens, users and who may do what.
        credits: Balances.
        claims: Links that let others look at a session.
        links: Addresses of files and finished videos.
        sessions: Sessions and their state, in both protocols' shapes.
        uploads: Files that come in: whole, by address, or from another session.
        resumable: Files that come in pieces.
        drafts: The timeline itself, read and saved.
        renders: Exports.
        chat: Messages and the runs that answer them.
        previews: Single frames and short clips.
        webhooks: Who is told when a job ends.
        retention: What is removed when its time is over.
    """

    def __init__(self, core: Core, *, on_close: Callable[[], None] | None = None) -> None:
        self.core = core
        self._on_close = on_close
        self.links = Links(core)
        self.credits = Balances(core, self.links)
        self.drafts = Drafts(core, self.links)
        self.previews = Previews(core)
        self.claims = Claims(core, self.links, self.drafts, self.previews)
        self.accounts = Accounts(core, self.claims)
        self.sessions = AdkSessions(core, self.links, self.drafts)
        self.uploads = Uploads(core, self.links)
        self.resumable = Resumable(core, self.uploads)
        self.webhooks = Webhooks(core)
        self.retention = Retention(core)
        self.renders = Renders(core, self.links, self.credits)
        self.chat = Chat(core, self.credits, self.renders, self.drafts)

    def close(self) -> None:
        """Lets running work go: what is not finished is taken up by whoever opens this folder next."""
        self.chat.close()
        if self._on_close is not None:
            self._on_close()
        self.core.database.close()
