"""The few pages for people: plain HTML without a script, every word of it escaped."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_STYLE = (
    "body{margin:0;font:16px/1.5 system-ui,sans-serif;background:#101820;color:#e8edf2}"
    "main{max-width:44rem;margin:0 auto;padding:2rem 1.25rem}h1{font-size:1.5rem}"
    "a{color:#ffd166}code,pre{background:#1b2733;border-radius:.4rem}code{padding:.1rem .35rem}"
    "pre{padding:.8rem;overflow:auto;white-space:pre-wrap}img,video{max-width:100%;max-height:70vh;border-radius:.6rem}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def page(title: str, parts: Iterable[str], status: int = 200, *, media_from: str = "") -> HTMLResponse:
    """A page.

    Args:
        title: Its heading, unescaped.
        parts: Its body, in HTML.
        status: Of the answer.
        media_from: The origin that links carry, where it may be another than the page's.
    """
    name = escape(title)
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main><h1>{name}</h1>{''.join(parts)}</main></body></html>"
    )
    sources = f"'self' {media_from}".strip()
    policy = (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src {sources} data:; media-src {sources}; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    return HTMLResponse(html, status, {"content-security-policy": policy})


def error_page(message: str, status: int) -> HTMLResponse:
    """What went wrong, for people."""
    return page("That did not work", [f"<p>{escape(message)}.</p>"], status)


def register_page(facts: Mapping[str, Any]) -> HTMLResponse:
    """How an anonymous user becomes one with a name.

    Args:
        facts: `user_id` and `command`, which the machine's owner runs.
    """
    name = escape(str(facts["user_id"]))
    asked = (
        "<p>Whoever runs this server can give it a name. Sessions, files, exports and credits are kept. Send them "
        "this line, which prints a new token:</p>"
    )
    return page(
        "Keep what you have made",
        [
            f"<p>The account <code>{name}</code> is anonymous: its token ends after some days.</p>",
            asked,
            f"<pre>{escape(str(facts['command']))}</pre>",
        ],
    )


def claim_page(facts: Mapping[str, Any], media_from: str = "") -> HTMLResponse:
    """What a claim link shows: a session to look at, and nothing to change.

    Args:
        facts: `title`, `summary`, `has_draft`, `poster` (an address, or `None`) and `videos`, each with `url` and
            `filename`.
        media_from: The origin that these addresses have.
    """
    parts: list[str] = []
    videos: list[Mapping[str, Any]] = facts["videos"]
    if videos:
        newest = videos[-1]
        parts.append(f'<video controls preload="metadata" src="{escape(str(newest["url"]))}"></video>')
    elif facts["poster"]:
        parts.append(f'<img alt="A picture of the video" src="{escape(str(facts["poster"]))}">')
    if summary := facts["summary"] or ("" if facts["has_draft"] else "Nothing has been made here yet."):
        parts.append(f"<pre>{escape(str(summary))}</pre>")
    for video in reversed(videos):
        name = escape(str(video["filename"]))
        parts.append(f'<p><a href="{escape(str(video["url"]))}&amp;download=1">Download {name}</a></p>')
    return page(str(facts["title"] or "A video"), parts, media_from=media_from)
