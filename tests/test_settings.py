"""Flags, the environment and the configuration files: what wins, and what is refused."""

import os
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.errors import UsageError
from wavereel.settings import (
    CLIENT_VARIABLES,
    Settings,
    client_variable,
    load_settings,
    settings_page,
    settings_table,
    usable_cpus,
)

ROOT = Path(__file__).parents[1]


def load(tmp_path: Path, toml: str = "", **variables: str) -> Settings:
    config = tmp_path / "config.toml"
    config.write_text(toml, encoding="utf-8")
    named = {f"WAVEREEL_{name}": value for name, value in variables.items()}
    return load_settings({"WAVEREEL_DATA": str(tmp_path / "data")} | named, config)


def test_without_anything_the_defaults_hold(tmp_path: Path):
    settings = load_settings({}, tmp_path / "missing.toml")
    assert (settings.model_dir, settings.workers, settings.native, settings.log_level) == (None, None, True, "debug")
    assert settings.worker_count == settings.render_processes == usable_cpus() >= 1
    assert settings.cache_dir.is_absolute() and settings.log_file.parent == settings.cache_dir


def test_a_file_sets_and_a_variable_wins(tmp_path: Path):
    toml = 'cache_dir = "/a"\nmodel_dir = "/m"\nworkers = 3\nnative = false\nlog_level = "info"\n'
    settings = load(tmp_path, toml)
    root = Path("/").absolute()
    data = tmp_path / "data"
    assert settings == Settings(root / "a", root / "m", 3, native=False, log_level="info", data_dir=data)
    settings = load(tmp_path, toml, CACHE_DIR="/b", WORKERS="5", LOG_LEVEL="ERROR")
    assert (settings.cache_dir, settings.workers, settings.log_level) == (root / "b", 5, "error")


@pytest.mark.parametrize(("value", "native"), [("", True), ("0", True), ("false", True), ("1", False), ("yes", False)])
def test_native_kernels_can_be_turned_off(tmp_path: Path, value: str, native: bool):
    assert load(tmp_path, NO_NATIVE=value).native is native


def test_folders_may_start_at_home(tmp_path: Path):
    assert load(tmp_path, MODEL_DIR="~/models").model_dir == Path.home() / "models"


@pytest.mark.promise("SETTINGS-UNKNOWN")
@pytest.mark.parametrize(
    ("toml", "variables", "words"),
    [
        ("workers = -1", {}, "workers in"),
        ("workers = true", {}, "workers in"),
        ("", {"WORKERS": "many"}, "WAVEREEL_WORKERS"),
        ("", {"WORKERS": "257"}, "WAVEREEL_WORKERS"),
        ("native = 1", {}, "native in"),
        ("", {"NO_NATIVE": "perhaps"}, "WAVEREEL_NO_NATIVE"),
        ('log_level = "loud"', {}, "log_level in"),
        ("cache_dir = 5", {}, "cache_dir in"),
        ('cachedir = "/a"', {}, "cachedir"),
        ("this is no toml", {}, "not TOML"),
        ("a = " + "[" * 3000, {}, "not TOML"),
        ("", {"PROT": "1"}, "did you mean WAVEREEL_PORT"),
        ("", {"SOMETHING": "1"}, "WAVEREEL_SOMETHING means nothing here"),
        ("porrt = 1", {}, "did you mean port"),
        ("", {"PORT": "65536"}, "WAVEREEL_PORT is not a port"),
        ("", {"PUBLIC_URL": "example.org"}, "WAVEREEL_PUBLIC_URL is not an address"),
        ("", {"PUBLIC_URL": "https://a:b@example.org"}, "WAVEREEL_PUBLIC_URL"),
        ("", {"ALLOWED_HOSTS": "a/b"}, "WAVEREEL_ALLOWED_HOSTS is not a list of hosts"),
        ("", {"ALLOWED_ORIGINS": "https://a.example/path"}, "WAVEREEL_ALLOWED_ORIGINS"),
        ("", {"TRUSTED_PROXIES": "10.0.0.1/8"}, "WAVEREEL_TRUSTED_PROXIES is not a list of networks"),
        ("", {"URL_ALLOW": "everything"}, "WAVEREEL_URL_ALLOW"),
        ("", {"HTTP_STATUS_STYLE": "none"}, "semantic, always_200"),
        ("", {"HEARTBEAT": "loud"}, "auto, comment, event"),
        ("", {"HEARTBEAT_S": "0"}, "WAVEREEL_HEARTBEAT_S"),
        ("", {"SILENT_EDIT_RATE": "1.5"}, "WAVEREEL_SILENT_EDIT_RATE"),
        ("", {"SILENT_EDIT_RATE": "nan"}, "WAVEREEL_SILENT_EDIT_RATE"),
        ("", {"NO_CREDITS": "perhaps"}, "use true or false"),
        ("", {"PRICE_EDIT": "-1"}, "WAVEREEL_PRICE_EDIT"),
        ("", {"MAX_UPLOAD_BYTES": "1e6"}, "WAVEREEL_MAX_UPLOAD_BYTES"),
        ("", {"HOST": "*"}, "WAVEREEL_HOST"),
        ("allowed_hosts = [1]", {}, "allowed_hosts in"),
    ],
)
def test_what_means_nothing_is_refused_by_name(tmp_path: Path, toml: str, variables: dict[str, str], words: str):
    with pytest.raises(UsageError, match=words):
        load(tmp_path, toml, **variables)


def test_a_file_that_is_named_must_exist(tmp_path: Path):
    with pytest.raises(UsageError, match="WAVEREEL_CONFIG"):
        load_settings({"WAVEREEL_CONFIG": str(tmp_path / "none.toml")})
    (tmp_path / "mine.toml").write_text("workers = 2")
    assert load_settings({"WAVEREEL_CONFIG": str(tmp_path / "mine.toml")}).workers == 2


def test_the_environment_is_that_of_the_process_by_default():
    assert load_settings().cache_dir == Path(os.environ["WAVEREEL_CACHE_DIR"])


@given(st.text(max_size=40))
def test_any_text_is_a_configuration_or_a_usage_error(tmp_path_factory: pytest.TempPathFactory, text: str):
    config = tmp_path_factory.getbasetemp() / "fuzz.toml"
    config.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load_settings({}, config)
    except UsageError as error:
        assert "\n" not in str(error)


@pytest.mark.promise("SETTINGS-TABLE")
def test_the_page_of_the_documentation_is_the_table():
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_page()


def test_every_field_is_a_row_and_no_variable_stands_twice():
    rows = list(settings_table())
    assert [row.key for row in rows] == [field.name for field in fields(Settings)]
    names = [row.variable for row in rows] + [name for names in CLIENT_VARIABLES.values() for name in names]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("row", list(settings_table()), ids=lambda row: row.key)
def test_the_defaults_are_values_that_the_settings_take(row):
    default = getattr(Settings(Path("/a")), row.key)
    if default is None or default == "" or default == ():
        return
    text = ",".join(default) if isinstance(default, tuple) else str(default)
    assert row.kind.read(text) == default
    assert row.kind.read(list(default) if isinstance(default, tuple) else default) == default


PROTOCOL = {
    "HOST": "127.0.0.1",
    "PORT": 8080,
    "PUBLIC_URL": "",
    "ALLOWED_HOSTS": (),
    "ALLOWED_ORIGINS": (),
    "TRUSTED_PROXIES": (),
    "WORKERS": None,
    "HTTP_STATUS_STYLE": "semantic",
    "MAX_UPLOAD_BYTES": 524288000,
    "URL_ALLOW": (),
    "TOKEN_TTL_S": 604800,
    "TOKEN_REISSUE": "refuse",
    "TOKENS_PER_ADDRESS": 10,
    "HEARTBEAT": "auto",
    "HEARTBEAT_S": 15.0,
    "SILENT_EDIT_RATE": 0.0,
    "LINK_TTL_S": 86400,
    "CREDITS": 100,
    "NO_CREDITS": False,
    "PRICE_EDIT": 1,
    "PRICE_CAPTIONS": 2,
    "PRICE_EXPORT": 0,
    "ADK_NO_AUTH": False,
    "GUI_WORDS": False,
}


@pytest.mark.promise("SETTINGS-TABLE")
def test_the_settings_of_the_protocol_are_there_with_their_defaults():
    variables = {row.variable: row.key for row in settings_table()}
    settings = Settings(Path("/a"))
    found = {name: getattr(settings, variables[f"WAVEREEL_{name}"]) for name in PROTOCOL}
    assert found == PROTOCOL
    assert variables["WAVEREEL_DATA"] == "data_dir"
    flags = {row.flag for row in settings_table() if row.flag}
    assert flags == {"--data", "--host", "--port", "--workers", "--public-url", "--no-credits"}


@pytest.mark.promise("SETTINGS-ORDER")
def test_a_flag_wins_over_a_variable_over_the_folder_over_the_user(tmp_path: Path):
    user = tmp_path / "config.toml"
    user.write_text('port = 1\nhost = "::1"\ncredits = 5\nlink_ttl_s = 9', encoding="utf-8")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "wavereel.toml").write_text("port = 2\ncredits = 6\nlink_ttl_s = 10", encoding="utf-8")
    environ = {"WAVEREEL_PORT": "3", "WAVEREEL_CREDITS": "7"}
    settings = load_settings(environ, user, flags={"port": 4, "data_dir": folder, "host": None})
    assert (settings.port, settings.credits, settings.link_ttl_s, settings.host) == (4, 7, 10, "::1")
    assert settings.data_folder == folder


def test_the_folder_cannot_name_another_folder(tmp_path: Path):
    (tmp_path / "wavereel.toml").write_text('data_dir = "/b"', encoding="utf-8")
    with pytest.raises(UsageError, match="data_dir"):
        load_settings({"WAVEREEL_DATA": str(tmp_path)}, tmp_path / "none.toml")


def test_a_flag_that_means_nothing_is_named(tmp_path: Path):
    with pytest.raises(UsageError, match="--port is not a port"):
        load_settings({}, tmp_path / "none.toml", flags={"port": -1})


def test_lists_come_with_commas_or_as_lists(tmp_path: Path):
    toml = 'allowed_hosts = ["Example.org", "*.example.net"]\ntrusted_proxies = "10.0.0.0/8, ::1"'
    settings = load(tmp_path, toml, ALLOWED_ORIGINS="https://a.example, http://b.example:81")
    assert settings.allowed_hosts == ("example.org", "*.example.net")
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1/128")
    assert settings.allowed_origins == ("https://a.example", "http://b.example:81")


def test_zero_workers_mean_none_for_a_server_and_all_for_a_command(tmp_path: Path):
    settings = load(tmp_path, WORKERS="0")
    assert settings.render_processes == 0
    assert settings.worker_count == usable_cpus()


def test_secrets_are_not_shown(tmp_path: Path):
    assert "sk-1" not in repr(load(tmp_path, LLM_KEY="sk-1"))


def test_the_clients_variables_have_aliases():
    assert client_variable("token", {"NEMO_TOKEN": "b"}) == "b"
    assert client_variable("token", {"NEMO_TOKEN": "b", "WAVEREEL_TOKEN": "a"}) == "a"
    assert client_variable("token", {"NEMO_TOKEN": "b", "WAVEREEL_TOKEN": " "}) == "b"
    assert client_variable("skill_source", {}) == ""
    assert load_settings(dict.fromkeys(("WAVEREEL_TOKEN", "WAVEREEL_TIME_SCALE", "WAVEREEL_CLIENT_ID"), "1"))
