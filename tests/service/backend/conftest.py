"""What tests of conversations share."""

import pytest
from tests.service.backend.here import open_here
from tests.service.tasks.ears import Ears, listen_with


@pytest.fixture
def ears(monkeypatch):
    return listen_with(Ears(), monkeypatch)


@pytest.fixture
def opened(tmp_path):
    """Opens a backend with the settings of a test, again as another process would; closed at the end."""
    backends = []

    def make(**settings):
        backends.append(open_here(tmp_path / "data", **settings))
        return backends[-1]

    yield make
    for backend in backends:
        backend.chat.close()
        backend.core.database.close()
