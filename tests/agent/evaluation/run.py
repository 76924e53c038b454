"""Runs the evaluation set: `python -m tests.agent.evaluation.run [FILES] [--failures] [--write docs/evaluation.md]`."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.agent.evaluation.judge import Case, Result, Turn, failures_by_intent, judge, load_cases, op_of, report

if TYPE_CHECKING:
    from wavereel.timeline.model import Timeline

FOLDER = Path(__file__).parent
FILES = ("en-tuned.jsonl", "en-held-out.jsonl", "zh-tuned.jsonl", "zh-held-out.jsonl")


@dataclass
class Bench:
    """Runs cases in conversations and keeps what each message cost and the last turn said."""

    conversation: Any
    cpu_s: list[float] = field(default_factory=list[float])
    turn: Turn | None = None

    def __call__(self, timeline: Timeline, history: tuple[str, ...], say: str) -> tuple[Timeline, Turn]:
        """The draft before `say`, and the turn after it."""
        self.turn = None
        talk = self.conversation(timeline)
        for earlier in history:
            self._say(talk, earlier)
        before = talk.timeline
        self.turn = self._say(talk, say)
        return before, self.turn

    def _say(self, talk: Any, text: str) -> Turn:
        start = time.process_time()
        turn = talk.say(text)
        self.cpu_s.append(time.process_time() - start)
        return turn

    def result(self, case: Case) -> Result:
        """The case judged; one that raises an error has failed."""
        try:
            return Result(case, judge(case, self))
        except Exception as error:  # noqa: BLE001 - the rest of the set is to be measured all the same
            return Result(case, [f"raised {type(error).__name__}: {error}"])


def main(arguments: Sequence[str] | None = None, conversation: Any = None) -> int:
    """Measures and prints.

    Args:
        arguments: Of the command line.
        conversation: What `wavereel.agent.conversation.Conversation` is, for tests of this script.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.agent.evaluation.run", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="files of cases; without any, the whole set")
    parser.add_argument("--failures", action="store_true", help="show each failed case; of held-out ones, only counts")
    parser.add_argument("--show-held-out", action="store_true", help="show failed cases of held-out files, too")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the report, as Markdown")
    options = parser.parse_args(arguments)
    if conversation is None:
        from wavereel.agent.conversation import Conversation

        conversation = Conversation
    files = options.files or [FOLDER / name for name in FILES if (FOLDER / name).exists()]
    try:
        cases = [case for path in files for case in load_cases(path)]
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    bench = Bench(conversation)
    results: list[Result] = []
    for case in cases:
        results.append(bench.result(case))
        if options.failures and not results[-1].passed and (options.show_held_out or not case.held_out):
            sys.stdout.write(failure_text(results[-1], bench.turn))
    hidden = [result for result in results if result.case.held_out]
    if options.failures and hidden and not options.show_held_out:
        sys.stdout.write(held_out_text(hidden))
    sys.stdout.write(f"{report(results)}\n{cost_text(bench.cpu_s)}\n")
    if options.write:
        options.write.write_text(page(results, bench.cpu_s), encoding="utf-8")
    return 0


def failure_text(result: Result, turn: Turn | None) -> str:
    """A failed case in full: what was said, what failed, which edits were done, what was replied."""
    case = result.case
    lines = [f"{case.id} [{case.intent}] on {case.base}: {case.say}"]
    lines += [f"    after: {earlier}" for earlier in case.history]
    lines += [f"    failed {fault}" for fault in result.failed]
    if turn is not None:
        lines += [f"    ops: {', '.join(op_of(change) for change in turn.changes) or '-'}", f"    reply: {turn.reply}"]
    return "\n".join(lines) + "\n\n"


def held_out_text(results: Sequence[Result]) -> str:
    """Of held-out cases, the intents of those that failed, and how many; never what they say."""
    failed = failures_by_intent(results)
    counts = ", ".join(f"{intent} {count}" for intent, count in failed.items()) or "none"
    return f"held out, failed {sum(failed.values())} of {len(results)}: {counts}\n\n"


def cost_text(cpu_s: Sequence[float]) -> str:
    """CPU of a message; the first, which may load what the others find loaded, apart."""
    if not cpu_s:
        return "No message was said."
    first, rest_ms = cpu_s[0] * 1000, sorted(1000 * value for value in cpu_s[1:] or cpu_s)
    high = rest_ms[min(len(rest_ms) - 1, int(0.95 * len(rest_ms)))]
    return (
        f"CPU of a message, {len(cpu_s)} messages: median {statistics.median(rest_ms):.2f} ms, 95th percentile "
        f"{high:.2f} ms, maximum {rest_ms[-1]:.2f} ms; the first message of the process {first:.2f} ms."
    )


def page(results: Sequence[Result], cpu_s: Sequence[float]) -> str:
    """The page of the report."""
    return (
        "# Evaluation of edits in plain words\n\n"
        "Written by `python -m tests.agent.evaluation.run --write docs/evaluation.md` from the cases in\n"
        "`tests/agent/evaluation`. Each case is a draft, a message and what must then be true of the draft, the reply\n"
        "and the questions; it passes where all of that is. Held-out cases were written before the grammar and are\n"
        "never looked at by whoever works on it. No language model takes part.\n\n"
        f"{report(results)}\n{cost_text(cpu_s)}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
