"""`wavereel skill` against an honest backend: what each command does, says, keeps and ends with."""

import json
import stat
from pathlib import Path

import pytest
from tests.client.fake_backend import VIDEO

from wavereel.client.command import Common, runner_of
from wavereel.client.words import STILL_WORKING

STORED_TOKEN = "nmv_usr_"


def kept(folder: Path) -> dict:
    files = list((folder.parent / "config" / "wavereel" / "client").glob("*.json"))
    assert len(files) == 1
    return json.loads(files[0].read_text(encoding="utf-8"))


@pytest.mark.promise("CLIENT-COMMANDS", "CLIENT-EXPORT-FILE", "CLIENT-PROGRESS", "CLIENT-SESSIONS", "CLIENT-NEXT-STEPS")
def test_one_file_one_wish_one_export(skill, fake, talk_mp3):
    assert skill("upload", "talk.mp3").out == "Got talk.mp3 (sound, 0:02).\n"
    sent = skill("send", "make it blue")
    assert sent.code == 0
    assert "The title now says make it blue" in sent.out
    assert "Next:" in sent.out
    status = skill("status")
    assert "Timeline (1 track):" in status.out
    assert '1. Title: "make it blue" (0-2s)' in status.out
    exported = skill("export")
    assert exported.code == 0
    assert Path("talk.mp4").read_bytes() == VIDEO
    assert "talk.mp4" in exported.out
    assert "Exporting" in exported.err
    assert "Halfway: 55%." in exported.err
    again = skill("export")
    assert (again.code, Path("talk (2).mp4").read_bytes()) == (0, VIDEO)
    assert len(fake.sessions) == 1
    assert not list(Path().glob("*.part*"))


@pytest.mark.parametrize("progress", [30, 94])
def test_half_is_said_only_where_it_is_near(skill, fake, talk_mp3, progress: int):
    fake.progress = progress
    skill("upload", "talk.mp3")
    skill("send", "make it blue")
    exported = skill("export")
    assert exported.code == 0
    assert "Halfway" not in exported.err


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("add captions", "Added the captions.\nNext you could say “make it vertical” or “export”."),
        ("加字幕", "添加了字幕。\n接下来可以说“改成竖屏”或“导出”。"),
    ],
)
def test_what_a_reply_suggests_is_not_suggested_again(skill, fake, talk_mp3, message: str, reply: str):
    fake.reply = reply
    out = skill("chat", lines=f"talk.mp3\n{message}\n").out
    assert reply.splitlines()[1] in out
    assert "Next:" not in out
    assert "接下来可以：" not in out


@pytest.mark.promise("CLIENT-START", "CLIENT-GREETING", "CLIENT-ROUTER", "CLIENT-NO-EXPORT-TO-CHAT")
def test_a_conversation(skill, fake, server, talk_mp3):
    lines = "talk.mp3 make it blue\ncredits\nstatus\n积分\n/new\nupload\nexport\nsilent\nexport 720p\n/quit\nnever\n"
    chat = skill("chat", lines=lines)
    assert chat.code == 3  # the export of an empty session
    assert "Connecting…" in chat.out
    assert "Ready." in chat.out
    assert "turn my podcast audio into a video with captions and a waveform visual" in chat.out
    assert "96 credits are left" in chat.out
    assert "剩余96积分" in chat.out
    assert "Which file?" in chat.out
    assert "200 MB" in chat.out
    assert "mp4, mov, avi, webm, mkv, jpg, png, gif, webp, mp3, wav, m4a, aac" in chat.out
    assert "nothing to export yet" in chat.out
    assert "Done: made a timeline of 2s: Title" in chat.out
    assert fake.said == ["make it blue", "silent"]
    assert next(iter(fake.renders.values()))["output"]["resolution"] == "720p"
    assert Path("video.mp4").is_file()
    for request in server.requests:
        assert request.headers["x-skill-source"] == "video-a2e"
        assert request.headers["x-skill-version"]
        assert request.headers["x-skill-platform"] == "unknown"


@pytest.mark.promise("CLIENT-PREVIEW")
def test_previews(skill, server, talk_mp3, monkeypatch):
    monkeypatch.setattr("wavereel.client.runner.MAX_PREVIEWS", 2)
    chat = skill("chat", lines="make it blue\nmake it red\nmake it green\nmake it pink\n")
    assert chat.out.count("Preview: ") == 4
    path = Path(chat.out.rpartition("Preview: ")[2].partition("\n")[0])
    assert path.read_bytes().startswith(b"\x89PNG")
    assert len(list(path.parent.iterdir())) == 2
    preview = skill("preview", "--at", "1")
    assert (preview.code, preview.out) == (0, "Preview: preview.png\n")
    assert skill("preview", "-o", "preview.png").code == 2
    assert server.asked("GET", "/api/preview")[-1].path.endswith("?at_ms=1000")
    late = skill("preview", "--at", "9:00")
    assert (late.code, "9:00 is past the end: the video is 0:02 long" in late.err) == (2, True)


@pytest.mark.promise("CLIENT-EXPORT-FILE")
def test_an_export_says_what_is_made_and_each_warning_once(skill, fake):
    fake.warnings = ["the sea is grey"]
    skill("send", "make it blue")
    asked = skill("export", "--resolution", "720p", "--fps", "25", "-o", "a.mp4")
    assert "Exporting (720p, 25 fps, 0:02)…" in asked.err
    assert asked.err.count("the sea is grey") == 1
    assert "Exporting (1920x1080, 0:02)…" in skill("export", "-o", "b.mp4").err
    assert "正在导出（1920x1080, 0:02）…" in skill("send", "导出").err


@pytest.mark.promise("CLIENT-EXPORT-FILE", "CLIENT-PREVIEW")
def test_a_file_is_what_its_ending_says(skill, fake):
    skill("send", "make it blue")
    ran = skill("export", "-o", "a.mkv")
    assert (ran.code, "name it a.mp4" in ran.err) == (2, True)
    assert skill("preview", "-o", "a.jpg").code == 2
    assert skill("export", "-o", "Vol. 2").code == 0
    assert not list(Path().glob("a.*"))
    assert len(fake.renders) == 1


@pytest.mark.promise("CLIENT-STORED", "CLIENT-NO-SECRETS")
def test_what_is_kept_and_what_is_shown(skill, fake, folder, talk_mp3):
    runs = [skill("send", "talk.mp3 make it blue"), skill("credits", "--json"), skill("send", "silent", "--json")]
    values = kept(folder)
    assert values["token"] == fake.tokens[0]
    assert values["session_id"] in fake.sessions
    folder_of_it = folder.parent / "config" / "wavereel" / "client"
    assert stat.S_IMODE(folder_of_it.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder_of_it.iterdir()] == [0o600]
    for ran in runs:
        assert STORED_TOKEN not in ran.all
        assert values["client_id"] not in ran.all
        assert '"draft"' not in ran.all
    assert len(fake.tokens) == 1


@pytest.mark.promise("CLIENT-STORED", "CLIENT-ENVIRONMENT")
def test_a_token_of_the_environment_is_used_and_never_written(skill, fake, server, folder, monkeypatch):
    fake.tokens.append("secret-of-mine")
    monkeypatch.setenv("NEMO_TOKEN", "secret-of-mine")
    assert skill("send", "make it blue").code == 0
    assert server.requests[0].headers["authorization"] == "Bearer secret-of-mine"
    assert not server.asked("POST", "/api/auth")
    assert "secret-of-mine" not in json.dumps(kept(folder))
    monkeypatch.setenv("WAVEREEL_TOKEN", "another")
    fake.tokens.append("another")
    skill("credits")
    assert server.requests[-1].headers["authorization"] == "Bearer another"


def test_each_token_has_a_last_session_of_its_own(skill, fake, folder, monkeypatch):
    assert skill("send", "make it blue").code == 0
    mine = kept(folder)["session_id"]
    fake.tokens.append("secret-of-mine")
    monkeypatch.setenv("WAVEREEL_TOKEN", "secret-of-mine")
    assert skill("send", "make it red").code == 0
    assert len(fake.sessions) == 2
    assert "make it red" in skill("status").out
    monkeypatch.delenv("WAVEREEL_TOKEN")
    assert kept(folder)["session_id"] == mine
    assert "make it blue" in skill("status").out
    assert len(fake.sessions) == 2
    assert "secret-of-mine" not in json.dumps(kept(folder))


def test_a_given_token_that_is_refused_gives_way_to_the_stored_one(skill, server, monkeypatch):
    skill("credits")
    monkeypatch.setenv("WAVEREEL_TOKEN", "no-longer-good")
    ran = skill("credits")
    assert ran.code == 0
    assert len(server.asked("POST", "/api/auth")) == 1


@pytest.mark.promise("CLIENT-ENVIRONMENT")
def test_other_names_of_the_environment(skill, server, fake, monkeypatch):
    monkeypatch.delenv("WAVEREEL_API_URL")
    monkeypatch.setenv("NEMO_API_URL", server.url + "/")
    monkeypatch.setenv("NEMO_CLIENT_ID", "my-client")
    monkeypatch.setenv("SKILL_SOURCE", "github")
    assert skill("credits").code == 0
    assert server.requests[0].headers["x-client-id"] == "my-client"
    assert server.requests[0].headers["x-skill-platform"] == "github"
    monkeypatch.setenv("WAVEREEL_API_URL", "http://127.0.0.1:9")
    assert skill("credits").code == 5
    assert skill("credits", "--base", server.url).code == 0


def test_what_belongs_to_one_backend_is_not_sent_to_another(skill, fake, server):
    from tests.client.fake_backend import Fake
    from tests.client.hostile import Hostile

    skill("credits")
    with Hostile(Fake()) as other:
        skill("credits", "--base", other.url)
        sent = other.requests
    mine = server.requests
    assert sent[0].headers["x-client-id"] != mine[0].headers["x-client-id"]
    assert all(request.headers.get("authorization") != mine[-1].headers["authorization"] for request in sent[:1])


@pytest.mark.promise("CLIENT-SESSIONS")
def test_sessions(skill, fake):
    skill("send", "one")
    first = list(fake.sessions)
    skill("send", "two")
    assert list(fake.sessions) == first
    skill("send", "--new", "three")
    assert len(fake.sessions) == 2
    told = json.loads(skill("send", "--session", first[0], "--json", "four").out)
    assert told["session_id"] == first[0]
    assert skill("send", "--session", first[0], "--new", "five").code == 2
    skill("chat", lines="six\n")
    assert len(fake.sessions) == 3
    skill("status", "--session", first[0])
    unknown = skill("status", "--session", "1")
    assert (unknown.code, "leave out --session" in unknown.err) == (3, True)
    assert len(fake.sessions) == 3
    assert json.loads(skill("status", "--json").out)["session_id"] == first[0]


def test_commands_of_a_conversation(skill, fake):
    ran = skill("chat", lines="/help\n/credits\n/nonsense\n/status\n")
    assert ran.code == 2
    assert "96 credits" in ran.out
    assert "there is no command /nonsense" in ran.out
    assert "Timeline (empty)" in ran.out
    assert not fake.said


@pytest.mark.promise("CLIENT-EXIT-CODES")
def test_usage(skill, fake, folder, talk_mp3):
    assert skill("send").code == 2
    assert skill("upload").code == 2
    assert skill("upload", "missing.mp3").code == 2
    assert skill("status").code == 2  # no session yet
    assert skill("credits", "--skill", "no-such").code == 2
    assert skill("credits", "--base", "nonsense").code == 2
    assert skill("credits", "--nonsense").code == 2
    skill("send", "make it blue")
    assert skill("export", "-o", "talk.mp3").code == 2
    assert skill("export", "-o", "no/such/folder.mp4").code == 2
    assert talk_mp3.read_bytes() == b"ID3"
    assert not fake.renders


@pytest.mark.promise("CLIENT-EXIT-CODES")
def test_refusals_before_anything_is_sent(skill, fake, server, folder, monkeypatch):
    large = folder / "large.mp3"
    with large.open("wb") as file:
        file.truncate(200 * 2**20 + 1)
    ran = skill("upload", "large.mp3")
    assert ran.code == 3
    assert "200 MB" in ran.err
    assert not server.asked("POST", "/api/upload")
    (folder / "notes.txt").write_text("x")
    ran = skill("send", "notes.txt make it blue")
    assert ran.code == 3
    assert "mp4, mov, avi, webm, mkv, jpg, png, gif, webp, mp3, wav, m4a, aac" in ran.err
    assert not server.asked("POST", "/api/upload")


@pytest.mark.promise("CLIENT-LONG-UPLOAD")
@pytest.mark.parametrize(("name", "limit_s", "social"), [("video-a2e", 180, False), ("free-podcast-video", 600, True)])
def test_long_files_are_told_once(skill, folder, name: str, limit_s: int, social: bool):
    for seconds in (limit_s, limit_s + 1, limit_s + 2):
        (folder / f"{seconds}s.mp3").write_bytes(b"x")
    lines = f"{limit_s}s.mp3\n{limit_s + 1}s.mp3\n{limit_s + 2}s.mp3\n"
    chat = skill("chat", "--skill", name, lines=lines)
    assert chat.out.count("shorter clips are done sooner") == 1
    assert f"{limit_s + 1}s.mp3 is" in chat.out
    assert ("social platforms" in chat.out) is social
    assert "Shall I cut it?" in chat.out


def test_addresses_and_several_files(skill, fake, folder, talk_mp3):
    (folder / "b.mp3").write_bytes(b"x")
    ran = skill("upload", "talk.mp3", "b.mp3", "https://example.org/c.mp3", "--json")
    facts = json.loads(ran.out)
    assert [item["filename"] for item in facts["files"]] == ["talk.mp3", "b.mp3", "c.mp3"]


def test_nothing_done_is_said(skill):
    ran = skill("send", "nothing")
    assert ran.code == 0
    assert "nothing has changed" in ran.out


@pytest.mark.promise("CLIENT-SILENT-EDIT")
def test_a_silent_edit_is_told(skill):
    skill("send", "first")
    ran = skill("send", "silent")
    assert ran.out.startswith("Done: Title text: first → silent.")


def test_json_has_the_facts(skill, fake):
    facts = json.loads(skill("send", "make it blue", "--json").out)
    assert facts["ok"] is True
    assert facts["action"] == "chat"
    assert facts["draft_rev"] == 1
    assert facts["timeline"].startswith("Timeline (1 track)")
    assert json.loads(skill("credits", "--json").out)["available"] == 96
    exported = json.loads(skill("export", "--json", "-o", "x.mp4").out)
    assert (exported["path"], exported["size_bytes"]) == ("x.mp4", len(VIDEO))
    failed = skill("export", "--json", "-o", "x.mp4")
    assert json.loads(failed.out)["error"]["exit_code"] == 2


@pytest.mark.promise("CLIENT-LANGUAGE")
@pytest.mark.parametrize(
    ("locale", "language"), [("C.UTF-8", "en"), ("zh_CN.UTF-8", "zh-CN"), ("de_AT", "de"), ("", "en")]
)
def test_the_language_of_a_session(skill, server, monkeypatch, locale: str, language: str):
    monkeypatch.setenv("LANG", locale)
    skill("send", "x")
    assert server.asked("POST", "/api/tasks")[0].json["language"] == language


def test_the_notice_is_literal():
    assert STILL_WORKING == "⏳ Still working..."


@pytest.mark.promise("CLIENT-BASE")
def test_where_nothing_answers(skill, monkeypatch):
    monkeypatch.setenv("WAVEREEL_API_URL", "http://127.0.0.1:9")
    ran = skill("credits")
    assert ran.code == 5
    assert "wavereel serve" in ran.err


@pytest.mark.promise("CLIENT-BASE")
def test_the_base_is_this_machine_unless_told_otherwise(folder, monkeypatch):
    for name in ("WAVEREEL_API_URL", "NEMO_API_URL"):
        monkeypatch.delenv(name, raising=False)
    with runner_of(Common()).connection.client as client:
        assert client.base.address == "http://127.0.0.1:8080"


def test_a_file_that_is_kept_may_be_broken(skill, folder):
    skill("credits")
    [path] = (folder.parent / "config" / "wavereel" / "client").iterdir()
    path.write_text("{broken", encoding="utf-8")
    path.chmod(0o644)
    assert skill("credits").code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_takes_nothing(skill, folder):
    (folder.parent / "config").write_text("a file", encoding="utf-8")
    ran = skill("send", "make it blue")
    assert ran.code == 0
    assert "cannot be written" in ran.err


@pytest.mark.promise("CLIENT-NO-SECRETS")
def test_the_log_holds_no_token(skill, fake, tmp_path, monkeypatch):
    monkeypatch.setenv("WAVEREEL_CACHE_DIR", str(tmp_path / "cache"))
    fake.tokens.append("a-token-of-another-form")
    for arguments in (["--token", "a-token-of-another-form"], ["--token=a-token-of-another-form"]):
        assert skill("credits", *arguments, "--debug").code == 0
    log = (tmp_path / "cache" / "wavereel.log").read_text(encoding="utf-8")
    assert "credits" in log
    assert "a-token" not in log
