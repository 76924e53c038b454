"""Uploads in pieces: with a stock client, and as the protocol's text has it."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.server.live import Live, live, until
from tests.service.backend.here import talk_wav

from wavereel.errors import UnreadableError
from wavereel.server.tus_routes import metadata_of

LIMIT_BYTES = 4 << 20
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {"Content-Type": "application/offset+octet-stream"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live(tmp_path_factory.mktemp("tus"), max_upload_bytes=LIMIT_BYTES) as running:
        yield running


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return talk_wav(tmp_path_factory.mktemp("sound"), 2)


class User:
    def __init__(self, server: Live) -> None:
        self.server = server
        self.token = server.token()
        self.session = server.session(self.token)

    def call(self, method: str, path: str, headers: dict | None = None, body: bytes = b"") -> tuple[int, dict, dict]:
        return self.server.call(method, path, self.token, headers, body)

    def metadata(self, name: str = "talk.wav") -> dict[str, str]:
        pairs = {"filename": name, "session_id": self.session}
        return {"Upload-Metadata": ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())}

    def create(self, length: int, **more: str) -> str:
        status, headers, body = self.call(
            "POST", "/api/uploads", TUS | self.metadata() | {"Upload-Length": str(length)} | more
        )
        assert status == 201, body
        return headers["location"]

    def files(self) -> list[dict]:
        return self.call("GET", f"/api/state/nemo_agent/me/{self.session}/latest")[2]["data"]["state"]["video_infos"]


@pytest.fixture
def user(server: Live) -> User:
    return User(server)


@pytest.mark.promise("UPLOAD-RESUMABLE")
def test_a_stock_client(server: Live, user: User, sound: Path):
    from tusclient.client import TusClient

    client = TusClient(f"{server.base}/api/uploads", headers={"Authorization": f"Bearer {user.token}"})
    metadata = {"filename": "talk.wav", "session_id": user.session}
    with sound.open("rb") as file:
        first = client.uploader(file_stream=file, chunk_size=100_000, metadata=metadata)
        first.upload_chunk()
        first.upload_chunk()
        assert user.files() == []
        again = client.uploader(file_stream=file, chunk_size=150_000, url=first.url)
        assert again.offset == 200_000
        again.upload()
    (file,) = user.files()
    assert (file["filename"], file["file_type"], file["size"]) == ("talk.wav", "audio", sound.stat().st_size)
    assert not server.parts()


@pytest.mark.promise("UPLOAD-RESUMABLE")
def test_the_protocol_by_hand(user: User, sound: Path):
    content = sound.read_bytes()
    url = user.create(len(content))
    status, headers, _ = user.call("HEAD", url, TUS)
    assert (status, headers["upload-offset"], headers["upload-length"]) == (200, "0", str(len(content)))
    assert headers["tus-resumable"] == "1.0.0" and headers["cache-control"] == "no-store"
    assert headers["upload-metadata"] == user.metadata()["Upload-Metadata"]
    assert "upload-expires" in headers
    status, headers, _ = user.call("PATCH", url, TUS | PIECE | {"Upload-Offset": "0"}, content[:1000])
    assert (status, headers["upload-offset"]) == (204, "1000")
    status, _, body = user.call("PATCH", url, TUS | PIECE | {"Upload-Offset": "999"}, content[999:])
    assert status == 409 and body["code"]
    status, headers, _ = user.call("PATCH", url, TUS | PIECE | {"Upload-Offset": "1000"}, content[1000:])
    assert (status, headers["upload-offset"]) == (204, str(len(content)))
    assert len(user.files()) == 1


def test_bytes_may_come_with_the_creation(user: User, sound: Path):
    content = sound.read_bytes()
    headers = TUS | PIECE | user.metadata() | {"Upload-Length": str(len(content))}
    status, headers, _ = user.call("POST", "/api/uploads", headers, content)
    assert (status, headers["upload-offset"]) == (201, str(len(content)))
    assert len(user.files()) == 1


def test_what_was_sent_before_a_break_is_kept(user: User, sound: Path):
    content = sound.read_bytes()
    url = user.create(len(content))
    head = [f"PATCH {url} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {user.token}", "Tus-Resumable: 1.0.0"]
    head += [f"Content-Type: {PIECE['Content-Type']}", "Upload-Offset: 0", f"Content-Length: {len(content)}", "", ""]
    with user.server.connect() as sock:
        sock.sendall("\r\n".join(head).encode() + content[:300_000])
    until(lambda: user.call("HEAD", url, TUS)[1]["upload-offset"] == "300000")
    until(lambda: user.call("PATCH", url, TUS | PIECE | {"Upload-Offset": "300000"}, content[300_000:])[0] == 204)
    assert len(user.files()) == 1


def test_an_upload_without_a_session_is_brought_into_one_by_its_id(user: User, sound: Path):
    content = sound.read_bytes()
    headers = TUS | PIECE | {"Upload-Length": str(len(content)), "Upload-Metadata": "filename YS53YXY="}
    status, headers, _ = user.call("POST", "/api/uploads", headers, content)
    assert status == 201
    assert user.files() == []
    body = json.dumps({"file_ids": [headers["x-file-id"]]}).encode()
    assert user.call("POST", f"/api/upload-video/nemo_agent/me/{user.session}", {}, body)[0] == 200
    assert [file["file_id"] for file in user.files()] == [headers["x-file-id"]]


def test_an_upload_can_be_forgotten(user: User):
    url = user.create(1000)
    user.call("PATCH", url, TUS | PIECE | {"Upload-Offset": "0"}, b"x" * 500)
    assert user.call("DELETE", url, TUS)[0] == 204
    assert user.call("HEAD", url, TUS)[0] in (404, 410)
    assert user.call("DELETE", url, TUS)[2]["code"] in (4040, 4100)
    assert not user.server.parts()


def test_uploads_of_others_do_not_exist(server: Live, user: User):
    url = user.create(1000)
    other = User(server)
    for method, more in (("HEAD", {}), ("PATCH", PIECE | {"Upload-Offset": "0"}), ("DELETE", {})):
        foreign = other.call(method, url, TUS | more)
        absent = other.call(method, "/api/uploads/none", TUS | more)
        assert (foreign[0], foreign[2].get("code")) == (absent[0], absent[2].get("code"))
        assert foreign[0] == 404
    metadata = {"Upload-Metadata": user.metadata()["Upload-Metadata"], "Upload-Length": "5"}
    assert other.call("POST", "/api/uploads", TUS | metadata)[2]["code"] == 1002


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 412),
        ({"Tus-Resumable": "0.2.2"}, 412),
        (TUS, 422),
        (TUS | {"Upload-Length": "-1"}, 422),
        (TUS | {"Upload-Length": "1e3"}, 422),
        (TUS | {"Upload-Length": "9" * 30}, 422),
        (TUS | {"Upload-Length": str(LIMIT_BYTES + 1)}, 413),
        (TUS | {"Upload-Length": "5", "Upload-Metadata": "session_id !!!"}, 422),
        (TUS | {"Upload-Length": "5", "Upload-Metadata": "x" * 5000}, 422),
    ],
)
def test_creations_that_are_refused(user: User, headers: dict[str, str], status: int):
    assert user.call("POST", "/api/uploads", headers)[0] == status


def test_pieces_that_are_refused(user: User):
    url = user.create(10)
    assert user.call("PATCH", url, PIECE | {"Upload-Offset": "0"}, b"x")[0] == 412
    assert user.call("PATCH", url, TUS | {"Upload-Offset": "0"}, b"x")[0] == 415
    assert user.call("PATCH", url, TUS | PIECE, b"x")[0] == 422
    assert user.call("PATCH", url, TUS | PIECE | {"Upload-Offset": "0"}, b"x" * 11)[0] == 413


def test_what_becomes_no_media_is_refused_at_its_end(user: User):
    url = user.create(10)
    answer = user.call("PATCH", url, TUS | PIECE | {"Upload-Offset": "0"}, b"x" * 10)
    assert (answer[0], answer[2]["code"]) == (415, 4001)
    assert user.files() == []


def test_what_is_spoken_is_told_to_anyone(server: Live, user: User):
    user.token = ""
    status, headers, _ = user.call("OPTIONS", "/api/uploads")
    assert (status, headers["tus-version"], headers["tus-max-size"]) == (204, "1.0.0", str(LIMIT_BYTES))
    assert {"creation", "expiration", "termination"} <= set(headers["tus-extension"].split(","))


def test_metadata():
    assert metadata_of("filename dGFsaw==, is_x,b ") == {"filename": "talk", "is_x": "", "b": ""}
    assert metadata_of("") == {}
    for header in ("a b c", "a ===", "a /w=="):
        with pytest.raises(UnreadableError):
            metadata_of(header)


def test_below_a_path_of_a_proxy(server: Live, user: User, monkeypatch: pytest.MonkeyPatch):
    core = server.backend.core
    monkeypatch.setattr(core, "settings", replace(core.settings, public_url="https://cast.example/video"))
    assert user.create(9).startswith("/video/api/uploads/")


def test_a_piece_that_is_not_marked_as_one_begins_nothing(user: User):
    headers = TUS | user.metadata() | {"Upload-Length": "3"}
    status, told, body = user.call("POST", "/api/uploads", headers, b"abc")
    assert (status, body["code"], "location" in told) == (415, 4220, False)
