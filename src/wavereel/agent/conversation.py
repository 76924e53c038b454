"""A conversation about one timeline: messages in, turns out; what "it", "yes" and "undo" mean is remembered here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from wavereel.agent.bench import Bench
from wavereel.agent.choosing import answer_and_rest, chosen
from wavereel.agent.grammar import plan
from wavereel.agent.message import has_letters, is_chinese, read_message
from wavereel.agent.replies import reply_of
from wavereel.agent.turn import NoResolver, Pending, Resolver, Turn
from wavereel.errors import UsageError
from wavereel.timeline.history import History

if TYPE_CHECKING:
    from wavereel.agent.corrections import Done
    from wavereel.timeline.model import Timeline


class Planner(Protocol):
    """Turns a message into edits on a bench."""

    def __call__(self, text: str, bench: Bench, previous: tuple[Done, ...]) -> tuple[Done, ...]: ...


class Conversation:
    """A conversation about a timeline.

    Args:
        timeline: Where it starts; the media at hand are its `video_infos`.
        history: What was done before, where there is something.
        resolver: Knows what is in the media.
        planner: The grammar by default.
        lang: Language of replies until a message shows another; the draft's `m.lang` by default.
    """

    def __init__(
        self,
        timeline: Timeline,
        *,
        history: History | None = None,
        resolver: Resolver | None = None,
        planner: Planner = plan,
        lang: str | None = None,
    ) -> None:
        self.history = history or History.of(timeline)
        self._resolver = resolver or NoResolver()
        self._planner = planner
        self._lang = lang
        self._pending: Pending | None = None
        self._previous: tuple[Done, ...] = ()
        self._attribute = ""

    @property
    def timeline(self) -> Timeline:
        """The timeline as it is now."""
        return self.history.timeline

    @property
    def pending(self) -> Pending | None:
        """The question that waits for an answer."""
        return self._pending

    def say(self, text: str) -> Turn:
        """One message of the user's; it never raises for what is in the message."""
        before = self.timeline
        bench = Bench(
            history=self.history,
            timeline=before,
            lang=self._language(text),
            resolver=self._resolver,
            focus=self.history.present.focus,
            attribute=self._attribute,
            message=text,
        )
        done = self._answered(text, bench)
        if done is None:
            self._pending = None
            done = self._planner(text, bench, self._previous)
        bench.commit()
        self.history = bench.history
        self._pending = bench.questions[0] if bench.questions else None
        if bench.changes or bench.questions or any(one.changed for one in done):
            self._previous = done
        self._attribute = bench.attribute
        return Turn(
            reply=reply_of(before, bench),
            timeline=self.timeline,
            changes=tuple(bench.changes),
            questions=tuple(pending.question for pending in bench.questions),
            refused=tuple(bench.refusals),
            action=bench.action,
            output=bench.output,
            unknown=tuple(bench.unknown),
            lang=bench.lang,
        )

    def remember(self, text: str, history: History) -> None:
        """Says a message again that was said on an earlier history: nothing is done, but it is known what it was.

        A conversation that goes on elsewhere knows so again what it asked, and what "no, bigger" is about. The grammar
        reads the message, whatever planner there is: a language model would have to be asked again.
        """
        present, self.history = self.history, history
        planner, self._planner = self._planner, plan
        try:
            self.say(text)
        finally:
            self.history, self._planner = present, planner

    def _language(self, text: str) -> str:
        plain = read_message(text, [str(entry.get("filename", "")) for entry in self.timeline.media or ()])
        words = "".join(letter for letter in plain.text if not "\ue000" <= letter <= "\uf8ff")
        if has_letters(words):
            return "zh" if is_chinese(words) else "en"
        if self._lang:
            return "zh" if self._lang.startswith("zh") else "en"
        return "zh" if (self.timeline.meta.lang or "").startswith("zh") else "en"

    def _answered(self, text: str, bench: Bench) -> tuple[Done, ...] | None:
        """Does what an answer to the open question chooses; `None` where the message is no answer to it."""
        if self._pending is None:
            return None
        picked, rest = chosen(text, self._pending), ""
        if picked is None:
            head, rest = answer_and_rest(text)
            picked = chosen(head, self._pending) if rest else None
        if picked is None or (rest and not picked):
            return None
        if not picked:
            bench.answer("All right, nothing was changed.", "好的，什么都没改。")
            return ()
        for choice in picked:
            bench.picked = {}
            try:
                choice.act(bench)
                if choice.again:
                    plan(choice.again, bench)
            except UsageError as error:
                bench.refuse_error(choice.label, error)
        return self._planner(rest, bench, self._previous) if rest else self._previous
