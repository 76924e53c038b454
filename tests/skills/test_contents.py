"""Each skill carries every part that it needs, and says what the protocol says."""

import json
import re
import shutil
import subprocess

import pytest
from tests.skills.packages import PACKAGES, Package

from wavereel.errors import WavereelError

pytestmark = pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)

ROUTES = {
    ("POST", "/api/auth/anonymous-token"),
    ("POST", "/api/tasks/me/with-session/nemo_agent"),
    ("POST", "/api/upload-video/nemo_agent/me/$SID"),
    ("POST", "/run_sse"),
    ("GET", "/api/state/nemo_agent/me/$SID/latest"),
    ("GET", "/api/credits/balance/simple"),
    ("POST", "/api/render/proxy/lambda"),
    ("GET", "/api/render/proxy/lambda/$RENDER"),
    ("POST", "/api/render/proxy/lambda/$RENDER/cancel"),
    ("GET", "/api/render/proxy/$RENDER/download"),
}

# What has to be said, by the section in which it is said.
PARTS = {
    "Greeting": ["greet", "own words", "or just"],
    "Set-up": ["WAVEREEL_API_URL", "NEMO_API_URL", "http://127.0.0.1:8080", "X-Client-Id", "7 days", "wavereel serve"],
    "Router: look at each message before you send it": [
        "导出",
        "积分",
        "余额",
        "状态",
        "上传",
        "credits",
        "goes to chat",
    ],
    "Headers": ["X-Skill-", "Authorization: Bearer", "402"],
    "Endpoints": ["files=@", '"urls"', '"source_type":"url"', "--max-time 900", "text/event-stream"],
    "Export": ["no credits", "output.url", "every 30 seconds", "once more with a new id", "cancelled", "completed"],
    "Events": ["heartbeat", "functionCall", "⏳ Still working...", "fifteen", "closing of the connection"],
    "Silent edits": ["Read the state before", "compare"],
    "Dropped stream": ["Do not send", "30 seconds", "five times"],
    "GUI translation": ["click", "点击", "open", "打开", "drag", "拖拽", "导出", "timeline line"],
    "Errors": ["Retry-After", "/register?bind=", "not about credits"],
    "Draft and timeline line": ["`t`", "`tt`", "`sg`", "`d`", "`m`", "generated_media", "video_infos", "canvas_config"],
    "Formats and lengths": ["mp3", "9:16", "offer a cut"],
    "Workflows": ["**Quick:**", "**Batch:**", "**Iterative:**"],
}

KINDS = ("mp4", "mov", "avi", "webm", "mkv", "jpg", "png", "gif", "webp", "mp3", "wav", "m4a", "aac")

DIFFERENCES = {
    "video-a2e": ("Connecting…", "mp3, wav, aac or m4a", "200 MB", "3 minutes"),
    "free-podcast-video": ("Setting things up…", "mp3, mp4, wav or mov", "500 MB", "10 minutes"),
}

SHARED = ("Router: look at each message before you send it", "Headers", "Errors", "GUI translation", "Dropped stream")


def joined(text: str) -> str:
    """A text whose line breaks stand where words would be parted."""
    return " ".join(text.split())


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_there(package: Package, part: str):
    text = joined(package.sections[part])
    assert [words for words in PARTS[part] if words not in text] == []


def test_it_names_the_kinds_of_files(package: Package):
    tips = package.sections["Formats and lengths"]
    assert [kind for kind in KINDS if not re.search(rf"\b{kind}\b", tips)] == []


def test_what_is_its_own(package: Package):
    start, kinds, limit, long = DIFFERENCES[package.name]
    assert start in package.sections["Greeting"]
    assert joined(package.sections["Greeting"]).count(kinds) == 1
    assert f"at most {limit} a file" in joined(package.sections["Endpoints"])
    assert f"longer than {long}" in joined(package.sections["Formats and lengths"])
    other = next(values for name, values in DIFFERENCES.items() if name != package.name)
    assert other[0] not in package.body
    assert other[2] not in package.body


def test_the_table_of_endpoints_is_the_protocols(package: Package):
    told = set(re.findall(r"`(GET|POST) (/\S+?)`", package.sections["Endpoints"]))
    assert told == ROUTES


def test_the_commands_call_only_what_the_table_tells(package: Package):
    known = {path for _, path in ROUTES}
    called = set(re.findall(r"\"\$BASE(/[^\"\s]+)\"", package.commands))
    assert called <= known
    assert len(called) >= 7


def test_posts_are_posts(package: Package):
    for command in re.findall(r"curl(?:[^|\n]|\\\n)+", package.commands):
        found = re.search(r"\$BASE(/[^\"\s]+)", command)
        assert found, command
        method = "POST" if "-X POST" in command else "GET"
        assert (method, found[1]) in ROUTES


def test_the_bodies_are_those_of_the_protocol(package: Package):
    bodies = [json.loads(body.replace("""'"$SID"'""", "1")) for body in re.findall(r"-d '(\{.+\})'", package.commands)]
    session, urls, chat = bodies
    assert session == {"task_name": "project", "language": "en"}
    assert set(urls) == {"urls", "source_type"}
    assert set(chat) == {"app_name", "user_id", "session_id", "new_message"}
    assert (chat["app_name"], chat["user_id"]) == ("nemo_agent", "me")
    assert list(chat["new_message"]["parts"][0]) == ["text"]


def test_the_errors_are_the_programs(package: Package):
    def wires(of: type[WavereelError]) -> set[int]:
        return {of.wire_code}.union(*(wires(sub) for sub in of.__subclasses__()))

    told = {int(code) for code in re.findall(r"^\| (\d+) \|", package.sections["Errors"], re.MULTILINE)}
    assert told == {1001, 1002, 2001, 4001, 4002, 4003, 4091, 400, 402, 429}
    assert told <= wires(WavereelError)


def test_every_call_is_attributed_and_all_but_the_first_authorised(package: Package):
    calls = re.findall(r"curl(?:[^|\n]|\\\n)+", package.commands)
    assert all("${HEADERS[@]}" in call or "${AUTH[@]}" in call for call in calls)
    assert [call for call in calls if "${AUTH[@]}" not in call and "anonymous-token" not in call] == []
    assert 'AUTH=(-H "Authorization: Bearer $TOKEN" "${HEADERS[@]}")' in package.commands


def test_the_commands_are_legal_shell(package: Package):
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("no bash on this machine")
    done = subprocess.run([shell, "-n"], input=package.commands, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_both_have_to_say_they_say_alike(package: Package):
    first = PACKAGES[0]
    assert {part: package.sections[part] for part in SHARED} == {part: first.sections[part] for part in SHARED}
