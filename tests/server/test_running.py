"""`wavereel serve` from its socket to its end, and the commands beside it."""

import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx2
import numpy as np
import pytest
from tests.server.conftest import SKILL
from tests.server.live import until

from wavereel.cli.main import COMMANDS, main
from wavereel.errors import OutputError, UsageError
from wavereel.picture.images import encode_png
from wavereel.server.running import address_of, greeting, listen, run_server
from wavereel.settings import Settings, load_settings

WORDS = [sys.executable, "-m", "wavereel"]


def settings(tmp_path: Path, **fields) -> Settings:
    return replace(load_settings(), data_dir=tmp_path / "data", **fields)


def test_a_port_that_is_taken_is_named():
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(OutputError, match=f"port {port} of 127.0.0.1 is in use"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["203.0.113.77", "nowhere.invalid"])
def test_an_address_that_is_not_ours(host: str):
    with pytest.raises(OutputError, match="cannot listen"):
        listen(host, 0)


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(OutputError, match="--data"):
        run_server(settings(tmp_path, port=0))


def test_addresses_as_others_write_them(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("wavereel.server.running._outward", lambda: "192.0.2.7")
    with listen("127.0.0.1", 0) as one:
        assert address_of(one) == f"http://127.0.0.1:{one.getsockname()[1]}"
    with listen("0.0.0.0", 0) as every:
        assert address_of(every).startswith("http://192.0.2.7:")
    if socket.has_ipv6:
        with listen("::1", 0) as six:
            assert address_of(six).startswith("http://[::1]:")


def test_the_greeting_warns_where_others_can_come(tmp_path: Path):
    assert "warning" not in greeting(settings(tmp_path), "http://127.0.0.1:1")
    assert "warning" in greeting(settings(tmp_path, host="0.0.0.0"), "http://192.0.2.1:1")


@pytest.mark.promise("SETTINGS-ADK-NO-AUTH")
def test_no_token_for_adk_is_for_loopback_only(tmp_path: Path):
    with pytest.raises(UsageError, match="loopback"):
        run_server(settings(tmp_path, adk_no_auth=True, host="0.0.0.0"))


def test_a_server_starts_answers_and_stops(tmp_path: Path):
    environ = {**os.environ, "WAVEREEL_DATA": str(tmp_path / "data")}
    words = [*WORDS, "serve", "--port", "0", "--workers", "0"]
    process = subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        base = said.split()[-1]
        assert said.startswith("Wavereel serves http://127.0.0.1:")
        assert httpx2.get(f"{base}/health", trust_env=False).json() == {"status": "ok"}
        _work(base)
        heavy = {name for name in ("numpy", "libav", "_resvg", "ctranslate2") if name in _mapped(process.pid)}
        assert not heavy, "what decodes, paints or hears is the work of other processes"
        beside = subprocess.run(
            [*WORDS, "serve", "--port", base.rpartition(":")[2]],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert beside.returncode == 5
        assert "is in use" in beside.stderr and beside.stderr.count("\n") == 1
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert process.returncode == 0
    finally:
        process.kill()
    for path in (tmp_path / "data").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    assert "Traceback" not in (tmp_path / "data" / "logs" / "server.log").read_text()
    until(lambda: not _children_of(process.pid))


def test_a_closed_terminal_ends_it_as_well(tmp_path: Path):
    environ = {**os.environ, "WAVEREEL_DATA": str(tmp_path / "data")}
    words = [*WORDS, "serve", "--port", "0", "--workers", "0"]
    process = subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        base = process.stdout.readline().split()[-1]
        httpx2.post(f"{base}/api/auth/anonymous-token", headers={"X-Client-Id": "c"}, trust_env=False)
        process.send_signal(signal.SIGHUP)
        process.communicate(timeout=30)
        assert process.returncode == 0
    finally:
        process.kill()


def _work(base: str) -> None:
    """A little of everything that a server is asked."""
    with httpx2.Client(base_url=base, trust_env=False, timeout=60) as http:
        token = http.post("/api/auth/anonymous-token", headers={"X-Client-Id": "c"}).json()["token"]
        http.headers.update({"Authorization": f"Bearer {token}", **SKILL})
        session = http.post("/api/tasks/me/with-session/nemo_agent").json()["session_id"]
        files = {"files": ("a.png", encode_png(np.zeros((8, 8, 3), np.uint8)))}
        assert http.post(f"/api/upload-video/nemo_agent/me/{session}", files=files).json()["code"] == 0
        said = {"session_id": session, "new_message": {"parts": [{"text": "make the title red"}]}}
        assert "invocationId" in http.post("/run_sse", json=said).text
        draft = {"t": [{"tt": 7, "sg": [{"d": 100, "txt": "Hello"}]}]}
        assert http.post("/api/render/proxy/lambda", json={"id": "a", "sessionId": session, "draft": draft}).is_success
        assert http.get(f"/api/preview/nemo_agent/me/{session}").status_code in (200, 422)


def _mapped(pid: int) -> str:
    """The files that a process has in its memory; empty where the platform does not say."""
    try:
        return Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return ""


def _children_of(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found


@pytest.mark.promise("TOKEN-COMMAND", "TOKEN-STAR-COMMAND", "ACCOUNT-CREDITS-COMMAND")
def test_tokens_and_credits_of_the_owner(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main([*words, "--data", str(tmp_path / "data")])
        out = capsys.readouterr()
        return int(str(end.value.code)), out.out, out.err

    code, out, _ = run("token", "create", "--scopes", "*", "--name", "ci")
    assert code == 0 and out.startswith("nmv_usr_") and out.count("\n") == 1
    assert run("token", "create", "--scopes", "fly")[0] == 2
    assert run("token", "create", "--scopes", ",")[0] == 2
    assert run("token", "destroy")[0] == 2
    assert run("token", "create", "--bind", "anon_nobody")[0] == 2
    assert run("credits", "show", "nobody")[0] == 2
    assert run("credits", "show", "nobody", "5")[0] == 2
    assert run("credits", "add", "nobody")[0] == 2
    assert run("credits", "add", "ci", "5")[1].count("\n") == 3
    shown = run("credits", "show", "ci")[1].splitlines()
    assert shown[0].startswith("available: ")
    assert shown[3].split()[2:] == ["+5", "grant"]
    assert secret_is_nowhere(tmp_path / "data", out.strip())


def secret_is_nowhere(folder: Path, secret: str) -> bool:
    return not any(secret.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_the_commands_are_there():
    assert {"serve", "skill", "mcp", "token", "credits"} <= set(COMMANDS)
