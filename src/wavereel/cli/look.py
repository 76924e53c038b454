"""`wavereel probe`, `frame` and `styles`: looking at files, drafts and looks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from wavereel.cli.output import one_line, print_error, print_json, print_line
from wavereel.errors import OutputError, UsageError, WavereelError
from wavereel.settings import load_settings
from wavereel.times import format_time, parse_time

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wavereel.media.probe import MediaInfo

Json = Annotated[bool, Parameter(negative=(), show_default=False, help="JSON on standard output.")]
Overwrite = Annotated[bool, Parameter(alias="-y", negative=(), show_default=False, help="Replace a file that exists.")]


def probe(
    files: Annotated[list[str], Parameter(help="Sounds, videos or pictures.")],
    /,
    *,
    json: Json = False,
) -> int:
    """Say what files hold: length, streams, tags, chapters, cover."""
    from wavereel.app import build_app

    app = build_app(load_settings())
    codes: set[int] = set()
    for name in files:
        try:
            info = app.probe(Path(name))
        except WavereelError as error:
            print_error(error, about=name, as_json=json)
            codes.add(error.exit_code)
            continue
        codes.add(0)
        if json:
            print_json({"ok": True, "input": name} | info_fields(info))
        else:
            for line in info_lines(info):
                print_line(("  " if line.startswith(" ") else "") + one_line(line))
    return codes.pop() if len(codes) == 1 else 4


def frame(
    draft: Annotated[Path, Parameter(help="A draft file.")],
    /,
    *,
    at: Annotated[str, Parameter(help="Time in the video, such as 12.3 or 1:02.")] = "0",
    out: Annotated[Path, Parameter(alias="-o", help="Picture to write, a PNG.")] = Path("frame.png"),
    overwrite: Overwrite = False,
    json: Json = False,
) -> int:
    """Write one picture of a draft, exactly as it is painted for the video."""
    at_ms = parse_time(at)
    _check_picture(out, [draft], overwrite=overwrite)
    if os.path.exists(out):  # noqa: PTH110 - `Path.exists` raises where a name is too long
        from wavereel.service.views import media_of_draft

        _check_picture(out, media_of_draft(draft), overwrite=overwrite)
    from wavereel.app import build_app

    return _write_picture(build_app(load_settings()).frame(draft, at_ms), out, as_json=json)


def styles(
    *,
    out: Annotated[Path, Parameter(alias="-o", help="Picture to write, a PNG.")] = Path("styles.png"),
    overwrite: Overwrite = False,
    json: Json = False,
) -> int:
    """Write a contact sheet of all waveforms and themes."""
    _check_picture(out, [], overwrite=overwrite)
    from wavereel.app import build_app

    return _write_picture(build_app(load_settings()).styles(), out, as_json=json)


def _check_picture(out: Path, inputs: list[Path], *, overwrite: bool) -> None:
    """Says what is wrong with a destination before the picture is painted."""
    if out.suffix.lower() != ".png":
        raise UsageError(f"{out} is no name for a PNG", hint="let it end with .png")
    from wavereel.service.destination import check_destination

    check_destination(out, inputs, overwrite=overwrite)


def _write_picture(pixels: NDArray[np.uint8], out: Path, *, as_json: bool) -> int:
    from wavereel.picture.images import encode_png

    target = out.resolve()
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.write_bytes(encode_png(pixels))
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OutputError(f"cannot write {out} ({error.strerror})", hint="choose another folder with -o") from None
    height, width = pixels.shape[:2]
    if as_json:
        print_json({"ok": True, "output": str(out), "width": width, "height": height})
    else:
        print_line(f"{out}  {width}x{height}")
    return 0


def info_lines(info: MediaInfo) -> list[str]:
    """What a file holds, for a person; lines after the first are indented."""
    lines = [f"{info.path}  {info.container}  {format_time(info.duration_ms, tenths=True)}"]
    for sound in info.audio:
        length = "" if sound.samples is None else f", {sound.samples} samples"
        lines.append(
            f"  sound {sound.index}: {sound.codec}, {sound.sample_rate_hz} Hz, {sound.channels} channels{length}"
        )
    for video in info.video:
        rate = f", {float(video.fps):.3f} pictures a second" if video.fps else ""
        pixels = f", {video.pixel_format}" if video.pixel_format else ""
        lines.append(f"  picture {video.index}: {video.codec}, {video.width}x{video.height}{rate}{pixels}")
    lines += [f"  {key}: {value}" for key, value in info.tags.items()]
    if info.cover:
        lines.append(f"  cover: {len(info.cover)} bytes")
    lines += [f"  chapter at {format_time(chapter.start_ms)}: {chapter.title}" for chapter in info.chapters]
    return lines


def info_fields(info: MediaInfo) -> dict[str, Any]:
    """What a file holds, for a program."""
    return {
        "container": info.container,
        "duration_ms": info.duration_ms,
        "is_picture": info.is_picture,
        "audio": [
            {
                "index": sound.index,
                "codec": sound.codec,
                "sample_rate_hz": sound.sample_rate_hz,
                "channels": sound.channels,
                "samples": sound.samples,
            }
            for sound in info.audio
        ],
        "video": [
            {
                "index": video.index,
                "codec": video.codec,
                "width": video.width,
                "height": video.height,
                "fps": None if video.fps is None else float(video.fps),
                "rotation": video.rotation,
                "frames": video.frames,
                "pixel_format": video.pixel_format,
                "transfer": video.transfer,
            }
            for video in info.video
        ],
        "tags": dict(info.tags),
        "chapters": [
            {"start_ms": chapter.start_ms, "end_ms": chapter.end_ms, "title": chapter.title}
            for chapter in info.chapters
        ],
        "cover_bytes": len(info.cover) if info.cover else 0,
    }
