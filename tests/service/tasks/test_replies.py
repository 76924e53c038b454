"""What is said to users speaks of their video, never of anything on a screen."""

import re
from pathlib import Path

import pytest
from tests.agent.evaluation.judge import load_cases

from wavereel.agent.conversation import Conversation

SETS = Path(__file__).parents[2] / "agent" / "evaluation"
EVERY = 9
_SCREEN = re.compile(
    r"\b(?:click|tap|press|button|drag|drop (?:it|the)|open the|menu|mouse)\w*|点击|打开|拖拽|拖动|按钮|右键",
    re.IGNORECASE,
)


@pytest.mark.promise("CHAT-NO-GUI")
@pytest.mark.parametrize("name", ["en-tuned", "en-held-out", "zh-tuned", "zh-held-out"])
def test_no_reply_speaks_of_a_screen(name):
    cases = load_cases(SETS / f"{name}.jsonl")[::EVERY]
    assert len(cases) > 10
    for case in cases:
        said = " ".join((*case.history, case.say))
        conversation = Conversation(case.timeline())
        for message in (*case.history, case.say):
            reply = conversation.say(message).reply
            found = _SCREEN.search(reply)
            assert found is None or found[0].lower() in said.lower(), (message, reply)
