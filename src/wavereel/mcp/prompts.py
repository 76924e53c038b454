"""The prompt that a client offers its user: from a recording to a video, step by step."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

AUDIOGRAM = """\
Make a video from this recording: {file}

1. create_session{language}, then upload_asset with the file.
2. edit_video with: {wish}
3. Read the reply. Where it asks something, answer for me if my wish says so, else ask me.
4. preview_frame at two or three moments, and correct with edit_video what looks wrong.
5. render_video, then get_render_status with wait_s 60 until it is done, and give me the link.

Tell me in one or two sentences what you made; no JSON and no ids."""

WISH = "turn this audio into a video with captions and a waveform visual"


def audiogram(
    file: Annotated[str, Field(description="Path or address of the recording")],
    wish: Annotated[str, Field(description="What the video should look like")] = WISH,
    language: Annotated[str, Field(description="Language of replies, like en or zh-CN")] = "",
) -> str:
    """Turn a recording into a video with captions and a waveform."""
    spoken = f" with language {language}" if language else ""
    return AUDIOGRAM.format(file=file, wish=wish, language=spoken)
