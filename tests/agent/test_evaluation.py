"""The evaluation set and the breadth cases, run as conversations: how much of what people say is understood."""

from pathlib import Path

import pytest
from tests.agent.evaluation.judge import judge, load_cases

from wavereel.agent.conversation import Conversation

FOLDER = Path(__file__).parent / "evaluation"
BREADTH = sorted((FOLDER / "breadth").glob("*.jsonl"))

LEAST = {"tuned": 0.97, "held-out": 0.78}
"""Shares below which a change has broken something; docs/evaluation.md has the figures."""


def run(timeline, history, say):
    talk = Conversation(timeline)
    for earlier in history:
        talk.say(earlier)
    return talk.timeline, talk.say(say)


def failed(cases) -> list[str]:
    return [case.id for case in cases if judge(case, run)]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", ["tuned", "held-out"])
def test_most_of_the_evaluation_set_is_understood(language: str, kind: str):
    cases = load_cases(FOLDER / f"{language}-{kind}.jsonl")
    wrong = failed(cases)
    named = wrong if kind == "tuned" else f"{len(wrong)} cases"
    assert len(wrong) <= (1 - LEAST[kind]) * len(cases), named


@pytest.mark.parametrize("path", BREADTH, ids=lambda path: path.stem)
def test_what_was_understood_once_still_is(path: Path):
    """One case in five; `make evaluation` runs them all."""
    cases = load_cases(path)[::5]
    wrong = failed(cases)
    assert len(wrong) <= 0.02 * len(cases), wrong


def test_the_set_is_large_and_a_third_of_it_is_held_out():
    tuned = [case for path in FOLDER.glob("*-tuned.jsonl") for case in load_cases(path)]
    held_out = [case for path in FOLDER.glob("*-held-out.jsonl") for case in load_cases(path)]
    assert len(tuned) + len(held_out) >= 400
    assert 3 * len(held_out) >= len(tuned) + len(held_out)
    says = [case.say for case in (*tuned, *held_out)]
    assert len(set(says)) == len(says)
