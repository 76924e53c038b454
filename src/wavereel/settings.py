"""What the user's machine says: the one reader of the environment and of the configuration file.

Both speak of the same things. A variable wins over the file, and an option of the command line over both.

| variable                | key in `config.toml` | value                                                       |
| ----------------------- | -------------------- | ----------------------------------------------------------- |
| `WAVEREEL_CACHE_DIR`    | `cache_dir`          | folder of transcripts and other things that can be remade   |
| `WAVEREEL_MODEL_DIR`    | `model_dir`          | folder of recogniser weights to use instead of the packages |
| `WAVEREEL_DATA`         | `data_dir`           | folder of what is the user's: conversations and their drafts |
| `WAVEREEL_WORKERS`      | `workers`            | how many segments are rendered at a time; 0 = one per CPU   |
| `WAVEREEL_NO_NATIVE`    | `native = false`     | 1 = paint with NumPy even where the C library is built      |
| `WAVEREEL_LOG_LEVEL`    | `log_level`          | `debug`, `info`, `warning` or `error`                       |
| `WAVEREEL_LLM_URL`      | `llm_url`            | address of a language model, up to and with `/v1`           |
| `WAVEREEL_LLM_MODEL`    | `llm_model`          | its name at that address                                    |
| `WAVEREEL_LLM_KEY`      | `llm_key`            | sent as a bearer token; never logged or printed             |
| `WAVEREEL_LLM_TIMEOUT_S`| `llm_timeout_s`      | seconds that it may take for a message                      |
| `WAVEREEL_CONFIG`       |                      | another path of the file                                    |
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavereel.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_WORKERS = 256
MAX_CONFIG_BYTES = 1 << 20
MAX_LLM_TIMEOUT_S = 600.0
LOG_LEVELS = ("debug", "info", "warning", "error")
_KEYS = frozenset({"cache_dir", "model_dir", "data_dir", "workers", "native", "log_level"}) | {
    "llm_url",
    "llm_model",
    "llm_key",
    "llm_timeout_s",
}
_VARIABLES = {"data_dir": "WAVEREEL_DATA"}
"""Keys whose variable is not called like them."""

_FALSE = frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Facts about this machine and this user, none about a video."""

    cache_dir: Path
    model_dir: Path | None = None
    workers: int = 0
    native: bool = True
    log_level: str = "debug"
    llm_url: str = ""
    llm_model: str = ""
    llm_key: str = field(default="", repr=False)
    llm_timeout_s: float = 60.0
    data_dir: Path | None = None

    @property
    def data_folder(self) -> Path:
        """Where what is the user's is kept: what was asked for, else where this platform keeps it."""
        return self.data_dir or default_data_dir()

    @property
    def worker_count(self) -> int:
        """How many workers to start: what was asked for, else the CPUs that this process may use."""
        return self.workers or usable_cpus()

    @property
    def log_file(self) -> Path:
        """Where `--debug` writes."""
        return self.cache_dir / "wavereel.log"


def load_settings(environ: Mapping[str, str] | None = None, config: Path | None = None) -> Settings:
    """Reads the configuration file and the environment.

    Args:
        environ: The variables; the process's own by default.
        config: The file; by default the one that `WAVEREEL_CONFIG` names (which must then exist), else `config.toml`
            in the platform's folder for configuration.

    Raises:
        UsageError: A value that means nothing, a key that does not exist, or a file that is not TOML.
    """
    variables = os.environ if environ is None else environ
    named = variables.get("WAVEREEL_CONFIG", "").strip()
    if config is None and named:
        config = Path(named).expanduser()
        if not config.is_file():
            raise UsageError(f"WAVEREEL_CONFIG names {config}, which is no file", hint="correct or unset the variable")
    path = config or default_config_path()
    values = _read_config(path)

    def pick(key: str) -> tuple[Any, str]:
        variable = _VARIABLES.get(key, f"WAVEREEL_{key.upper()}")
        text = variables.get(variable, "").strip()
        return (text, variable) if text else (values.get(key), f"{key} in {path}")

    cache_dir, model_dir, data_dir = (_folder(*pick(key)) for key in ("cache_dir", "model_dir", "data_dir"))
    return Settings(
        cache_dir=cache_dir or default_cache_dir(),
        model_dir=model_dir,
        workers=_workers(*pick("workers")),
        native=_native(variables.get("WAVEREEL_NO_NATIVE", ""), values.get("native"), path),
        log_level=_level(*pick("log_level")),
        data_dir=data_dir,
        llm_url=_address(*pick("llm_url")),
        llm_model=_text(*pick("llm_model")),
        llm_key=_text(*pick("llm_key")),
        llm_timeout_s=_seconds(*pick("llm_timeout_s")),
    )


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


def _read_config(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        with path.open("rb") as file:
            data = file.read(MAX_CONFIG_BYTES + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"cannot read {path} ({error.strerror})", hint="correct its permissions") from None
    if len(data) > MAX_CONFIG_BYTES:
        raise UsageError(f"{path} is larger than 1 MiB", hint="keep only settings in it")
    try:
        values = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not TOML ({error})", hint="correct that line") from None
    if unknown := sorted(set(values) - _KEYS):
        raise UsageError(f"{path} sets {unknown[0]!r}, which does not exist", hint=f"use {', '.join(sorted(_KEYS))}")
    return values


def _folder(value: object, place: str) -> Path | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise UsageError(f"{place} is not a folder", hint="give a path as text")
    return Path(value).expanduser().absolute()


def _workers(value: object, place: str) -> int:
    if value is None:
        return 0
    count = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9 else value
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= MAX_WORKERS:
        raise UsageError(f"{place} is not a number of workers", hint=f"use 0 (one per CPU) to {MAX_WORKERS}")
    return count


def _native(variable: str, value: object, path: Path) -> bool:
    if variable.strip().lower() not in _FALSE:
        return False
    if value is None:
        return True
    if not isinstance(value, bool):
        raise UsageError(f"native in {path} is neither true nor false", hint="write native = false")
    return value


def _level(value: object, place: str) -> str:
    if value is None:
        return "debug"
    word = value.lower() if isinstance(value, str) else ""
    if word not in LOG_LEVELS:
        raise UsageError(f"{place} is not a log level", hint=f"use {', '.join(LOG_LEVELS)}")
    return word


def _text(value: object, place: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not value.isprintable() or not value.isascii():
        raise UsageError(f"{place} is not plain text", hint="write it in ASCII, on one line")
    return value.strip()


def _address(value: object, place: str) -> str:
    from urllib.parse import urlsplit

    text = _text(value, place)
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        named = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
        parts = None
    if not named or parts is None or "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError(f"{place} is not an address", hint="write it as https://host/v1; a key goes into llm_key")
    return text.rstrip("/")


def _seconds(value: object, place: str) -> float:
    if value is None:
        return 60.0
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else -1.0
    except ValueError:
        number = -1.0
    if not 0 < number <= MAX_LLM_TIMEOUT_S:
        raise UsageError(
            f"{place} is not a time in seconds", hint=f"use a number above 0, {MAX_LLM_TIMEOUT_S:g} at most"
        )
    return number
