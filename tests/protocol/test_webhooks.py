"""Who asked to be told learns how a job ended, signed."""

import json
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.protocol.serving import Wire, anonymous, job_id, serving, tiny_draft
from tests.protocol.test_documents import example


@pytest.fixture
def receiver() -> Iterator[tuple[str, "queue.Queue[tuple[dict[str, str], bytes]]"]]:
    """A server that takes messages."""
    got: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.put((dict(self.headers.items()), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/in", got
        server.shutdown()
        thread.join()


@pytest.mark.promise("WEBHOOKS")
def test_the_end_of_a_job_is_told(tmp_path: Path, receiver):
    address, got = receiver
    scope: dict = {}
    exec(compile(example("backend.md", "python"), "backend.md", "exec"), scope)
    with serving(tmp_path, WAVEREEL_URL_ALLOW="127.0.0.0/8", WAVEREEL_WORKERS=1) as served, served.client() as http:
        wire = anonymous(http)
        made = wire.post("/api/webhooks", {"url": address}).json()["data"]
        assert made["url"] == address
        job, broken = job_id(), job_id()
        assert wire.submit(wire.session(), tiny_draft(), job=job).status_code == 200
        long = tiny_draft(ms=3_600_000) | {"m": {"width": 1920, "height": 1080, "fps": 30}}
        assert wire.submit(wire.session(), long, job=broken).status_code == 200
        wire.ended(job)
        wire.post(f"/api/render/proxy/lambda/{broken}/cancel")
        told = {}
        for _ in range(2):
            headers, body = got.get(timeout=40)
            assert scope["is_ours"](headers["X-Wavereel-Signature"], body, made["secret"])
            message = json.loads(body)
            assert message["id"] == headers["X-Wavereel-Delivery"]
            told[message["data"]["id"]] = message["event"]
        assert told == {job: "render.completed", broken: "render.failed"}

        listed = wire.get("/api/webhooks").json()["data"]["webhooks"]
        assert [one["id"] for one in listed] == [made["id"]]
        assert "secret" not in listed[0]
        stranger = anonymous(http)
        assert stranger.get("/api/webhooks").json()["data"]["webhooks"] == []
        for caller, status in ((stranger, 404), (wire, 200), (wire, 404)):
            assert caller.call("DELETE", f"/api/webhooks/{made['id']}").status_code == status


@pytest.mark.promise("WEBHOOKS")
@pytest.mark.parametrize(
    ("url", "code"),
    [
        *(("http://127.0.0.1:9/", 4004), ("http://169.254.169.254/latest", 4004), ("file:///etc/passwd", 4004)),
        *((None, 4220), (5, 4220), ("", 4220)),
    ],
)
def test_addresses_that_are_not_told(wire: Wire, url: object, code: int):
    answer = wire.post("/api/webhooks", {"url": url})
    assert answer.status_code == 422
    assert answer.json()["code"] in (code, 4004)
