"""The reply to a message: what changed, from the difference of the two drafts; what did not, and why; what next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.agent.wishes.next_steps import next_steps
from wavereel.timeline.difference import differences
from wavereel.timeline.difference_words import difference_text
from wavereel.timeline.edits.whole import GoTo, HistoryEdit, Redo, Reset, Undo
from wavereel.timeline.reasons import reason_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wavereel.agent.bench import Bench
    from wavereel.agent.turn import Action
    from wavereel.timeline.difference_facts import Difference
    from wavereel.timeline.edits.base import Note
    from wavereel.timeline.model import Timeline

_ACTIONS: dict[str, tuple[str, str]] = {
    "export": ("The video can be exported as it stands.", "视频可以按现在的样子导出。"),
    "credits": ("You asked how many credits are left.", "要查剩余积分。"),
    "status": ("You asked how the export is going.", "要查导出进度。"),
    "upload": ("Send me the file.", "把文件发给我。"),
}


def reply_of(before: Timeline, bench: Bench) -> str:
    """The reply in the language of the bench.

    Args:
        before: The draft before the message.
        bench: After it; what it claims is computed from the two drafts.
    """
    zh = bench.lang == "zh"
    lines: list[str] = []
    changes = differences(before, bench.timeline)
    if changes:
        lines.append(_told(changes, bench))
    elif bench.changes:
        lines.append("草稿和之前一样。" if zh else "The draft is as it was before.")
    lines += [_sentence(text, zh=zh) for text in bench.assumptions]
    lines += [_sentence(reason_text(note.key, note.facts, bench.lang), zh=zh) for note in _notes(bench, changes)]
    lines += _answers(bench, changes)
    lines += [_refusal(refusal.text, refusal.reason, zh=zh) for refusal in bench.refusals]
    for pending in bench.questions:
        lines.append(pending.question.text)
        lines += [f"{number}. {choice}" for number, choice in enumerate(pending.question.choices, 1)]
    if bench.action:
        lines.append(action_text(bench.action, bench.timeline, bench.lang))
    if bench.unknown:
        lines.append(_unknown(bench, did=bool(lines), zh=zh))
    if changes and not bench.questions and not bench.action:
        lines.append(_next(bench, changes, zh=zh))
    if not lines:
        lines.append("好的。说说想改什么吧。" if zh else "All right. Say what you would like to change.")
    return "\n".join(line for line in lines if line)


def _told(changes: Sequence[Difference], bench: Bench) -> str:
    """What changed; after an undo and its like what is as it was before."""
    zh = bench.lang == "zh"
    if all(fact.kind == "detail" for fact in changes):
        return "已经是这样了，画面和声音都没有变。" if zh else "That is so already: nothing seen or heard has changed."
    if any(note.key == "platform_left" for note in bench.notes):  # the note says it, and why
        changes = [fact for fact in changes if fact.key != "m.platform" or fact.after] or changes
    turns = [edit for edit in bench.changes if isinstance(edit, HistoryEdit)]
    if not turns or len(turns) < len(bench.changes):
        return difference_text(changes, bench.lang)
    text = difference_text(changes, bench.lang, back=not isinstance(turns[-1], Redo))
    return f"{_turned(turns, zh=zh)}{text if zh else text[:1].lower() + text[1:]}"


def _turned(turns: Sequence[HistoryEdit], *, zh: bool) -> str:
    """What kind of a way back or forth it was."""
    steps = sum(edit.steps for edit in turns if isinstance(edit, Undo | Redo))
    match turns[-1]:
        case Undo():
            many = "已撤销" if zh else "Undone"
        case Redo():
            many = "已重做" if zh else "Redone"
        case Reset():
            return "已回到最初：" if zh else "Back to the start: "
        case GoTo():
            return "已回到之前的版本：" if zh else "Back to an earlier version: "
        case _:
            return ""
    if steps < 2:
        return f"{many}：" if zh else f"{many}: "
    return f"{many}{steps}步：" if zh else f"{many}, {steps} steps: "


def _notes(bench: Bench, changes: Sequence[Difference]) -> list[Note]:
    """The notes, each once; that captions are written later only where some wait and nothing else says so."""
    result: list[Note] = []
    waiting = any(track.meta and track.meta.pending for track in bench.timeline.with_role("caption"))
    told = any(fact.part == "caption" and fact.kind == "added" and fact.after.get("pending") for fact in changes)
    told = told or any(fact.part == "caption" and fact.key == "m.pending" and fact.after for fact in changes)
    for note in bench.notes:
        if note not in result and (note.key != "captions_pending" or (waiting and not told)):
            result.append(note)
    return result


def _answers(bench: Bench, changes: Sequence[Difference]) -> list[str]:
    """The answers, without "it is like that already" of what was just made like that."""
    made = (reason_text("same_already", {"what": fact.part}, bench.lang) for fact in changes)
    stale = {_sentence(text, zh=bench.lang == "zh") for text in made}
    return [answer for answer in bench.answers if answer not in stale]


def action_text(action: Action, timeline: Timeline, lang: str) -> str:
    """The line of a reply about what whoever holds the conversation has to do."""
    zh = lang == "zh"
    if action == "export" and not timeline.length_ms:
        return "还没有可以导出的内容。" if zh else "There is nothing to export yet."
    return _ACTIONS[action][zh]


def _sentence(text: str, *, zh: bool) -> str:
    if zh:
        return text if text.endswith(("。", "？", "！")) else f"{text}。"
    body = text[:1].upper() + text[1:]
    return body if body.endswith((".", "?", "!")) else f"{body}."


def _refusal(words: str, reason: str, *, zh: bool) -> str:
    short = (words if len(words) <= 60 else words[:59] + "…").replace("“", "‘").replace("”", "’")
    if zh:
        return f"没有做“{short}”：{_sentence(reason, zh=True)}"
    return f"Not done, “{short}”: {_sentence(reason, zh=False)}"


def _unknown(bench: Bench, *, did: bool, zh: bool) -> str:
    words = list(dict.fromkeys(bench.unknown))[:6]
    if zh:
        named = "、".join(f"“{word}”" for word in words)
        return f"这些没看懂：{named}。" if did else f"没看懂：{named}。说“帮助”可以看看能做什么。"
    named = ", ".join(f"“{word}”" for word in words)
    return (
        f"I did not understand {named}."
        if did
        else f"I did not understand {named}. Say “help” to see what can be done."
    )


def _next(bench: Bench, changes: Sequence[Difference], *, zh: bool) -> str:
    steps = [f"“{step}”" for step in next_steps(bench, changes)]
    if not steps:
        return ""
    if zh:
        return f"接下来可以说{'、'.join(steps[:-1])}{'或' if len(steps) > 1 else ''}{steps[-1]}。"
    return f"Next you could say {', '.join(steps[:-1])}{' or ' if len(steps) > 1 else ''}{steps[-1]}."
