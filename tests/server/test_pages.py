"""Pages for people: nothing in them is anybody else's HTML, and nothing in them runs."""

import base64
import hashlib
import re
from typing import Any

import pytest

from wavereel.server.pages import claim_page, error_page, register_page

EVIL = "<script>alert(1)</script>\"' onload=x"


def text(answer) -> str:
    return bytes(answer.body).decode()


def facts(**known: Any) -> dict[str, Any]:
    return {"title": "", "summary": "", "has_draft": False, "poster": None, "videos": []} | known


@pytest.mark.promise("WEB-PAGES")
def test_what_a_claim_shows():
    video = {"url": "http://h/files/r/a.mp4?exp=1&sig=2", "filename": "a.mp4"}
    html = text(claim_page(facts(title="Talk", summary="Timeline (1 track)", has_draft=True, videos=[video])))
    assert "<h1>Talk</h1>" in html and "Timeline (1 track)" in html
    assert '<video controls preload="metadata" src="http://h/files/r/a.mp4?exp=1&amp;sig=2">' in html
    poster = text(claim_page(facts(poster="data:image/png;base64,AA", has_draft=True)))
    assert "<img" in poster and "<video" not in poster and "Nothing has been made" not in poster
    assert "Nothing has been made" in text(claim_page(facts()))


@pytest.mark.promise("ACCOUNT-REGISTER-PAGE")
def test_the_page_for_registering_shows_the_command():
    html = text(register_page({"user_id": "anon_1", "command": "wavereel token create --bind anon_1"}))
    assert "wavereel token create --bind anon_1" in html


@pytest.mark.parametrize(
    "answer",
    [
        claim_page(facts(title=EVIL, summary=EVIL, poster=EVIL)),
        claim_page(facts(title=EVIL, summary=EVIL, poster=EVIL, videos=[{"url": EVIL, "filename": EVIL}])),
        register_page({"user_id": EVIL, "command": EVIL}),
        error_page(EVIL, 404),
    ],
)
def test_words_of_others_stay_words(answer):
    html = text(answer)
    assert "<script" not in html
    assert "\"' onload" not in html


def test_the_policy_lets_this_style_in_and_no_script():
    answer = error_page("x", 404)
    (style,) = re.findall(r"<style>(.*?)</style>", text(answer))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert f"'sha256-{digest}'" in policy and "default-src 'none'" in policy and "script-src" not in policy
    assert " style=" not in text(answer)


def test_media_may_come_from_where_links_lead():
    answer = claim_page(facts(), "https://cast.example")
    assert "media-src 'self' https://cast.example;" in answer.headers["content-security-policy"]
