"""Files go in: as parts, by address, again, in pieces, and not at all."""

import base64
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from demo.id3 import id3_tag
from tests.protocol.serving import Served, Wire, anonymous, serving

from wavereel.media.signals import tone, write_sound

ENTRY = {
    "file_id",
    "filename",
    "file_type",
    "mime",
    "size",
    "cdn_url",
    "duration",
    "width",
    "height",
    "fps",
    "has_audio",
}
KINDS = {"mp4", "mov", "avi", "webm", "mkv", "jpg", "png", "gif", "webp", "mp3", "wav", "m4a", "aac"}


@pytest.mark.promise("UPLOAD-FILES", "UPLOAD-TOP-LEVEL")
def test_files_sent_as_parts(wire: Wire, sound: bytes, picture: bytes):
    session = wire.session()
    told = wire.upload(session, ("talk.wav", sound), ("cover.png", picture)).json()
    data = told["data"]
    talk, cover = data["files"]
    assert (told["code"], data["errors"], data["session_state_applied"]) == (0, [], True)
    assert talk.keys() >= ENTRY | {"sample_rate", "channels", "hash"}
    assert (talk["filename"], talk["file_type"], talk["size"]) == ("talk.wav", "audio", len(sound))
    assert (talk["duration"], talk["width"], talk["height"], talk["has_audio"]) == (2.0, None, None, True)
    assert (talk["sample_rate"], talk["channels"]) == (48_000, 2)
    assert talk["mime"].startswith("audio/")
    assert talk["hash"].startswith("sha256:")
    assert (cover["file_type"], cover["mime"], cover["duration"]) == ("image", "image/png", None)
    assert (cover["width"], cover["height"], cover["has_audio"]) == (60, 40, False)
    assert (told["files"], told["url"]) == (data["files"], talk["cdn_url"])
    infos = wire.state(session)["state"]["video_infos"]
    assert [one["file_id"] for one in infos] == [talk["file_id"], cover["file_id"]]
    got = wire.http.get(talk["cdn_url"])
    assert (got.status_code, got.content) == (200, sound)


@pytest.mark.promise("UPLOAD-FILE-PART")
@pytest.mark.parametrize("part", ["files", "file"])
def test_both_names_of_the_part(wire: Wire, picture: bytes, part: str):
    assert wire.upload(wire.session(), ("a.png", picture), part=part).json()["code"] == 0


@pytest.mark.promise("UPLOAD-KINDS")
def test_another_kind_of_file(wire: Wire):
    session = wire.session()
    answer = wire.upload(session, ("notes.txt", b"no sound here"))
    told = answer.json()
    assert (answer.status_code, told["code"]) == (415, 4001)
    assert set(told["data"]["supported"]) >= KINDS
    assert "notes.txt" in told["message"]
    assert isinstance(told["detail"], str)
    assert wire.state(session)["state"]["video_infos"] == []


@pytest.mark.promise("UPLOAD-PARTIAL")
def test_what_can_be_taken_is_taken(wire: Wire, picture: bytes):
    session = wire.session()
    data = wire.upload(session, ("notes.txt", b"no"), ("a.png", picture)).json()["data"]
    assert [one["filename"] for one in data["files"]] == ["a.png"]
    (error,) = data["errors"]
    assert (error["filename"], error["code"]) == ("notes.txt", 4001)
    assert error["message"]


@pytest.mark.promise("UPLOAD-KIND-BY-CONTENT")
def test_the_content_counts_not_the_name(wire: Wire, sound: bytes, picture: bytes):
    session = wire.session()
    data = wire.upload(session, ("talk.mp4", sound), ("cover.mp3", picture), ("plain", sound)).json()["data"]
    assert [one["file_type"] for one in data["files"]][:2] == ["audio", "image"]
    assert data["errors"] == []


@pytest.mark.promise("UPLOAD-KIND-BY-CONTENT")
@pytest.mark.parametrize("name", ["talk.mp3", "talk.mp4"])
def test_sound_with_a_cover_is_sound(wire: Wire, picture: bytes, tmp_path: Path, name: str):
    write_sound(tmp_path / "bare.mp3", tone(24_000), codec="libmp3lame")
    tagged = id3_tag({"TIT2": "A talk"}, [], picture) + (tmp_path / "bare.mp3").read_bytes()
    (file,) = wire.upload(wire.session(), (name, tagged)).json()["data"]["files"]
    assert (file["file_type"], file["has_audio"]) == ("audio", True)


@pytest.mark.promise("UPLOAD-UNKNOWN-SESSION")
def test_an_upload_into_nothing(wire: Wire, picture: bytes):
    answer = wire.upload("5529798706024415232", ("a.png", picture))
    assert (answer.status_code, answer.json()["code"]) == (404, 1002)


@pytest.mark.promise("UPLOAD-FILE-IDS")
def test_a_file_comes_into_another_session(wire: Wire, other: Wire, picture: bytes):
    first, second = wire.session(), wire.session()
    (file,) = wire.upload(first, ("a.png", picture)).json()["data"]["files"]
    path = f"/api/upload-video/nemo_agent/me/{second}"
    data = wire.post(path, {"file_ids": [file["file_id"]]}).json()["data"]
    assert [one["file_id"] for one in data["files"]] == [file["file_id"]]
    assert [one["file_id"] for one in wire.state(second)["state"]["video_infos"]] == [file["file_id"]]

    strange = other.session()
    foreign = other.post(f"/api/upload-video/nemo_agent/me/{strange}", {"file_ids": [file["file_id"]]})
    absent = other.post(f"/api/upload-video/nemo_agent/me/{strange}", {"file_ids": ["f_0000000000000000"]})
    assert foreign.status_code == absent.status_code >= 400
    assert foreign.json()["code"] == absent.json()["code"] != 0


@pytest.mark.promise("UPLOAD-COUNTS")
def test_twenty_files_and_no_more(wire: Wire, picture: bytes):
    session = wire.session()
    answer = wire.upload(session, *((f"{number}.png", picture) for number in range(21)))
    assert (answer.status_code, answer.json()["code"]) == (413, 4002)
    urls = [f"https://example.org/{number}.mp3" for number in range(21)]
    answer = wire.post(f"/api/upload-video/nemo_agent/me/{session}", {"urls": urls, "source_type": "url"})
    assert (answer.status_code, answer.json()["code"]) == (422, 4220)
    assert wire.upload(session, *((f"{number}.png", picture) for number in range(20))).json()["code"] == 0


@pytest.mark.promise("UPLOAD-URL-REFUSED")
@pytest.mark.parametrize(
    "address",
    [
        *("file:///etc/passwd", "ftp://example.org/a.mp3", "http://127.0.0.1:{port}/health", "http://localhost/a.mp3"),
        *(
            "http://169.254.169.254/latest",
            "http://[::1]/a.mp3",
            "http://2130706433/a",
            "http://0x7f.1/",
            "http://10.0.0.1/",
        ),
        *(
            "http://user:pass@127.0.0.1/",
            "gopher://127.0.0.1/",
            "//127.0.0.1/a",
            "nonsense",
            "http://[::ffff:127.0.0.1]/",
        ),
    ],
)
def test_addresses_that_are_not_fetched(served: Served, wire: Wire, address: str):
    body = {"urls": [address.format(port=served.port)], "source_type": "url"}
    answer = wire.post(f"/api/upload-video/nemo_agent/me/{wire.session()}", body)
    assert (answer.status_code, answer.json()["code"]) == (422, 4004)


@pytest.mark.parametrize(
    "body", [{"urls": []}, {"urls": "x"}, {"urls": [1]}, {}, [], "x", {"urls": [None]}, {"file_ids": [{}]}]
)
def test_bodies_that_name_nothing(wire: Wire, body: object):
    answer = wire.post(f"/api/upload-video/nemo_agent/me/{wire.session()}", body)
    assert (answer.status_code, answer.json()["code"]) == (422, 4220)


class Shelf(BaseHTTPRequestHandler):
    """Serves one picture, at the end of as many redirects as its path says."""

    content = b""

    def do_GET(self):
        hops = int(self.path.strip("/").partition(".")[0] or 0)
        if hops:
            self.send_response(302)
            self.send_header("Location", f"/{hops - 1}.png")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *args: object):
        pass


@pytest.fixture
def shelf(picture: bytes) -> Iterator[str]:
    Shelf.content = picture
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with a small limit, that may fetch from this machine."""
    settings = {"WAVEREEL_URL_ALLOW": "127.0.0.0/8", "WAVEREEL_MAX_UPLOAD_BYTES": 5000, "WAVEREEL_WORKERS": 0}
    with serving(tmp_path_factory.mktemp("narrow"), **settings) as server:
        yield server


@pytest.mark.promise("UPLOAD-BY-URL", "UPLOAD-URL-LIMITS")
def test_files_by_address(narrow: Served, shelf: str, picture: bytes):
    with narrow.client() as http:
        wire = anonymous(http)
        path = f"/api/upload-video/nemo_agent/me/{wire.session()}"
        data = wire.post(path, {"urls": [f"{shelf}/5.png"], "source_type": "url"}).json()["data"]
        (file,) = data["files"]
        assert (file["file_type"], file["size"]) == ("image", len(picture))
        answer = wire.post(path, {"urls": [f"{shelf}/6.png"], "source_type": "url"})
        assert (answer.status_code, answer.json()["code"]) == (422, 4004)


@pytest.mark.promise("UPLOAD-TOO-LARGE", "UPLOAD-LIMIT-EXACT")
def test_the_limit_is_exact(narrow: Served, picture: bytes):
    with narrow.client() as http:
        wire = anonymous(http)
        session = wire.session()
        full = picture + bytes(5000 - len(picture))
        assert wire.upload(session, ("full.png", full)).json()["code"] == 0
        answer = wire.upload(session, ("over.png", full + b"\0"))
        told = answer.json()
        assert (answer.status_code, told["code"], told["data"]["limit_bytes"]) == (413, 4002, 5000)
        assert len(wire.state(session)["state"]["video_infos"]) == 1


def exchange(port: int, head: str, until: bytes = b"\r\n\r\n") -> bytes:
    """What a server says to the head of a request, before any of its body."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as sock:
        sock.sendall(head.replace("\n", "\r\n").encode() + b"\r\n")
        answer = b""
        while until not in answer:
            piece = sock.recv(4096)
            if not piece:
                break
            answer += piece
        return answer


@pytest.mark.promise("UPLOAD-CONTINUE")
def test_a_body_is_asked_for_only_when_it_is_wanted(narrow: Served):
    with narrow.client() as http:
        wire = anonymous(http)
        session = wire.session()

    def head(token: str, session: str, length: int) -> str:
        return (
            f"POST /api/upload-video/nemo_agent/me/{session} HTTP/1.1\nHost: 127.0.0.1:{narrow.port}\n"
            f"Authorization: Bearer {token}\nContent-Type: multipart/form-data; boundary=xyz\n"
            f"Content-Length: {length}\nExpect: 100-continue\nConnection: close\n"
        )

    assert exchange(narrow.port, head(wire.token, session, 300)).startswith(b"HTTP/1.1 100")
    assert exchange(narrow.port, head("nmv_usr_no", session, 300)).startswith(b"HTTP/1.1 401")
    assert exchange(narrow.port, head(wire.token, "1", 300)).startswith(b"HTTP/1.1 404")
    assert exchange(narrow.port, head(wire.token, session, 10**12)).startswith(b"HTTP/1.1 413")


def test_a_truncated_upload_leaves_nothing(narrow: Served):
    with narrow.client() as http:
        wire = anonymous(http)
        session = wire.session()
        head = (
            f"POST /api/upload-video/nemo_agent/me/{session} HTTP/1.1\r\nHost: 127.0.0.1:{narrow.port}\r\n"
            f"Authorization: Bearer {wire.token}\r\nContent-Type: multipart/form-data; boundary=xyz\r\n"
            "Content-Length: 4000\r\n\r\n--xyz\r\n"
            'Content-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
        )
        with socket.create_connection(("127.0.0.1", narrow.port), timeout=20) as sock:
            sock.sendall(head.encode() + bytes(100))
        assert wire.state(session)["state"]["video_infos"] == []
        assert wire.session()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\x.png", "a\u202egnp.exe", "/root/x.png", "CON", "x" * 300 + ".png", "."]
)
def test_names_never_become_paths(served: Served, wire: Wire, picture: bytes, name: str):
    (file,) = wire.upload(wire.session(), (name, picture)).json()["data"]["files"]
    assert "/" not in file["filename"]
    assert "\\" not in file["filename"]
    assert 0 < len(file["filename"]) <= 255
    assert "\u202e" not in file["filename"]
    assert wire.http.get(file["cdn_url"]).content == picture
    stored = {path.name for path in served.data.rglob("*")}
    assert not stored & {"passwd", "x.png", name}


FORGED = {
    "empty.mp3": b"",
    "header.png": b"\x89PNG\r\n\x1a\n" + bytes(8),
    "bomb.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (65_535).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0" + bytes(64),
    "list.m3u8": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
    "concat.mp3": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "page.png": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
    "page.mp3": b"<html><script>alert(1)</script></html>",
    "riff.wav": b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0" + b"\xff" * 64,
    "box.mp4": b"\0\0\0\x20ftypisom" + bytes(20) + b"\xff\xff\xff\xffmoov" + bytes(64),
}


@pytest.mark.promise("UPLOAD-KINDS")
@pytest.mark.parametrize("name", FORGED)
def test_forged_media(served: Served, wire: Wire, name: str):
    session = wire.session()
    answer = wire.upload(session, (name, FORGED[name]))
    assert answer.json()["code"] in (4001, 4002)
    assert answer.status_code in (413, 415)
    assert "passwd" not in answer.text
    assert str(served.data) not in answer.text
    assert wire.state(session)["state"]["video_infos"] == []


@pytest.mark.promise("UPLOAD-MORE-SOUND")
@pytest.mark.parametrize(("ending", "codec"), [("flac", "flac"), ("ogg", "libopus"), ("opus", "libopus")])
def test_other_sound_is_taken(wire: Wire, tmp_path: Path, ending: str, codec: str):
    path = tmp_path / f"talk.{ending}"
    write_sound(path, tone(24_000), codec=codec)
    (file,) = wire.upload(wire.session(), (path.name, path.read_bytes())).json()["data"]["files"]
    assert file["file_type"] == "audio"
    assert file["duration"] == pytest.approx(0.5, abs=0.05)


@pytest.mark.promise("UPLOAD-RESUMABLE")
def test_an_upload_in_pieces(wire: Wire, picture: bytes):
    session = wire.session()
    meta = ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}"
        for key, value in (("filename", "a.png"), ("session_id", session))
    )
    tus = {"Tus-Resumable": "1.0.0"}
    made = wire.post("/api/uploads", headers=tus | {"Upload-Length": str(len(picture)), "Upload-Metadata": meta})
    assert made.status_code == 201, made.text
    place = made.headers["Location"]
    half = len(picture) // 2
    piece = tus | {"Content-Type": "application/offset+octet-stream"}
    first = wire.call("PATCH", place, headers=piece | {"Upload-Offset": "0"}, content=picture[:half])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(half))
    assert wire.call("HEAD", place, headers=tus).headers["Upload-Offset"] == str(half)
    wrong = wire.call("PATCH", place, headers=piece | {"Upload-Offset": "0"}, content=b"x")
    assert wrong.status_code == 409
    last = wire.call("PATCH", place, headers=piece | {"Upload-Offset": str(half)}, content=picture[half:])
    assert last.status_code == 204
    (info,) = wire.state(session)["state"]["video_infos"]
    assert (info["filename"], info["file_type"]) == ("a.png", "image")
