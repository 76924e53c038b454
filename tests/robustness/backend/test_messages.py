"""Messages that are made to cost much: the work of a message grows as its length does, and no faster by far.

Work is counted in function calls, so that a busy machine changes nothing.
"""

import sys
from collections.abc import Callable

import pytest
from tests.agent.evaluation.bases import base

from wavereel.agent.conversation import Conversation
from wavereel.agent.lexicon.index import english_at
from wavereel.agent.message import MAX_CHARACTERS, read_message
from wavereel.agent.tokens import MAX_TOKENS, tokens_of

MOST_CALLS = 6_000_000
"""Of one message: a second or two of a slow machine."""

PODCAST = base("podcast")
HOSTILE = {
    "quotes": '"',
    "brackets": "([{",
    "and": "red and ",
    "times": "0:10-0:20, ",
    "a long word": "ab",
    "colours": "#ff0000 ",
    "names": "call it ",
    "parts": "标题",
    "cuts": "改成红色",
    "denials": "不要标题",
    "mixed": "红red1:23、",
    "renaming": "把标题改成",
}


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called, those in C among them."""
    count = 0

    def counted(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def said(unit: str, characters: int) -> int:
    message = (unit * (characters // len(unit) + 1))[:characters]
    return calls_of(lambda: Conversation(PODCAST).say(message))


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """What is read once is not counted."""
    for message in ("make the title red", "把标题改成红色", "Tittle"):
        Conversation(PODCAST).say(message)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_message_costs_more_than_a_bounded_time(name: str):
    assert said(HOSTILE[name], MAX_CHARACTERS) < MOST_CALLS


@pytest.mark.parametrize("name", ["quotes", "a long word", "brackets", "colours"])
def test_twice_the_length_is_about_twice_the_work(name: str):
    half, whole = said(HOSTILE[name], 2000), said(HOSTILE[name], 4000)
    assert whole < 2.6 * half + 20_000


def test_a_message_is_read_once_however_many_wishes_look_at_it():
    message = read_message("标题" * 400)
    first = calls_of(lambda: tokens_of(message))
    assert calls_of(lambda: tokens_of(message)) < first / 50
    assert tokens_of(message) == tokens_of(message)
    assert tokens_of(message) is not tokens_of(message)


def test_what_is_read_of_a_message_has_an_end():
    assert len(tokens_of(read_message("标题" * 2000))) == MAX_TOKENS


def test_a_long_word_is_no_slip_and_costs_nothing():
    assert calls_of(lambda: english_at("ab" * 2000, 0)) < 100
    found = english_at("backgroud", 0)
    assert found is not None
    assert found.slip
