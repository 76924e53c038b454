"""Compiles the C library beside this file: `python -m wavereel.picture.kernels.build`.

It takes `$CC`, else the platform's compiler, else the `ziglang` package, and says what it did. Without any of them
nothing is built and pictures are painted by NumPy: slower, with the same pixels. This module imports nothing of
Wavereel, since the build of the package runs it before anything is installed.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_FLAGS = ("-O3", "-std=c11", "-shared", "-fvisibility=hidden", "-ffp-contract=off", "-fno-math-errno")
_WARNINGS = ("-Wall", "-Wextra")
_TIMEOUT_S = 300


def library_name() -> str:
    """The file name of the library on this platform."""
    return "wavereel_kernels" + {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")


def compilers() -> list[list[str]]:
    """The commands that may compile C here, best first."""
    chosen = os.environ.get("CC", "").strip()
    if chosen:
        return [shlex.split(chosen)]
    found = [[name] for name in ("cc", "gcc", "clang") if shutil.which(name)]
    if importlib.util.find_spec("ziglang"):
        # Unlike other compilers, this one compiles for the very processor it runs on unless told otherwise.
        found.append([sys.executable, "-m", "ziglang", "cc", "-mcpu=baseline"])
    return found


def build(folder: Path | None = None, *, strict: bool = False) -> tuple[Path | None, str]:
    """Compiles the library into the folder of its sources.

    Args:
        folder: Where the C files lie; beside this module by default.
        strict: Treat warnings as errors.

    Returns:
        The library, `None` when there is none, and one line that says what happened. Never raises.
    """
    folder = folder or Path(__file__).parent
    sources = sorted(folder.glob("*.c"))
    if not sources:
        return None, f"no C sources in {folder}"
    candidates = compilers()
    if not candidates:
        return None, "no C compiler found (set CC, or install one, or the ziglang package); NumPy does its work"
    reasons: list[str] = []
    for command in candidates:
        try:
            return _compile(command, sources, folder / library_name(), strict=strict), f"built by {shlex.join(command)}"
        except (OSError, subprocess.SubprocessError) as error:
            output = str(getattr(error, "stderr", "") or error).strip()
            reasons.append(f"{shlex.join(command)}: {output}")
    return None, "could not compile; NumPy does its work. " + "; ".join(reasons)


def _compile(command: list[str], sources: list[Path], target: Path, *, strict: bool) -> Path:
    """Compiles to a temporary name first, so that a running program never loads half a library."""
    flags = [*_FLAGS, *_WARNINGS, *(["-Werror"] if strict else [])]
    if sys.platform != "win32":
        flags.append("-fPIC")
    libraries = [] if sys.platform == "win32" else ["-lm"]
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        built = Path(scratch) / target.name
        arguments = [*command, *flags, *map(str, sources), "-o", str(built), *libraries]
        subprocess.run(arguments, check=True, capture_output=True, text=True, timeout=_TIMEOUT_S)
        os.replace(built, target)
    return target


def main() -> int:
    """Builds; `--strict` makes warnings and a missing library failures."""
    strict = "--strict" in sys.argv[1:]
    library, report = build(strict=strict)
    sys.stdout.write(f"{library or 'no library'}: {report}\n")
    return int(strict and library is None)


if __name__ == "__main__":
    raise SystemExit(main())
