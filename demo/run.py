"""`make demo`: a spoken script, or any sound, becomes a video."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
THEME = "midnight"
MUSIC = "lofi"


def main() -> int:
    """Makes the video and says where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for everything that is made")
    parser.add_argument("--audio", type=Path, help="another sound instead of the spoken script")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.audio is None:
        started = time.monotonic()
        audio = options.out / "demo-sound.mp3"
        words = make_sound(audio)
        print(f"spoke {words} words in {time.monotonic() - started:.1f} s: {audio}")
        video = options.out / "demo.mp4"
        more = ["--theme", THEME, "--music", MUSIC, "--language", "en"]
    else:
        audio = options.audio
        video = options.out / f"{audio.stem}.mp4"
        more = []
    command = [
        "make",
        str(audio),
        "-o",
        str(video),
        "--platform",
        "youtube",
        "--sidecars",
        "--progress-bar",
        *more,
        "-y",
    ]
    code = subprocess.run([sys.executable, "-m", "wavereel", *command], check=False).returncode
    if code == 0:
        print(f"\nThe video is {video.resolve()}")
        print("It was made by: wavereel " + " ".join(command))
    return code


def make_sound(path: Path) -> int:
    """Speaks the script into an MP3 with tags, cover and chapters; returns how many words it has."""
    import resvg_py

    from id3 import id3_tag
    from speak import read_script, speak

    script = read_script(HERE / "script.txt")
    with tempfile.TemporaryDirectory(prefix="wavereel-demo-") as folder:
        samples, rate_hz, chapters = speak(script, Path(folder))
        coded = Path(folder) / "plain.mp3"
        _write_mp3(coded, samples, rate_hz)
        cover = bytes(resvg_py.svg_to_bytes(svg_string=(HERE / "cover.svg").read_text(encoding="utf-8")))
        names = {"title": "TIT2", "artist": "TPE1", "show": "TALB", "number": "TRCK"}
        tag = id3_tag({names[key]: value for key, value in script.facts.items()}, chapters, cover)
        path.write_bytes(tag + coded.read_bytes())
    return sum(len(line.split()) for _, lines in script.chapters for line in lines)


def _write_mp3(path: Path, samples: object, rate_hz: int) -> None:
    import av
    import numpy as np

    mono = np.asarray(samples, np.int16)
    with av.open(str(path), "w", format="mp3", options={"id3v2_version": "0"}) as file:
        stream = file.add_stream("libmp3lame", rate=rate_hz, layout="mono", format="s16p")
        stream.bit_rate = 96_000
        for start in range(0, len(mono), 1152):
            frame = av.AudioFrame.from_ndarray(mono[None, start : start + 1152], format="s16p", layout="mono")
            frame.sample_rate, frame.pts = rate_hz, start
            file.mux(stream.encode(frame))
        file.mux(stream.encode())


if __name__ == "__main__":
    sys.exit(main())
