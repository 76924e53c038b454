"""The planner that asks a language model, and the grammar where that fails.

    message ─► the grammar's reading (areas, action) ─► rounds: model ─► tool calls ─► desk ─► bench
                                                          └─ failure ─► the bench as it was ─► the grammar

The reply is made from the difference of the two drafts by whoever holds the conversation, as it is for the grammar.
"""

from __future__ import annotations

import asyncio
import copy
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from wavereel.agent.grammar import plan
from wavereel.agent.llm.endpoint import Limits
from wavereel.agent.llm.failures import STOPPED, Failure
from wavereel.agent.llm.prompt import AskedBefore, instructions
from wavereel.agent.llm.tools import Desk, read
from wavereel.agent.message import MAX_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from wavereel.agent.bench import Bench
    from wavereel.agent.grammar import Done
    from wavereel.agent.llm.endpoint import Endpoint
    from wavereel.timeline.history import History, Revision

    Fallback = Callable[[str, Bench, tuple[Done, ...]], tuple[Done, ...]]

_LOG = logging.getLogger(__name__)


class LanguageModelPlanner:
    """A planner, as `Conversation` takes one, over a language model.

    Args:
        endpoint: Where it answers.
        fallback: Does the message where the model does not.
        limits: Bounds of one message.
        scripted: A model of pydantic-ai's to use instead of the endpoint's, for tests.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        fallback: Fallback = plan,
        *,
        limits: Limits | None = None,
        scripted: object | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._fallback = fallback
        self._limits = limits or Limits()
        self._scripted = scripted
        self._open: tuple[Revision, str, str] | None = None

    @property
    def asked(self) -> tuple[str, str] | None:
        """The message that ended in a question, and the question."""
        return self._open[1:] if self._open else None

    def remember(self, history: History, about: str, question: str) -> None:
        """Takes up a conversation that was held elsewhere, at the question that it ended in."""
        self._open = (history.first, about, question)

    def __call__(self, text: str, bench: Bench, previous: tuple[Done, ...] = ()) -> tuple[Done, ...]:
        """Does the wishes of a message on a bench.

        Args:
            text: What the user typed.
            bench: Takes the edits, questions, answers and refusals.
            previous: What the message before led to; the grammar takes corrections from it.
        """
        return self._turn(text, bench, previous, self._asked_before(bench))

    def _asked_before(self, bench: Bench) -> AskedBefore | None:
        """The question that the last message of the same conversation ended in, with that message."""
        first, about, question = self._open or (None, "", "")
        self._open = None
        return AskedBefore(about, question) if first is bench.history.first else None

    def _turn(
        self, text: str, bench: Bench, previous: tuple[Done, ...], asked_before: AskedBefore | None
    ) -> tuple[Done, ...]:
        if len(text) > MAX_CHARACTERS:
            text = text[:MAX_CHARACTERS]
            bench.assumptions.append(
                bench.say(f"only the first {MAX_CHARACTERS} characters were read", f"只读了前{MAX_CHARACTERS}个字符")
            )
        saved = {one.name: copy.copy(getattr(bench, one.name)) for one in fields(bench)}
        desk = Desk(bench, text, read(text, bench), self._limits, self._again(text))
        try:
            words, stopped = _blocking(self._converse, desk, instructions(bench, asked_before))
            if not desk.finish(words, stopped=stopped):
                raise Failure("unreachable" if stopped and not desk.calls else "nothing")
        except Failure as failure:
            _LOG.warning("language model: %s", failure)
            for name, value in saved.items():
                setattr(bench, name, value)
            bench.assumptions.append(bench.say(*failure.sentences()))
            return self._fallback(text, bench, previous)
        if stopped:
            bench.assumptions.append(bench.say(*STOPPED))
        if desk.asked:
            self._open = (bench.history.first, text, desk.asked)
        return ()

    async def _converse(self, desk: Desk, system: str) -> tuple[str, bool]:
        try:
            from wavereel.agent.llm.rounds import converse
        except ImportError:
            raise Failure("missing") from None
        return await converse(self._endpoint, desk, system, self._limits, self._scripted)

    def _again(self, text: str) -> Callable[[str, str, Bench], None]:
        def act(question: str, label: str, later: Bench) -> None:
            self._open = None
            # What the grammar reads are the user's words alone; the label, which a model wrote, is data.
            self._turn(f"{text}\n{later.message}", later, (), AskedBefore(text, question, label))

        return act


def _blocking(work: Callable[..., Any], *arguments: Any) -> Any:
    """Runs asynchronous work to its end; in a thread of its own where this one runs a loop already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work(*arguments))
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(lambda: asyncio.run(work(*arguments))).result()
