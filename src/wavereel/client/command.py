"""`wavereel skill`: the client that people and agents run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from wavereel.errors import UsageError
from wavereel.settings import client_variable, default_config_path

if TYPE_CHECKING:
    from wavereel.client.runner import Runner


def _option(words: str, *names: str) -> Parameter:
    return Parameter(help=words, alias=names or None, show_default=False)


def _flag(words: str) -> Parameter:
    return Parameter(help=words, negative=(), show_default=False)


@Parameter(name="*")
@dataclass(frozen=True)
class Common:
    """Which backend, which account, which session."""

    base: Annotated[str | None, _option("The backend's address; http://127.0.0.1:8080 by default.")] = None
    token: Annotated[str | None, _option("A token; better kept in WAVEREEL_TOKEN, where nobody else sees it.")] = None
    skill: Annotated[str, _option("video-a2e (the default), free-podcast-video, or the folder of a skill.")] = ""
    session: Annotated[str | None, _option("Work in this session instead of the last one.")] = None
    new: Annotated[bool, _flag("Begin a new session.")] = False
    json: Annotated[bool, _flag("Write one JSON object an outcome to standard output.")] = False


@Parameter(name="*")
@dataclass(frozen=True)
class Output:
    """What an export should be like."""

    resolution: Annotated[str | None, _option("720p, 1080p, or a size such as 1080x1080.")] = None
    quality: Annotated[str | None, _option("high (the default), medium or low.")] = None
    fps: Annotated[float | None, _option("Frames a second.")] = None
    format: Annotated[str | None, _option("mp4.")] = None


skill = App(name="skill", help="Talk to a backend as a skill does: send files, say wishes, fetch the video.")


@skill.command
def chat(
    *files: Annotated[str, Parameter(help="Files and addresses to begin with.")], common: Common = Common()
) -> int:
    """A conversation: a line is a message, an action such as export or credits, or the path of a file to send.

    Lines come from the terminal, or from standard input. /new begins another session, /quit ends.
    """
    from wavereel.client.talking import talk

    runner = runner_of(common, chatting=True)
    with runner.connection.client:
        return talk(runner, files)


@skill.command
def send(*text: Annotated[str, Parameter(help="What to say.")], common: Common = Common()) -> int:
    """Say one thing, and see what came of it."""
    line = " ".join(text).strip()
    if not line:
        raise UsageError("there is nothing to send", hint='write wavereel skill send "make it vertical"')
    runner = runner_of(common)
    with runner.connection.client:
        return _end(runner, runner.perform(line))


@skill.command
def upload(
    *files: Annotated[str, Parameter(help="Files on this machine, and addresses that the backend fetches.")],
    common: Common = Common(),
) -> int:
    """Send files into the session."""
    from wavereel.client.errors import FileRefusedError
    from wavereel.client.files import File, is_url
    from wavereel.client.router import Route

    if not files:
        raise UsageError("no file is named", hint="wavereel skill upload FILE")
    urls = tuple(name for name in files if is_url(name))
    paths = tuple(File(Path(name).expanduser()) for name in files if not is_url(name))
    runner = runner_of(common)
    with runner.connection.client:
        facts = runner.take(Route("upload", files=paths, urls=urls), check_names=False)
        return _end(runner, facts) or (FileRefusedError.exit_code if facts["not_taken"] else 0)


@skill.command
def status(*, common: Common = Common()) -> int:
    """What is on the timeline, which files are there, how exports stand."""
    runner = runner_of(common, needs_session=True)
    from wavereel.client.router import Route

    with runner.connection.client:
        return _end(runner, runner.take(Route("status")))


@skill.command
def credits(*, common: Common = Common()) -> int:  # noqa: A001 - the command's name
    """How many credits are left."""
    runner = runner_of(common)
    from wavereel.client.router import Route

    with runner.connection.client:
        return _end(runner, runner.take(Route("credits")))


@skill.command
def preview(
    *,
    at: Annotated[str | None, _option("The time, such as 0:12 or 12.5; a third into the video by default.")] = None,
    out: Annotated[str, _option("The file to write.", "-o")] = "",
    common: Common = Common(),
) -> int:
    """Write one picture of the video, exactly as an export will have it."""
    from wavereel.times import parse_time

    at_ms = None if at is None else parse_time(at)
    runner = runner_of(common, needs_session=True)
    with runner.connection.client:
        return _end(runner, runner.advising(lambda: runner.preview(at_ms, out)))


@skill.command
def export(
    *,
    out: Annotated[str, _option("The file to write; it must not exist yet.", "-o")] = "",
    id: Annotated[str, _option("Fetch this export, which was begun before, instead of making one.")] = "",  # noqa: A002 - the option's name
    output: Output = Output(),
    common: Common = Common(),
) -> int:
    """Make the video and fetch it into the working folder."""
    wanted = {
        key: value for key in ("resolution", "quality", "fps", "format") if (value := getattr(output, key)) is not None
    }
    runner = runner_of(common, needs_session=not id)
    with runner.connection.client:
        return _end(runner, runner.advising(lambda: runner.export(wanted, out, id)))


@skill.command
def install(
    *,
    agent: Annotated[str | None, _option("claude, cursor, openclaw or codex.")] = None,
    skill: Annotated[str | None, _option("One skill; both by default.")] = None,
    to: Annotated[Path | None, _option("A folder of skills instead of the agent's own.")] = None,
    base: Annotated[str | None, _option("The backend that the skill uses; the local one by default.")] = None,
    json: Annotated[bool, _flag("Write the outcome as JSON.")] = False,
) -> int:
    """Put the skills where an agent finds them."""
    from wavereel.client.bases import base_of
    from wavereel.client.install import folder_of
    from wavereel.client.install import install as put
    from wavereel.client.profiles import BUILT_IN
    from wavereel.client.terminal import Terminal

    if agent is None and to is None:
        raise UsageError("no agent is named", hint="use --agent claude, cursor, openclaw or codex, or --to FOLDER")
    folder = to if to is not None else folder_of(agent or "")
    if agent is not None:
        folder_of(agent)
    names = [skill] if skill else list(BUILT_IN)
    done = put(names, folder, base=base_of(base).address if base else "")
    terminal = Terminal(as_json=json)
    for path in done:
        terminal.say(f"Installed {path}")
    terminal.result({"action": "install", "paths": [str(path) for path in done]})
    return 0


def runner_of(common: Common, *, chatting: bool = False, needs_session: bool = False) -> Runner:
    """A runner for what the options and the environment say.

    Raises:
        UsageError: They say nothing that makes sense, or a session is needed and there is none.
    """
    from wavereel.client.bases import DEFAULT_BASE, Waits, base_of
    from wavereel.client.connection import Connection
    from wavereel.client.keep import Keep
    from wavereel.client.profiles import DEFAULT, profile_of
    from wavereel.client.runner import Runner
    from wavereel.client.sync import Client
    from wavereel.client.terminal import Terminal
    from wavereel.settings import load_settings

    if common.session and common.new:
        raise UsageError("a session is new, or it has an id", hint="leave out --session or --new")
    base = base_of(common.base or client_variable("api_url") or DEFAULT_BASE)
    web = client_variable("web_url")
    profile = profile_of(common.skill or DEFAULT, client_variable("skill_source"))
    language, lang = _language()
    connection = Connection(
        client=Client(base.address, skill=profile.skill, waits=Waits(scale=_scale())),
        keep=Keep(default_config_path().parent / "client", base),
        terminal=Terminal(as_json=common.json, chatting=chatting),
        given_token=_token(common.token or client_variable("token")),
        given_client_id=_client_id(client_variable("client_id")),
        given_session=common.session or "",
        new=common.new or (chatting and not common.session),
        language=language,
        web=base_of(web).address if web else "",
        lang=lang,
    )
    if needs_session and not common.new:
        connection.open_session(create=False)
    previews = load_settings().cache_dir / "skill-previews" if chatting else None
    return Runner(connection, profile, previews)


def _end(runner: Runner, facts: dict[str, Any]) -> int:
    runner.connection.terminal.result(facts)
    return 0


def _token(text: str) -> str:
    if text and not (text.isascii() and text.isprintable() and " " not in text and len(text) <= 4096):
        raise UsageError("the token is none", hint="give it as it was shown, on one line")
    return text


def _client_id(text: str) -> str:
    if text and not (text.isascii() and text.isprintable() and " " not in text and len(text) <= 64):
        raise UsageError("the client id is none", hint="use 1 to 64 visible ASCII characters")
    return text


def _scale() -> float:
    text = client_variable("time_scale")
    try:
        scale = float(text or 1)
    except ValueError:
        scale = -1.0
    if not 0 < scale <= 1000:
        raise UsageError("WAVEREEL_TIME_SCALE is no scale of time", hint="use a number such as 1 or 0.01")
    return scale


def _language() -> tuple[str, str]:
    """The language of a new session and of the client's own words, as the machine's locale says."""
    import os
    import re

    text = next(
        (value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name, "").strip())), ""
    )
    match = re.match(r"([a-z]{2,3})(?:[_-]([A-Z]{2}))?(?:[.@]|$)", text)
    if match is None:
        return "en", "en"
    language = f"{match[1]}-{match[2]}" if match[1] == "zh" and match[2] else match[1]
    return language, "zh" if match[1] == "zh" else "en"
