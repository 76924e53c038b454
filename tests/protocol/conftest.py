"""One server for all tests of the wire; a test that needs another setting starts its own."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import numpy as np
import pytest
from tests.protocol.serving import Served, Wire, anonymous, job_id, serving, tiny_draft

from wavereel.media.signals import tone, write_sound
from wavereel.picture.images import encode_png


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served"), WAVEREEL_WORKERS=1) as server:
        yield server


@pytest.fixture(scope="session")
def http(served: Served) -> Iterator[httpx2.Client]:
    with served.client() as client:
        yield client


@pytest.fixture
def wire(http: httpx2.Client) -> Wire:
    """A user who has just come."""
    return anonymous(http)


@pytest.fixture
def other(http: httpx2.Client) -> Wire:
    """Somebody else."""
    return anonymous(http)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two seconds of a tone as WAV."""
    path: Path = tmp_path_factory.mktemp("sound") / "talk.wav"
    write_sound(path, tone(96_000), codec="pcm_s16le")
    return path.read_bytes()


@pytest.fixture(scope="session")
def picture() -> bytes:
    return encode_png(np.full((40, 60, 3), 90, np.uint8))


@pytest.fixture(scope="session")
def done(http: httpx2.Client) -> tuple[Wire, str, dict]:
    """A user with an export that is finished, and its last poll."""
    wire = anonymous(http)
    job = job_id()
    assert wire.submit(wire.session(), tiny_draft(), job=job).status_code == 200
    return wire, job, wire.ended(job)
