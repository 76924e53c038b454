"""What the user's machine says: the one reader of the environment and of the configuration files.

`Settings` is the one table: each field has a default, a kind and a meaning, and `docs/settings.md` is made from it. A
flag of the command line wins over the environment, the environment over `wavereel.toml` in the data folder, and that
over the user's `config.toml`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from wavereel.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MAX_WORKERS = 256
MAX_CONFIG_BYTES = 1 << 20
LOG_LEVELS = ("debug", "info", "warning", "error")
PREFIX = "WAVEREEL_"
CONFIG_VARIABLE = "WAVEREEL_CONFIG"
NO_NATIVE_VARIABLE = "WAVEREEL_NO_NATIVE"
CLIENT_VARIABLES = {
    "token": ("WAVEREEL_TOKEN", "NEMO_TOKEN"),
    "api_url": ("WAVEREEL_API_URL", "NEMO_API_URL"),
    "web_url": ("WAVEREEL_WEB_URL", "NEMO_WEB_URL"),
    "client_id": ("WAVEREEL_CLIENT_ID", "NEMO_CLIENT_ID"),
    "skill_source": ("SKILL_SOURCE",),
    "time_scale": ("WAVEREEL_TIME_SCALE",),
}
"""What the client reads, by `client_variable`: names in the order in which they count."""

FOLDER_FILE = "wavereel.toml"
"""The settings of one data folder."""

_YEAR_S = 366 * 86_400
_FALSE = frozenset({"0", "false", "no", "off"})
_TRUE = frozenset({"1", "true", "yes", "on"})
_HOST = re.compile(r"\*|(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[?[0-9A-Fa-f:.]+\]?", re.ASCII)


class _Kind(NamedTuple):
    """What values a setting takes: a reader that returns `None` for what means nothing, and the words for it."""

    read: Callable[[object], Any]
    not_a: str
    use: str


def _set(
    default: object,
    kind: _Kind,
    meaning: str,
    *,
    variable: str = "",
    flag: str = "",
    shown: str = "",
    hide: bool = False,
) -> Any:
    about = {"kind": kind, "meaning": meaning, "variable": variable, "flag": flag, "shown": shown}
    return field(default=default, repr=not hide, metadata=about)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _whole(low: int, high: int, not_a: str = "a whole number", use: str = "") -> _Kind:
    def read(value: object) -> int | None:
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
            value = int(value)
        return value if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high else None

    return _Kind(read, not_a, use or f"use {low} to {high}")


def _real(low: float, high: float, not_a: str = "a number", use: str = "") -> _Kind:
    def read(value: object) -> float | None:
        number = _number(value)
        return number if number is not None and low <= number <= high else None

    return _Kind(read, not_a, use or f"use {low:g} to {high:g}")


def _word(*words: str, not_a: str = "a word that is known here") -> _Kind:
    def read(value: object) -> str | None:
        word = value.strip().lower() if isinstance(value, str) else ""
        return word if word in words else None

    return _Kind(read, not_a, f"use {', '.join(words)}")


def _read_switch(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def _read_folder(value: object) -> Path | None:
    if isinstance(value, Path):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        return None
    return Path(value).expanduser().absolute()


def _read_text(value: object) -> str | None:
    return value.strip() if isinstance(value, str) and value.isprintable() and value.isascii() else None


def _read_address(value: object) -> str | None:
    from urllib.parse import urlsplit

    text = _read_text(value)
    if not text:
        return text
    try:
        parts = urlsplit(text)
        named = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    if not named or "@" in parts.netloc or parts.query or parts.fragment:
        return None
    return text.rstrip("/")


def _read_origin(value: str) -> str | None:
    text = _read_address(value)
    return text if text and text.count("/") == 2 else None


def _read_network(value: str) -> str | None:
    from ipaddress import ip_network

    try:
        return str(ip_network(value))
    except ValueError:
        return None


def _read_host(value: str) -> str | None:
    return value.strip("[]").lower() if _HOST.fullmatch(value) else None


def _read_bind(value: object) -> str | None:
    return _read_host(value) if isinstance(value, str) and "*" not in value else None


def _many(read_one: Callable[[str], str | None], not_a: str, use: str) -> _Kind:
    def read(value: object) -> tuple[str, ...] | None:
        items: Any = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list | tuple):
            return None
        found: list[str] = []
        for item in items:  # pyright: ignore[reportUnknownVariableType]
            one = read_one(item.strip()) if isinstance(item, str) and item.strip() else None
            if one is None:
                return None
            found.append(one)
        return tuple(dict.fromkeys(found))

    return _Kind(read, not_a, use)


_FOLDER = _Kind(_read_folder, "a folder", "give a path as text")
_SWITCH = _Kind(_read_switch, "a switch", "use true or false")
_TEXT = _Kind(_read_text, "plain text", "write it in ASCII, on one line")
_LLM_ADDRESS = _Kind(_read_address, "an address", "write it as https://host/v1; a key goes into llm_key")
_ADDRESS = _Kind(_read_address, "an address", "write it as https://host")
_BIND = _Kind(_read_bind, "a host", "write a name or an address")
_HOSTS = _many(_read_host, "a list of hosts", "separate names by commas; *.example.org takes all below it")
_ORIGINS = _many(_read_origin, "a list of origins", "write them as https://host, separated by commas")
_NETWORKS = _many(_read_network, "a list of networks", "write them as 10.0.0.0/8, separated by commas")
_BYTES = _whole(0, 1 << 50, "a number of bytes", "write a whole number of bytes")
_COUNT = _whole(0, 10**9)
_AGE = _whole(0, 100 * _YEAR_S, "a time in seconds", "write whole seconds")
_WORKER_COUNT = _whole(0, MAX_WORKERS, "a number of workers", f"use 0 to {MAX_WORKERS}")


@dataclass(frozen=True, slots=True)
class Settings:
    """Facts about this machine, this user and this server, none about a video."""

    cache_dir: Path = _set(  # noqa: RUF009 - a field
        ..., _FOLDER, "folder of transcripts and other things that can be made again", shown="user cache folder"
    )
    model_dir: Path | None = _set(  # noqa: RUF009
        None, _FOLDER, "folder of recogniser weights to use instead of the installed packages"
    )
    workers: int | None = _set(
        None, _WORKER_COUNT, "`serve`: render processes, 0 = none here; `make`: CPUs to use, 0 = all",
        flag="--workers", shown="cores",
    )  # fmt: skip
    native: bool = _set(True, _SWITCH, "whether the C library paints where it is built; the variable set to 1 says no")
    log_level: str = _set(
        "debug",
        _word(*LOG_LEVELS, not_a="a log level"),
        "how much `--debug`, a server and its workers write into their logs",
    )
    llm_url: str = _set("", _LLM_ADDRESS, "address of a language model, up to and with `/v1`; words need none")
    llm_model: str = _set("", _TEXT, "the model's name at that address")
    llm_key: str = _set("", _TEXT, "sent there as a bearer token; never logged or printed", hide=True)
    llm_timeout_s: float = _set(
        60.0, _real(1e-9, 600.0, "a time in seconds", "use a number above 0, 600 at most"),
        "seconds that it may take for a message",
    )  # fmt: skip
    data_dir: Path | None = _set(  # noqa: RUF009
        None, _FOLDER, "folder of what is the user's: conversations, drafts, the server's data",
        variable="WAVEREEL_DATA", flag="--data", shown="user data folder",
    )  # fmt: skip

    host: str = _set("127.0.0.1", _BIND, "address that the server listens on", flag="--host")
    port: int = _set(8080, _whole(0, 65535, "a port"), "port that it listens on; 0 = any that is free", flag="--port")
    public_url: str = _set(
        "", _ADDRESS, "address that links carry, where a proxy stands before the server",
        flag="--public-url", shown="the bound address",
    )  # fmt: skip
    allowed_hosts: tuple[str, ...] = _set(
        (), _HOSTS, "names by which the server may be called besides its own; `*`: any", shown="loopback"
    )
    allowed_origins: tuple[str, ...] = _set((), _ORIGINS, "web origins whose pages may call the server")
    trusted_proxies: tuple[str, ...] = _set((), _NETWORKS, "networks whose `X-Forwarded-For` is believed")
    http_status_style: str = _set(
        "semantic", _word("semantic", "always_200"), "`always_200`: errors of the API arrive with status 200"
    )
    max_upload_bytes: int = _set(524_288_000, _whole(1, 1 << 50, "a number of bytes"), "greatest file that is taken")
    url_allow: tuple[str, ...] = _set((), _NETWORKS, "networks that uploads by URL may reach in spite of the guard")
    token_ttl_s: int = _set(604_800, _whole(1, 100 * _YEAR_S, "a time in seconds"), "how long an anonymous token lives")
    token_reissue: str = _set(
        "refuse", _word("refuse", "same"), "`same`: asking again gives a new token for the same user, the old one dies"
    )
    tokens_per_address: int = _set(10, _COUNT, "anonymous tokens for an address in 7 days; 0 = no limit")
    heartbeat: str = _set(
        "auto", _word("auto", "comment", "event"), "how a silent stream shows life: `auto` goes by who asks"
    )
    heartbeat_s: float = _set(15.0, _real(0.01, 3600.0), "after how many seconds of silence")
    silent_edit_rate: float = _set(0.0, _real(0.0, 1.0), "share of edits whose text is withheld: to test clients")
    link_ttl_s: int = _set(86_400, _whole(1, 100 * _YEAR_S, "a time in seconds"), "how long a link to a file works")
    credits: int = _set(100, _COUNT, "what a new anonymous user starts with")
    no_credits: bool = _set(False, _SWITCH, "nothing costs anything", flag="--no-credits")
    price_edit: int = _set(1, _COUNT, "price of a message that changed anything")
    price_captions: int = _set(2, _COUNT, "what speech recognition adds to it")
    price_export: int = _set(0, _COUNT, "price of an export")
    adk_no_auth: bool = _set(False, _SWITCH, "ADK's endpoints need no token; on a loopback address only")
    gui_words: bool = _set(False, _SWITCH, "replies speak of buttons: to test clients")

    run_limit_s: float = _set(900.0, _real(0.1, 86_400.0), "how long one message may be worked on")
    lease_s: float = _set(15.0, _real(0.2, 3600.0), "a render worker that is silent for so long has lost its job")
    quick_children: int = _set(2, _whole(1, 64), "processes that plan messages, check drafts and examine files")
    slow_children: int = _set(2, _whole(1, 64), "processes that recognise speech and cut preview clips")
    runs_per_user: int = _set(20, _whole(1, 10_000), "messages of one user that are answered at the same time")
    renders_per_user: int = _set(2, _whole(1, 10_000), "exports of one user that run at the same time")
    renders_waiting_per_user: int = _set(100, _whole(1, 10**6), "exports of one user that may wait")
    renders_waiting: int = _set(10_000, _whole(1, 10**6), "exports of all users that may wait")
    requests_per_s: float = _set(50.0, _real(0.0, 1e6), "lasting rate of requests for a token; 0 = no limit")
    requests_burst: int = _set(500, _whole(1, 10**6), "and how many at once")
    max_media_s: int = _set(
        43_200, _whole(1, 100 * _YEAR_S, "a time in seconds"), "longest sound or video that is taken"
    )
    sessions_per_user: int = _set(10_000, _whole(1, 10**9), "sessions that one user may have")
    user_quota_bytes: int = _set(
        21_474_836_480, _BYTES, "what one user's files, drafts and histories may hold; 0 = no limit"
    )
    segment_cache_bytes: int = _set(2_147_483_648, _BYTES, "size of the cache of rendered segments; 0 = none")
    segment_cache_age_s: int = _set(604_800, _AGE, "segments that nobody used for so long are removed")
    retention_exports_s: int = _set(604_800, _AGE, "finished exports are kept for so long; 0 = for ever")
    retention_uploads_s: int = _set(86_400, _AGE, "uploads that were not finished are kept for so long")
    retention_sessions_s: int = _set(0, _AGE, "sessions that nobody used for so long are removed; 0 = never")
    retention_transcripts_s: int = _set(
        2_592_000, _AGE, "words that were heard for a user are known again for so long; 0 = for ever"
    )
    retention_orphans_s: int = _set(3_600, _AGE, "content that nothing names is removed after so long")

    @property
    def data_folder(self) -> Path:
        """Where what is the user's is kept: what was asked for, else where this platform keeps it."""
        return self.data_dir or default_data_dir()

    @property
    def worker_count(self) -> int:
        """How many segments to render at a time: what was asked for, else the CPUs that this process may use."""
        return self.workers or usable_cpus()

    @property
    def render_processes(self) -> int:
        """How many render workers a server starts; 0: none."""
        return usable_cpus() if self.workers is None else self.workers

    @property
    def log_file(self) -> Path:
        """Where `--debug` writes."""
        return self.cache_dir / "wavereel.log"


class Setting(NamedTuple):
    """One row of the table."""

    key: str
    variable: str
    flag: str
    default: str
    meaning: str
    kind: Any


def settings_table() -> Iterator[Setting]:
    """All settings in the order of the documentation."""
    for one in fields(Settings):
        about = one.metadata
        variable = about["variable"] or (NO_NATIVE_VARIABLE if one.name == "native" else PREFIX + one.name.upper())
        default = about["shown"] or _shown(one.default)
        yield Setting(one.name, variable, about["flag"], default, about["meaning"], about["kind"])


def load_settings(
    environ: Mapping[str, str] | None = None,
    config: Path | None = None,
    *,
    flags: Mapping[str, object] | None = None,
) -> Settings:
    """Reads flags, the environment, and the configuration files.

    Args:
        environ: The variables; the process's own by default.
        config: The user's file; by default the one that `WAVEREEL_CONFIG` names (which must then exist), else
            `config.toml` in the platform's folder for configuration.
        flags: Values by key that the command line gave; `None` for what it did not.

    Raises:
        UsageError: A value that means nothing, a key or variable that does not exist, or a file that is not TOML.
    """
    variables = os.environ if environ is None else environ
    table = list(settings_table())
    _refuse_unknown_variables(variables, table)
    path = _config_path(variables, config)
    given = {key: value for key, value in (flags or {}).items() if value is not None}
    sources = [(path, _read_config(path, {row.key for row in table}))]
    values: dict[str, Any] = {}

    def take(row: Setting) -> None:
        value, place = _pick(row, given, variables, sources)
        if value is not None:
            read = row.kind.read(value)
            if read is None:
                raise UsageError(f"{place} is not {row.kind.not_a}", hint=row.kind.use)
            values[row.key] = (not read) if place == NO_NATIVE_VARIABLE else read

    take(next(row for row in table if row.key == "data_dir"))
    if (folder_file := (values.get("data_dir") or default_data_dir()) / FOLDER_FILE) != path:
        sources.insert(0, (folder_file, _read_config(folder_file, {row.key for row in table} - {"data_dir"})))
    for row in table:
        if row.key != "data_dir":
            take(row)
    values.setdefault("cache_dir", default_cache_dir())
    return Settings(**values)


def client_variable(name: str, environ: Mapping[str, str] | None = None) -> str:
    """What the environment says of one thing that the client reads; empty where it is silent.

    Args:
        name: A key of `CLIENT_VARIABLES`.
        environ: The variables; the process's own by default.
    """
    variables = os.environ if environ is None else environ
    return next((text for key in CLIENT_VARIABLES[name] if (text := variables.get(key, "").strip())), "")


def settings_page() -> str:
    """`docs/settings.md`."""
    lines = [
        "# Settings",
        "",
        "A flag of `wavereel serve` wins over the variable, the variable over the key in `wavereel.toml` in the data",
        "folder, and that over the key in `config.toml` in the user's folder for configuration (`WAVEREEL_CONFIG`",
        "names another file). A name that is not listed here is an error. Lists are separated by commas; in TOML they",
        "may be lists. True and false are `1`, `true`, `yes`, `on` and `0`, `false`, `no`, `off`.",
        "",
        "| variable | key | flag | default | meaning |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in settings_table():
        flag = f"`{row.flag}`" if row.flag else ""
        lines.append(f"| `{row.variable}` | `{row.key}` | {flag} | {row.default} | {row.meaning} |")
    lines += ["", "The client reads besides, the first that is set:", ""]
    lines += [f"* {', '.join(f'`{name}`' for name in names)}" for names in CLIENT_VARIABLES.values()]
    return "\n".join(lines) + "\n"


def default_config_path() -> Path:
    """`config.toml` in the folder where this platform keeps a user's configuration."""
    from platformdirs import user_config_path

    return user_config_path("wavereel", appauthor=False) / "config.toml"


def default_cache_dir() -> Path:
    """The folder where this platform keeps what can be made again."""
    from platformdirs import user_cache_path

    return user_cache_path("wavereel", appauthor=False)


def default_data_dir() -> Path:
    """The folder where this platform keeps what a user has made."""
    from platformdirs import user_data_path

    return user_data_path("wavereel", appauthor=False)


def usable_cpus() -> int:
    """CPUs that this process may run on; at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def _shown(default: object) -> str:
    if default is None or default in ("", ()):
        return "none"
    if isinstance(default, bool):
        return "on" if default else "off"
    return f"{default:g}" if isinstance(default, float) else f"{default}"


def _pick(
    row: Setting,
    flags: Mapping[str, object],
    variables: Mapping[str, str],
    sources: list[tuple[Path, dict[str, Any]]],
) -> tuple[object, str]:
    if row.key in flags:
        return flags[row.key], row.flag or row.key
    if text := variables.get(row.variable, "").strip():
        return text, row.variable
    for path, values in sources:
        if row.key in values:
            return values[row.key], f"{row.key} in {path}"
    return None, ""


def _config_path(variables: Mapping[str, str], config: Path | None) -> Path:
    named = variables.get(CONFIG_VARIABLE, "").strip()
    if config is None and named:
        config = Path(named).expanduser()
        if not config.is_file():
            raise UsageError(
                f"{CONFIG_VARIABLE} names {config}, which is no file", hint="correct or unset the variable"
            )
    return config or default_config_path()


def _refuse_unknown_variables(variables: Mapping[str, str], table: list[Setting]) -> None:
    known = {row.variable for row in table} | {CONFIG_VARIABLE}
    known |= {name for names in CLIENT_VARIABLES.values() for name in names}
    for name in variables:
        if name.startswith(PREFIX) and name not in known:
            raise UsageError(f"the variable {name} means nothing here", hint=_nearest(name, known))


def _nearest(name: str, known: set[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, sorted(known), 1, 0.75)
    return f"did you mean {close[0]}?" if close else f"use {', '.join(sorted(known))}"


def _read_config(path: Path, known: set[str]) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CONFIG_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UsageError(f"cannot read {path} ({error.strerror})", hint="correct its permissions") from None
    if len(data) > MAX_CONFIG_BYTES:
        raise UsageError(f"{path} is larger than 1 MiB", hint="keep only settings in it")
    import tomllib

    try:
        values = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not TOML ({error})", hint="correct that line") from None
    if unknown := sorted(set(values) - known):
        raise UsageError(f"{path} sets {unknown[0]!r}, which does not exist", hint=_nearest(unknown[0], known))
    return values
