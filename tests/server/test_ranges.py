"""Files as answers: whole, in part, or not again."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.testclient import TestClient

from wavereel.server.context import Context
from wavereel.server.metrics import Metrics
from wavereel.server.ranges import Served, disposition, matches_etag, requested_range, send_file

BYTES = bytes(range(256)) * 4


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-99", (0, 100)),
        ("bytes=0-", (0, 1024)),
        ("bytes=1000-5000", (1000, 1024)),
        ("bytes=-24", (1000, 1024)),
        ("bytes=-5000", (0, 1024)),
        ("bytes=1023-1023", (1023, 1024)),
        ("bytes=1024-", None),
        ("bytes=-0", None),
        ("bytes=5-2", ()),
        ("bytes=-", ()),
        ("bytes=0-1,5-6", ()),
        ("bytes=a-b", ()),
        ("lines=0-1", ()),
        ("bytes=0-99999999999999999999999", ()),
        ("bytes=\u0661-\u0662", ()),
    ],
)
def test_ranges(header: str, part):
    assert requested_range(header, 1024) == part


@given(st.text(max_size=30) | st.from_regex(r"bytes=\d{0,4}-\d{0,4}", fullmatch=True), st.integers(0, 2000))
def test_any_range_is_inside_the_file(header: str, size: int):
    part = requested_range(header, size)
    if part:
        assert 0 <= part[0] < part[1] <= size


@given(st.text(max_size=40))
def test_any_name_can_be_offered(name: str):
    header = disposition(name, download=True)
    header.encode("ascii")
    assert "\n" not in header and "\r" not in header and header.count('"') == 2


def test_etags_are_compared_weakly():
    assert matches_etag('W/"1", "2"', '"2"') and matches_etag('"2"', 'W/"2"') and matches_etag("*", '"9"')
    assert not matches_etag('"1"', '"2"') and not matches_etag("", '"2"')


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    path = tmp_path / "blob"
    path.write_bytes(BYTES)
    os.utime(path, (1_700_000_000, 1_700_000_000))

    async def endpoint(request: Request):
        served = Served(path, "wö rk.mp4", request.query_params.get("mime", "video/mp4"), '"e"')
        return await send_file(request, Context(None, None, Metrics()), served)  # type: ignore[arg-type]

    return TestClient(Starlette(routes=[Route("/", endpoint, methods=["GET", "HEAD"])]))


@pytest.mark.promise("LINK-SIGNED")
def test_a_file_is_sent_whole_or_in_part(client: TestClient):
    whole = client.get("/")
    assert (whole.status_code, whole.content) == (200, BYTES)
    assert whole.headers["accept-ranges"] == "bytes" and whole.headers["content-length"] == "1024"
    part = client.get("/", headers={"Range": "bytes=256-511"})
    assert (part.status_code, part.content) == (206, BYTES[256:512])
    assert part.headers["content-range"] == "bytes 256-511/1024"
    none = client.get("/", headers={"Range": "bytes=2000-"})
    assert (none.status_code, none.headers["content-range"]) == (416, "bytes */1024")
    head = client.head("/", headers={"Range": "bytes=0-1"})
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "1024")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": '"e"'}, 304),
        ({"If-None-Match": 'W/"e"'}, 304),
        ({"If-None-Match": '"x"'}, 200),
        ({"If-Modified-Since": "Tue, 14 Nov 2023 22:13:20 GMT"}, 304),
        ({"If-Modified-Since": "Tue, 14 Nov 2023 22:13:19 GMT"}, 200),
        ({"If-Modified-Since": "nonsense"}, 200),
        ({"Range": "bytes=0-0", "If-Range": '"e"'}, 206),
        ({"Range": "bytes=0-0", "If-Range": '"x"'}, 200),
        ({"Range": "bytes=0-0", "If-Range": 'W/"e"'}, 200),
        ({"Range": "bytes=0-0", "If-Range": "Tue, 14 Nov 2023 22:13:20 GMT"}, 206),
        ({"Range": "bytes=0-0", "If-Range": "Tue, 14 Nov 2023 22:13:21 GMT"}, 200),
    ],
)
def test_conditions(client: TestClient, headers: dict[str, str], status: int):
    assert client.get("/", headers=headers).status_code == status


def test_only_what_a_browser_can_safely_show_is_shown(client: TestClient):
    shown = client.get("/").headers
    assert shown["content-type"] == "video/mp4" and shown["content-disposition"].startswith("inline")
    policy = shown["content-security-policy"]
    assert "media-src 'self'" in policy and "sandbox" not in policy, "browsers would not play it"
    assert "default-src 'none'" in policy and "script-src" not in policy
    for mime in ("text/html", "image/svg+xml", "application/javascript", ""):
        saved = client.get("/", params={"mime": mime}).headers
        assert saved["content-type"] == "application/octet-stream"
        assert saved["content-disposition"].startswith("attachment")
        assert saved["content-security-policy"] == "default-src 'none'; sandbox"


def test_a_file_that_has_gone(tmp_path: Path):
    from wavereel.errors import GoneError

    async def endpoint(request: Request):
        with pytest.raises(GoneError):
            await send_file(request, Context(None, None, Metrics()), Served(tmp_path / "no", "a", "b", '"c"'))  # type: ignore[arg-type]
        from starlette.responses import Response

        return Response()

    assert TestClient(Starlette(routes=[Route("/", endpoint)])).get("/").status_code == 200
