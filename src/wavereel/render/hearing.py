"""What the pictures and the level of a timeline want to know of its sound, heard once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.render.compose import wanted_listening
from wavereel.render.sound import listen

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

    from wavereel.media.mix import MixSpec
    from wavereel.render.look import Look
    from wavereel.render.sound import Heard
    from wavereel.render.sound_cache import KeptSounds


def hear(
    look: Look,
    mix: MixSpec,
    folder: Path,
    kept: KeptSounds | None,
    *,
    measure: bool,
    on_share: Callable[[float], None],
    cancelled: threading.Event,
) -> Heard:
    """Listens to a mix for the waveforms of a timeline, unless that was done before.

    Args:
        look: Of the timeline.
        mix: Its sound.
        folder: For what does not fit in memory; the caller removes it.
        kept: Knows what was heard before.
        measure: Whether the loudness is wanted.
        on_share: Told the share that is done.
        cancelled: When set, the work stops.

    Raises:
        Cancelled: `cancelled` was set.
        InputError: The sound cannot be decoded.
    """
    fps, wanted = look.timeline.fps, wanted_listening(look.timeline)

    def now() -> Heard:
        return listen(
            mix,
            wanted,
            fps=fps,
            frames=look.frames,
            measure=measure,
            folder=folder,
            on_share=on_share,
            cancelled=cancelled,
        )

    return now() if kept is None else kept.heard(wanted, fps, look.frames, measure=measure, listen=now)
