"""Whatever a backend answers, the client either understands it or says that it does not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.client import calls
from wavereel.client.advice import advise
from wavereel.client.answers import Answer, retry_after
from wavereel.client.draft_changes import changes_between
from wavereel.client.draft_summary import is_exportable, length_ms, summary_line
from wavereel.client.errors import error_of, number_of
from wavereel.client.events import Reply, event_of
from wavereel.client.sse import Frame
from wavereel.client.suggestions import next_steps
from wavereel.client.text import clean_text, hide_tokens, is_json, one_line, without_json
from wavereel.client.wire import State
from wavereel.errors import WavereelError

KEYS = (
    *"code data message detail success state draft t tt sg s d m txt src vol st g x video_infos".split(),
    *"generated_media renders id status progress output url outputUrl duration size error warnings".split(),
    *"files errors filename file_id available frozen total token session_id content parts text".split(),
    *"partial errorCode customMetadata functionCall type".split(),
)
LEAVES = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(max_size=12)
LEAVES |= st.sampled_from(["completed", "failed", "asset://f_1", 0, 1, 7])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=25,
)
CALLS = [
    calls.anonymous_token("x"),
    calls.create_session("p", "en"),
    calls.balance(),
    calls.state("s", ""),
    calls.upload_urls("s", []),
    calls.submit_render("r", "s", {}, None),
    calls.render("r"),
    calls.cancel_render("r"),
    calls.draft("s"),
    calls.revisions("s"),
    calls.preview_frame("s", 0, None),
    calls.claim_token("t", "s"),
    calls.tokens(),
    calls.revoke_token("t"),
]


@given(TREES, st.sampled_from(CALLS), st.sampled_from([200, 204, 304, 400, 401, 404, 429, 500]))
def test_any_json_is_read_or_refused(tree, call, status):
    answer = Answer(status, {"content-type": "application/json"}, json.dumps({"code": 0, "data": tree}).encode())
    for body in (answer, Answer(status, {}, json.dumps(tree).encode())):
        try:
            call.read(body)
        except WavereelError as error:
            assert "\n" not in str(error)
            assert len(str(error)) < 800
            assert str(advise(error, user_id="anon_1", web="http://x"))


@given(TREES, TREES)
def test_any_two_drafts_are_told_apart(one, two):
    drafts = [tree if isinstance(tree, dict) else {"t": [tree]} for tree in (one, two)]
    for lang in ("en", "zh"):
        assert summary_line(drafts[0], lang=lang)
        changes = changes_between(State("s", drafts[0]), State("s", drafts[1]), lang)
        bare = [{key: value for key, value in draft.items() if key not in ("rev", "v")} for draft in drafts]
        assert bool(changes) == (bare[0] != bare[1])
        assert next_steps(drafts[0], lang)
    length_ms(drafts[0])
    is_exportable(drafts[0])


@given(TREES)
def test_any_event_is_taken(tree):
    reply = Reply()
    reply.take(event_of(Frame(json.dumps(tree))))
    assert isinstance(reply.text, str)


@given(st.text(max_size=400))
def test_any_text_becomes_fit_to_be_shown(text):
    line = one_line(text)
    assert line == "".join(mark for mark in line if mark.isprintable() or mark in "\u200c\u200d")
    assert "\x1b" not in clean_text(text)
    without_json(text)


def test_texts():
    assert clean_text("a\r\nb\x07\x1b[2Jc\td") == "a\nbc d"
    assert clean_text("x" * 100, limit=10) == "x" * 9 + "…"
    assert hide_tokens("Bearer abcdefgh1234 nmv_usr_abcdefgh clm_abcdefgh") == "Bearer [token] [token] [token]"
    assert is_json('{"a": 1}')
    assert not is_json("{a}")
    assert without_json('Done.\n```json\n{"a": 1}\n```') == "Done."


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7), (" 7.2 ", 8), ("0", 0), ("-1", None), ("", None), ("soon", None), ("1e99", None), ("nan", None)],
)
def test_retry_after(text: str, seconds: int | None):
    assert retry_after(text) == seconds


def test_numbers():
    assert number_of(error_of(2001, 403, "")) == 2001
    assert number_of(error_of(7777, 403, "")) == 7777
    assert number_of(error_of(0, 503, "")) == 0
