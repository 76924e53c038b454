"""Addresses that need no token: what opens them, and what does not."""

from dataclasses import replace
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.service.backend.here import anyone, new_session, open_here
from tests.service.backend.test_uploads import send, sound

from wavereel.errors import GoneError, NotFinishedError, NotFoundError, SignatureError
from wavereel.store import files, queue, renders


@pytest.fixture(scope="module")
def backend(tmp_path_factory):
    opened = open_here(tmp_path_factory.mktemp("links"), public_url="https://reel.example/base/")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def entry(backend):
    caller = anyone(backend)
    return send(backend, caller, new_session(backend, caller), ("Folge 12 – ü.wav", sound()))["files"][0]


def taken_apart(url: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(url)
    return unquote(parts.path).partition("/files/")[2], dict(parse_qsl(parts.query))


@pytest.mark.promise("LINK-SIGNED", "LINK-BASE")
def test_a_link_opens_its_file(backend, entry):
    assert entry["cdn_url"].startswith(f"https://reel.example/base/files/{entry['file_id']}/")
    assert entry["cdn_url"].isascii()
    opened = backend.links.open(*taken_apart(entry["cdn_url"]))
    assert opened.path.read_bytes() == sound()
    assert (opened.filename, opened.mime, opened.size) == ("Folge 12 – ü.wav", "audio/wav", len(sound()))
    assert opened.etag.startswith('"')


@pytest.mark.promise("LINK-SIGNED")
def test_a_link_opens_its_video(backend):
    blob = backend.core.blobs.put(b"video")
    url = backend.links.render_url("render_1.x-2", blob)
    path, query = taken_apart(url)
    assert path == "r/render_1.x-2.mp4"
    opened = backend.links.open(path, query)
    assert (opened.filename, opened.mime, opened.size) == ("render_1.x-2.mp4", "video/mp4", 5)
    backend.core.blobs.delete(blob)
    with pytest.raises(NotFoundError):
        backend.links.open(path, query)


@pytest.mark.promise("LINK-SIGNED", "LINK-ERRORS")
def test_a_link_to_a_video_that_is_not_finished_opens_it_later(tmp_path):
    backend = open_here(tmp_path)
    caller = anyone(backend)
    with backend.core.database.write() as tx:
        job = {"render_id": "r", "user_id": caller.user_id, "session_id": "1", "body_sha": "", "draft": "{}"}
        row = renders.enqueue(tx, **job, output={}, sources={}, length_ms=1, now_ms=backend.core.clock())
    path, query = taken_apart(backend.renders.link(caller, "r"))
    assert path == "r/r.mp4"
    with pytest.raises(NotFinishedError, match="not finished yet"):
        backend.links.open(path, query)
    for forged in (query | {"b": f"job-{row.seq + 1}"}, query | {"sig": "0" * 40}):
        with pytest.raises(SignatureError):
            backend.links.open(path, forged)
    blob = backend.core.blobs.put(b"video")
    with backend.core.database.write() as tx:
        row = queue.claim(tx, "w", now_ms=backend.core.clock(), lease_ms=1000)
        assert renders.finish(tx, row.seq, row.fence, now_ms=backend.core.clock(), blob=blob, result={})
    assert backend.links.open(path, query).path.read_bytes() == b"video"
    with backend.core.database.write() as tx:
        assert renders.lose(tx, row.seq)
    with pytest.raises(NotFoundError, match="removed"):
        backend.links.open(path, query)
    backend.core.clock.ms = int(query["exp"]) * 1000
    with pytest.raises(GoneError):
        backend.links.open(path, query)
    backend.close()


def test_a_link_to_a_video_that_failed_says_so(tmp_path):
    backend = open_here(tmp_path)
    caller = anyone(backend)
    with backend.core.database.write() as tx:
        job = {"render_id": "r", "user_id": caller.user_id, "session_id": "1", "body_sha": "", "draft": "{}"}
        renders.enqueue(tx, **job, output={}, sources={}, length_ms=1, now_ms=backend.core.clock())
    backend.renders.cancel(caller, "r")
    with pytest.raises(NotFoundError, match="failed"):
        backend.links.open(*taken_apart(backend.renders.link(caller, "r")))
    unread = replace(caller, scopes=frozenset({"write"}))
    assert backend.renders.link(unread, "r").endswith("/api/render/proxy/r/download")
    backend.close()


@pytest.mark.promise("LINK-ERRORS")
def test_a_link_ends(backend, entry):
    path, query = taken_apart(entry["cdn_url"])
    now_ms = backend.core.clock()
    end_ms = int(query["exp"]) * 1000
    assert end_ms - now_ms + 1000 * 60 >= 86_400_000 and end_ms - now_ms < 86_400_000 * 1.06
    try:
        backend.core.clock.ms = end_ms - 10
        backend.links.open(path, query)
        backend.core.clock.ms = end_ms
        with pytest.raises(GoneError) as gone:
            backend.links.open(path, query)
        assert gone.value.http_status == 410
        with pytest.raises(SignatureError):
            backend.links.open(path, query | {"exp": str(int(query["exp"]) + 99)})
    finally:
        backend.core.clock.ms = now_ms


@pytest.mark.promise("LINK-ERRORS")
def test_a_file_that_was_removed_is_404(tmp_path):
    backend = open_here(tmp_path)
    caller = anyone(backend)
    sent = send(backend, caller, new_session(backend, caller), ("a.wav", sound()))["files"][0]
    path, query = taken_apart(sent["cdn_url"])
    with backend.core.database.write() as tx:
        files.lose(tx, caller.user_id, sent["file_id"])
    with pytest.raises(NotFoundError) as gone:
        backend.links.open(path, query)
    assert gone.value.http_status == 404
    backend.close()


@pytest.mark.promise("LINK-ERRORS")
@given(data=st.data())
def test_nothing_of_a_link_can_be_changed(backend, entry, data):
    path, query = taken_apart(entry["cdn_url"])
    part = data.draw(st.sampled_from(["path", "b", "exp", "sig"]))
    text = path if part == "path" else query[part]
    place = data.draw(st.integers(0, len(text)))
    change = data.draw(st.sampled_from(["insert", "drop", "replace"]))
    letter = data.draw(st.characters(codec=None))
    if change == "insert":
        changed = text[:place] + letter + text[place:]
    elif change == "drop":
        changed = text[:place] + text[place + 1 :]
    else:
        changed = text[:place] + letter + text[place + 1 :]
    if changed == text:
        return
    told = (changed, query) if part == "path" else (path, query | {part: changed})
    with pytest.raises(SignatureError) as refused:
        backend.links.open(*told)
    assert refused.value.http_status == 403


@pytest.mark.parametrize(
    "query", [{}, {"sig": ""}, {"b": "x", "exp": "9" * 40, "sig": "0" * 40}, {"exp": "-1"}, {"exp": "١"}]
)
def test_queries_that_are_none_are_refused(backend, query):
    for path in ("", "x", "../wavereel.db", "r/x.mp4", "x" * 5000):
        with pytest.raises(SignatureError):
            backend.links.open(path, query)


def test_a_link_of_another_server_is_refused(backend, entry, tmp_path):
    other = open_here(tmp_path)
    with pytest.raises(SignatureError):
        other.links.open(*taken_apart(entry["cdn_url"]))
    other.close()


def test_links_outlive_the_server_and_stay_the_same_for_a_while(tmp_path):
    backend = open_here(tmp_path)
    one, two = (backend.links.render_url("r", "0" * 32) for _ in range(2))
    assert one == two
    backend.close()
    again = open_here(tmp_path)
    with pytest.raises(NotFoundError):
        again.links.open(*taken_apart(one))
    again.close()


@pytest.mark.promise("LINK-BASE")
def test_links_carry_the_public_or_the_bound_address(tmp_path):
    backend = open_here(tmp_path, host="::1", port=9000)
    assert backend.core.base_url == "http://[::1]:9000"
    backend.core.bound = "http://127.0.0.1:4711"
    assert backend.links.register_url("anon_1") == "http://127.0.0.1:4711/register?bind=anon_1"
    assert backend.links.claim_url("clm_1") == "http://127.0.0.1:4711/workspace/claim?ct=clm_1"
    backend.close()
