"""The environment and the configuration file: what wins, and what is refused."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.errors import UsageError
from wavereel.settings import Settings, load_settings, usable_cpus


def load(tmp_path: Path, toml: str = "", **variables: str) -> Settings:
    config = tmp_path / "config.toml"
    config.write_text(toml, encoding="utf-8")
    return load_settings({f"WAVEREEL_{name}": value for name, value in variables.items()}, config)


def test_without_anything_the_defaults_hold(tmp_path: Path):
    settings = load_settings({}, tmp_path / "missing.toml")
    assert (settings.model_dir, settings.workers, settings.native, settings.log_level) == (None, 0, True, "debug")
    assert settings.worker_count == usable_cpus() >= 1
    assert settings.cache_dir.is_absolute() and settings.log_file.parent == settings.cache_dir


def test_a_file_sets_and_a_variable_wins(tmp_path: Path):
    toml = 'cache_dir = "/a"\nmodel_dir = "/m"\nworkers = 3\nnative = false\nlog_level = "info"\n'
    settings = load(tmp_path, toml)
    root = Path("/").absolute()
    assert settings == Settings(root / "a", root / "m", 3, native=False, log_level="info")
    settings = load(tmp_path, toml, CACHE_DIR="/b", WORKERS="5", LOG_LEVEL="ERROR")
    assert (settings.cache_dir, settings.workers, settings.log_level) == (root / "b", 5, "error")


@pytest.mark.parametrize(("value", "native"), [("", True), ("0", True), ("false", True), ("1", False), ("yes", False)])
def test_native_kernels_can_be_turned_off(tmp_path: Path, value: str, native: bool):
    assert load(tmp_path, NO_NATIVE=value).native is native


def test_folders_may_start_at_home(tmp_path: Path):
    assert load(tmp_path, MODEL_DIR="~/models").model_dir == Path.home() / "models"


@pytest.mark.parametrize(
    ("toml", "variables", "words"),
    [
        ("workers = -1", {}, "workers in"),
        ("workers = true", {}, "workers in"),
        ("", {"WORKERS": "many"}, "WAVEREEL_WORKERS"),
        ("", {"WORKERS": "257"}, "WAVEREEL_WORKERS"),
        ("native = 1", {}, "native in"),
        ('log_level = "loud"', {}, "log_level in"),
        ("cache_dir = 5", {}, "cache_dir in"),
        ('cachedir = "/a"', {}, "cachedir"),
        ("this is no toml", {}, "not TOML"),
        ("a = " + "[" * 3000, {}, "not TOML"),
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
