"""A server in this process, and one on a socket, as somebody meets them who means no good."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server.live import Live, live


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One server for all tests of a module."""
    folder: Path = tmp_path_factory.mktemp("served")
    with live(folder) as found:
        yield found
