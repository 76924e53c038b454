"""What documents and skills tell people to type is typed, against a real server."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.protocol.serving import Served, environment
from tests.skills.packages import PACKAGES, Package

from wavereel.errors import RefusedError
from wavereel.media.probe import probe
from wavereel.media.signals import tone, write_sound
from wavereel.service.backend.webhooks import signature

ROOT = Path(__file__).parents[2]
MAKE = "make a vertical video from this recording without captions"


def example(page: str, language: str) -> str:
    """The example of a page that says a test runs it."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    (found,) = re.findall(rf"<!-- a test runs this example -->\n```{language}\n(.*?)```", text, re.DOTALL)
    return found


def typed(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    shell = shutil.which("bash")
    if shell is None or shutil.which("curl") is None:
        pytest.skip("no bash or no curl on this machine")
    words = [shell, "-euo", "pipefail", "-c", script]
    return subprocess.run(
        words, cwd=folder, env=environment(**variables), capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.promise("RENDER-DOWNLOAD")
def test_the_example_of_the_api(served: Served, tmp_path: Path):
    write_sound(tmp_path / "talk.mp3", tone(24_000), codec="libmp3lame")
    done = typed(example("api.md", "bash"), tmp_path, BASE=served.base)
    assert done.returncode == 0, done.stdout + done.stderr
    (video,) = probe(tmp_path / "talk.mp4").video
    assert (video.width, video.height) == (1080, 1920)


def test_the_example_of_webhooks():
    scope: dict = {}
    exec(compile(example("backend.md", "python"), "backend.md", "exec"), scope)
    body, secret = b'{"event": "render.completed"}', "whsec_x"
    header = signature(secret, body, 1764288000)
    assert scope["is_ours"](header, body, secret, now=1764288010)
    assert not scope["is_ours"](header, body, secret, now=1764289000)
    assert not scope["is_ours"](header, body + b" ", secret, now=1764288010)
    assert not scope["is_ours"](header, body, "other", now=1764288010)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_the_commands_of_a_skill(served: Served, tmp_path: Path, package: Package):
    """Set-up, upload, chat, state, credits and export as the text has them, with only names filled in."""
    name = "talk.mp3" if package.name == "video-a2e" else "episode.mp4"
    write_sound(tmp_path / name, tone(24_000), codec="libmp3lame" if name.endswith("mp3") else "aac")
    setup, use, export = re.findall(r"```bash\n(.*?)```", package.body, re.DOTALL)
    use = re.sub(r"curl [^\n]+\\\n  -d '\{\"urls\"[^\n]+\n", "", use)
    (told,) = re.findall(r'"text":"([^"]+)"', use)
    use = use.replace(told, MAKE)
    script = "\n".join(
        [
            "{ " + setup.replace("{baseDir}", str(tmp_path)) + "\n} > session.json",
            """SID=$(sed -n 's/.*"session_id": *"\\([^"]*\\)".*/\\1/p' session.json)""",
            "{ " + use + "\n} > use.txt",
            export.replace('"quality": "high"', '"quality": "low"'),
            'echo; echo "SID=$SID RENDER=$RENDER TOKEN=$TOKEN"',
        ]
    )
    done = typed(script, tmp_path, WAVEREEL_API_URL=served.base)
    assert done.returncode == 0, done.stdout + done.stderr
    use_said = (tmp_path / "use.txt").read_text(encoding="utf-8")
    assert use_said.count('"code"') >= 3
    assert "session_state_applied" in use_said
    assert "functionCall" in use_said
    assert '"available"' in use_said
    queued = re.findall(r'"status": ?"(pending|processing|completed)"', done.stdout)
    assert len(queued) >= 2, done.stdout


def test_the_table_of_the_api_is_the_servers(served: Served):
    """Each path of the OpenAPI document is told, and each that is told is there; further aliases need no row."""
    with served.client() as http:
        paths = http.get("/openapi.json").json()["paths"]
    there = {f"{method.upper()} {shape(path)}" for path, methods in paths.items() for method in methods}
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`(?:GET|POST|PUT|HEAD|PATCH|DELETE)[^|]+) \|", text, re.MULTILINE)
    told = set()
    for cell in (cell for row in rows for cell in re.findall(r"`([^`]+)`", row)):
        *methods, path = cell.partition("?")[0].split()
        told |= {f"{method} {shape(path)}" for method in methods}
    told = {route for route in told if "/api/" in route or route == "POST /run_sse"}
    assert told - there == set()
    missing = {route for route in there - told if "/api/" in route and not route.startswith(("HEAD", "OPTIONS"))}
    assert missing <= ALIASES


ALIASES = {
    "GET /api/render/proxy/lambda/{}/download",
    "POST /api/render/proxy/{}/cancel",
}


def shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def test_the_codes_of_the_api_are_the_programs():
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    told = {int(code): int(status) for code, status in re.findall(r"^\| (\d+) \| (\d+) \|", text, re.MULTILINE)}

    def refusals(of: type[RefusedError]) -> dict[int, int]:
        found = {} if of is RefusedError else {of.wire_code: of.http_status}
        for sub in of.__subclasses__():
            if sub.__module__ == "wavereel.errors":
                found |= refusals(sub)
        return found

    assert refusals(RefusedError).items() <= told.items()
    inputs = {4001: 415, 4002: 413, 4003: 422, 5000: 500}
    assert inputs.items() <= told.items()
    assert set(told) == {0, *refusals(RefusedError), *inputs}
