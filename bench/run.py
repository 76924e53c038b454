"""`make bench`: measures Wavereel beside the usual ffmpeg recipe, and writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from backend import FULL as FULL_LOAD
from backend import QUICK as QUICK_LOAD
from backend import backend
from inputs import write_mp3, write_srt
from measure import Cost, run
from recipe import printable, recipe
from wavereel import __version__

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "docs" / "benchmarks.md"
WAVEREEL = [sys.executable, "-m", "wavereel"]


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    length_s: int
    repeats: int
    lengths_s: tuple[int, ...]
    day_s: int


FULL = Plan(length_s=120, repeats=3, lengths_s=(60, 1800, 7200), day_s=43_200)
QUICK = Plan(length_s=20, repeats=1, lengths_s=(60,), day_s=600)


def main() -> int:
    """Measures and writes the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short run whose report goes to out/, not docs/")
    parts = ("speed", "memory", "start", "speech", "backend")
    parser.add_argument("--only", choices=parts, help="measure one part and print it")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL
    report = ROOT / "out" / "benchmarks.md" if options.quick else REPORT
    (ROOT / "out").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "out") as name:
        folder = Path(name)
        if options.only:
            parts = {
                "speed": lambda: side_by_side(folder, plan),
                "memory": lambda: memory(folder, plan),
                "start": start,
                "speech": lambda: speech(options.quick),
                "backend": lambda: backend(folder, QUICK_LOAD if options.quick else FULL_LOAD),
            }
            print("\n\n".join([heading(), parts[options.only]()]))
            return 0
        load = QUICK_LOAD if options.quick else FULL_LOAD
        sections = [heading(), side_by_side(folder, plan), memory(folder, plan), start(), speech(options.quick)]
        sections.append(backend(folder, load))
    report.parent.mkdir(exist_ok=True)
    report.write_text("\n\n".join(filter(None, sections)) + "\n", encoding="utf-8")
    print(f"the report is {report}")
    return 0


def heading() -> str:
    """Where, when and with what was measured."""
    model = next(
        (line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.machine()
    )
    corpus = "English speech of the corpus" if os.environ.get("CORPUS_DIR") else "noise that moves like speech"
    parts = ", ".join(f"{part} {metadata.version(part)}" for part in ("av", "numpy", "resvg-py", "imageio-ffmpeg"))
    return (
        "# Benchmarks\n\n"
        "Written by `make bench`, which repeats them; `make bench ARGS=--quick` takes some minutes and writes\n"
        "`out/benchmarks.md` instead. With `CORPUS_DIR` set to a folder of speech and its `manifest.csv`, that\n"
        "speech is used, and recognition is measured too.\n\n"
        f"{dt.datetime.now(tz=dt.UTC):%d %B %Y}: Wavereel {__version__} ({parts}),\n"
        f"Python {platform.python_version()}, {model}, "
        f"{len(os.sched_getaffinity(0))} CPUs, load {os.getloadavg()[0]:.1f} at the start. Input: {corpus}."
    )


def side_by_side(folder: Path, plan: Plan) -> str:
    """CPU and size at 1080p30 with waveform and captions from a file, ours and the recipe in turn."""
    sound, subtitles = (
        write_mp3(folder / "sound.mp3", plan.length_s),
        write_srt(folder / "subtitles.srt", plan.length_s),
    )
    picture = _still(folder, sound)
    rows: dict[str, list[Cost]] = {}
    sizes: dict[str, int] = {}
    stages: dict[str, float] = {}
    for _ in range(plan.repeats):
        for preset in ("veryfast", "ultrafast"):
            output = folder / f"recipe-{preset}.mp4"
            command = recipe(picture, sound, subtitles, output, preset)
            rows.setdefault(f"recipe, {preset}", []).append(_said(f"recipe {preset}", run(command, cwd=folder)))
            sizes[f"recipe, {preset}"] = output.stat().st_size
            output = folder / f"wavereel-{preset}.mp4"
            cost = _said(f"wavereel {preset}", run(_make(sound, output, subtitles, "--preset", preset)))
            rows.setdefault(f"Wavereel, {preset}", []).append(cost)
            sizes[f"Wavereel, {preset}"] = output.stat().st_size
            stages = json.loads(cost.output)["stages"] if preset == "veryfast" else stages
    best = {name: min(costs, key=lambda cost: cost.cpu_s) for name, costs in rows.items()}
    base = best["recipe, veryfast"].cpu_s
    lines = [
        f"## Beside the usual recipe\n\n{plan.length_s} s at 1920x1080, 30 pictures a second, waveform, captions",
        f"from a file; the best of {plan.repeats}, in turn on one machine. CPU is user and system time of all.\n",
        "| program, preset | CPU s | x less CPU than the recipe | x real time | MB | memory MB |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, cost in best.items():
        speed = plan.length_s / cost.wall_s
        lines.append(
            f"| {name} | {cost.cpu_s:.1f} | {base / cost.cpu_s:.1f} | {speed:.1f} | {sizes[name] / 1e6:.1f}"
            f" | {cost.peak_bytes / 1e6:.0f} |"
        )
    shown = printable(recipe(picture, sound, subtitles, folder / "out.mp4", "veryfast"))
    ours = shlex.join(["wavereel", *_make(sound, folder / "out.mp4", subtitles, "--preset", "veryfast")[3:]])
    lines += ["\nThe recipe:\n", f"```\n{shown}\n```", "\nOurs:\n", f"```\n{ours.replace(f'{folder}/', '')}\n```"]
    return "\n".join(lines) + "\n\n" + _stages(stages)


def memory(folder: Path, plan: Plan) -> str:
    """Greatest resident memory, summed over processes, as the input grows."""
    lines = [
        "## Memory\n\nResident memory summed over all processes, ten times a second; the greatest sum.\n",
        "| input | canvas | memory MB | x real time | CPU s |",
        "| --- | --- | --- | --- | --- |",
    ]
    jobs = [(length_s, "1920x1080", "30") for length_s in plan.lengths_s] + [(plan.day_s, "320x180", "5")]
    for length_s, size, fps in jobs:
        sound, subtitles = write_mp3(folder / "long.mp3", length_s), write_srt(folder / "long.srt", length_s)
        output = folder / "long.mp4"
        cost = _said(f"{length_s} s at {size}", run(_make(sound, output, subtitles, "--size", size, "--fps", fps)))
        name = f"{length_s // 3600} h" if length_s >= 3600 else f"{length_s // 60} min"
        shown = f"{cost.peak_bytes / 1e6:.0f} | {length_s / cost.wall_s:.1f} | {cost.cpu_s:.0f}"
        lines.append(f"| {name} | {size} at {fps} | {shown} |")
        for path in (sound, subtitles, output):
            path.unlink()
    return "\n".join(lines)


def start() -> str:
    """CPU of the command line before it does anything."""
    lines = ["## Start\n", "| command | CPU s |", "| --- | --- |"]
    for words in (["--help"], ["make", "--help"], ["version"]):
        cost = min((run([*WAVEREEL, *words]) for _ in range(5)), key=lambda cost: cost.cpu_s)
        lines.append(f"| `wavereel {' '.join(words)}` | {cost.cpu_s:.3f} |")
    return "\n".join(lines)


def speech(quick: bool) -> str:
    """What bench/speech.py measures, where there is a corpus."""
    if quick or not os.environ.get("CORPUS_DIR"):
        print("recognition is not measured: it takes a full run and CORPUS_DIR")
        return ""
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "speech.py")], capture_output=True, text=True, check=True
    )
    return "## Recognition\n\n" + done.stdout.strip()


def _make(sound: Path, output: Path, subtitles: Path, *more: str) -> list[str]:
    title = ["--title", "A Record for the Stars", "--theme", "midnight"]
    return [
        *WAVEREEL,
        "make",
        str(sound),
        "-o",
        str(output),
        "--captions",
        str(subtitles),
        *title,
        *more,
        "-y",
        "--json",
    ]


def _still(folder: Path, sound: Path) -> Path:
    """The recipe's picture: a frame of our own, so that both show the same ground, cover and title."""
    video, draft, picture = folder / "still.mp4", folder / "still.json", folder / "still.png"
    small = ["--clip", "0-1", "--captions", "off", "--save-draft", str(draft), "--title", "A Record for the Stars"]
    run([*WAVEREEL, "make", str(sound), "-o", str(video), *small, "--theme", "midnight", "-y"])
    run([*WAVEREEL, "frame", str(draft), "--at", "0", "-o", str(picture), "-y"])
    return picture


def _stages(stages: dict[str, float]) -> str:
    total = sum(stages.values()) or 1.0
    rows = [f"| {name} | {seconds:.2f} | {100 * seconds / total:.0f} % |" for name, seconds in stages.items()]
    return "\n".join(
        ["Stages of the last veryfast run, by the clock:\n", "| stage | s | share |", "| --- | --- | --- |", *rows]
    )


def _said(what: str, cost: Cost) -> Cost:
    print(f"{what}: {cost.cpu_s:.1f} s CPU, {cost.wall_s:.1f} s, {cost.peak_bytes / 1e6:.0f} MB", flush=True)
    return cost


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


if __name__ == "__main__":
    sys.exit(main())
