"""The one place where the parts are put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wavereel.service.recognition import Recognition, Recollection

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from wavereel.agent.conversation import Planner
    from wavereel.media.probe import MediaInfo
    from wavereel.render.check import Report
    from wavereel.render.progress import Progress
    from wavereel.service.backend.backend import Backend
    from wavereel.service.backend.ports import Notifier, Tasks
    from wavereel.service.requests import Finding, MakeRequest, MakeResult
    from wavereel.service.talk import Talker
    from wavereel.settings import Settings


@dataclass(frozen=True, slots=True)
class App:
    """The program's use cases, ready to be called by any surface."""

    settings: Settings

    def make(
        self, request: MakeRequest, on_progress: Callable[[Progress], None], cancelled: threading.Event
    ) -> MakeResult:
        """Makes one video; raises what `Maker.make` does."""
        from wavereel.service.make import Maker

        maker = Maker(self._recognition, self.settings.cache_dir, self.settings.worker_count, self.talker())
        return maker.make(request, on_progress, cancelled)

    def talker(self) -> Talker:
        """What opens drafts for conversations about them."""
        from wavereel.service.talk import Talker

        recollection = Recollection(self._speech_dir, self.settings.model_dir)
        return Talker(self._recognition, recollection, self.settings.cache_dir, self._planner())

    def _planner(self) -> Callable[[], Planner] | None:
        """What makes a planner over the language model of the settings; `None` where they name none."""
        if not self.settings.llm_url and not self.settings.llm_model:
            return None
        from wavereel.agent.llm.endpoint import endpoint_of
        from wavereel.agent.llm.planner import LanguageModelPlanner

        endpoint = endpoint_of(self.settings)
        return None if endpoint is None else lambda: LanguageModelPlanner(endpoint)

    @property
    def _speech_dir(self) -> Path:
        return self.settings.cache_dir / "speech"

    @property
    def _recognition(self) -> Recognition:
        return Recognition(self._speech_dir, self.settings.model_dir)

    def backend(
        self, data_dir: Path | None = None, *, tasks: Tasks | None = None, notifier: Notifier | None = None
    ) -> Backend:
        """The use cases of the wire over a data folder, which is made where it is missing.

        Args:
            data_dir: The folder; by default that of the settings.
            tasks: What runs heavy work; by default children of this process, which end with the backend.
            notifier: Who is told about new work.

        Raises:
            OutputError: The folder cannot be written, or belongs to a newer version.
        """
        from wavereel.service.backend.backend import Backend
        from wavereel.service.backend.core import open_core

        folder = data_dir or self.settings.data_folder
        if tasks is not None:
            return Backend(open_core(folder, self.settings, tasks, notifier=notifier))
        from wavereel.worker.children import Children, children_settings

        children = Children(children_settings(self.settings, folder))
        backend = Backend(open_core(folder, self.settings, children, notifier=notifier), on_close=children.close)
        try:
            children.start()
        except BaseException:
            backend.close()
            raise
        return backend

    def frame(self, draft: Path, at_ms: int) -> NDArray[np.uint8]:
        """The picture of a draft at a time, exactly as an export holds it before coding: `(h, w, 3)` uint8 sRGB."""
        from wavereel.service.views import frame_of_draft

        return frame_of_draft(draft, at_ms)

    def probe(self, path: Path) -> MediaInfo:
        """What a file holds."""
        from wavereel.media.probe import probe

        return probe(path)

    def check(self, path: Path, platform: str) -> Report:
        """What a platform would say of a finished file."""
        from wavereel.render.check import check_file

        return check_file(path, platform)

    def styles(self) -> NDArray[np.uint8]:
        """A contact sheet of all waveforms and themes: `(h, w, 3)` uint8 sRGB."""
        from wavereel.service.views import contact_sheet

        return contact_sheet()

    def doctor(self) -> list[Finding]:
        """What is installed, and what to do about what is not."""
        from wavereel.service.doctor import examine

        return examine(self.settings)


def build_app(settings: Settings) -> App:
    """The program for these settings."""
    return App(settings)
