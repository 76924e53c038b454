"""What every test shares: no network, no user's files, the corpus where there is one."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("wavereel", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "wavereel"))


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory):
    """Caches and configuration of the person who runs the tests are neither read nor written."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("WAVEREEL_") and name != "WAVEREEL_NO_NATIVE"]:
            patch.delenv(name)
        home = tmp_path_factory.mktemp("home")
        patch.setenv("WAVEREEL_CACHE_DIR", str(home / "cache"))
        patch.setenv("WAVEREEL_DATA", str(home / "data"))
        patch.setenv("XDG_CONFIG_HOME", str(home / "config"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_network():
    """A test that reaches beyond this machine fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test connects to {address[0]}")
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real speech and music that CORPUS_DIR names; without it the test is skipped, and says so."""
    name = os.environ.get("CORPUS_DIR")
    if not name:
        pytest.skip("CORPUS_DIR is not set: tests on real speech and music do not run")
    folder = Path(name)
    assert folder.is_dir(), f"CORPUS_DIR names {folder}, which is no folder"
    return folder
