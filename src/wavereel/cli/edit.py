"""`wavereel edit`: a draft changed by what is said, or by edits of the catalogue."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

from cyclopts import Group, Parameter

from wavereel.cli.lines import input_lines, request_of_line, text_of
from wavereel.cli.make import check_lang, flag, option, plain_text, several
from wavereel.cli.output import error_fields, fault, one_line, print_error, print_json, print_line, print_note
from wavereel.errors import Cancelled, InputError, LimitError, UsageError, WavereelError
from wavereel.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from wavereel.agent.turn import Turn
    from wavereel.service.talk import Talk, Talker
    from wavereel.timeline.edits.base import Edit

_LOG = logging.getLogger(__name__)

FAILED = InputError.exit_code
"""Exit code where a line of several could not be used."""


@Parameter(name="*", group=Group("What is done", sort_key=1))
@dataclass(frozen=True)
class WishOptions:
    """What is done to the draft."""

    say: Annotated[list[str] | None, several("A message, such as 'make it vertical'; repeatable.")] = None
    edit: Annotated[list[str] | None, several("An edit as JSON, with its op; repeatable.")] = None
    say_stdin: Annotated[bool, flag('A conversation: one {"say": TEXT} a line on standard input.')] = False
    jsonl: Annotated[bool, flag('Requests of their own: {"draft", "say", "history"} a line on standard input.')] = False
    media: Annotated[
        list[str] | None, Parameter(consume_multiple=True, negative=(), help="Files to add to the media at hand.")
    ] = None
    transcribe: Annotated[bool, flag("Write captions at once rather than when the video is made.")] = False


@Parameter(name="*", group=Group("What comes of it", sort_key=2))
@dataclass(frozen=True)
class ResultOptions:
    """What comes of it."""

    save: Annotated[bool, flag("Write the draft and its history back.")] = False
    json: Annotated[bool, flag("One JSON object for each message on standard output.")] = False
    lang: Annotated[str | None, option("Language of replies (en, zh) where a message shows none.")] = None


@Parameter(name="*", group=Group("The catalogue", sort_key=3))
@dataclass(frozen=True)
class CatalogueOptions:
    """What edits there are."""

    list: Annotated[bool, flag("List all edits, one a line.")] = False
    schema: Annotated[bool, flag("Print the JSON Schema of an edit (wavereel edit --schema OP), or of all.")] = False


def edit(
    draft: Annotated[str | None, Parameter(help="A draft file; with --media it may be a new one.")] = None,
    op: Annotated[str | None, Parameter(help="An edit of the catalogue, such as set_ratio.")] = None,
    fields: Annotated[list[str] | None, Parameter(help="Its fields, such as ratio=9:16.")] = None,
    /,
    *,
    wishes: WishOptions = WishOptions(),
    result: ResultOptions = ResultOptions(),
    catalogue: CatalogueOptions = CatalogueOptions(),
) -> int:
    """Change a draft by what is said, or by a typed edit.

    The reply tells just what changed. Without --save nothing is written.
    """
    if catalogue.list or catalogue.schema:
        return _show_catalogue(draft, listed=catalogue.list)
    check_lang(result.lang)
    if wishes.jsonl:
        if draft is not None or result.save or wishes.say or wishes.edit or wishes.media or wishes.say_stdin:
            raise UsageError("--jsonl takes all from standard input", hint="leave the draft and the other options out")
        return _independent(_talker(), transcribe=wishes.transcribe, lang=result.lang)
    if draft is None:
        raise UsageError("there is no draft to edit", hint="name a draft, or use --jsonl")
    edits = _edits(op, fields or (), wishes.edit or ())
    if (wishes.say or wishes.say_stdin) and edits:
        raise UsageError("a message and a typed edit are two things", hint="give one, then the other")
    if wishes.say and wishes.say_stdin:
        raise UsageError("--say and --say-stdin are two ways of one thing", hint="use one of them")
    if not (wishes.say or wishes.say_stdin or edits or wishes.media or wishes.transcribe):
        raise UsageError("there is nothing to do", hint="say what is to change with --say TEXT")
    desk = _Desk(_open(draft, wishes, result.lang), wishes.transcribe, result.save, result.json)
    if wishes.say_stdin:
        return desk.converse()
    for text in wishes.say or ():
        desk.do(lambda text=text: desk.say(plain_text(text)))
    for one in edits:
        desk.do(lambda one=one: desk.talk.edit(one, transcribe=wishes.transcribe, lang=result.lang))
    if not (wishes.say or edits):
        desk.do(lambda: _at_hand(desk.talk, transcribe=wishes.transcribe))
    return 0


@dataclass
class _Desk:
    """A conversation and how it is told about."""

    talk: Talk
    transcribe: bool
    save: bool
    as_json: bool

    def say(self, text: str) -> Turn:
        return self.talk.say(text, transcribe=self.transcribe)

    def do(self, act: Callable[[], Turn]) -> None:
        turn = act()
        if self.save:
            self.talk.save()
        _tell(turn, self.talk, as_json=self.as_json)

    def converse(self) -> int:
        """A message a line; a line that cannot be used is answered, and the next one read."""
        code = 0
        for line in input_lines():
            failure = _tried(lambda line=line: self.do(lambda: self.say(text_of(request_of_line(line)))))
            if failure is not None:
                _tell_error(failure, as_json=self.as_json)
                code = FAILED
        return code


def _independent(talker: Talker, *, transcribe: bool, lang: str | None) -> int:
    code = 0
    for line in input_lines():
        failure = _tried(lambda line=line: _answer(talker, line, transcribe=transcribe, lang=lang))
        if failure is not None:
            _tell_error(failure, as_json=True)
            code = FAILED
    return code


def _answer(talker: Talker, line: bytes | None, *, transcribe: bool, lang: str | None) -> None:
    from wavereel.service.messages import check_message
    from wavereel.service.talk import MAX_HISTORY_MESSAGES

    request = request_of_line(line)
    text = text_of(request)
    earlier: Any = request.get("history")
    earlier = [] if earlier is None else earlier
    if not isinstance(earlier, list) or not all(isinstance(one, str) for one in earlier):  # pyright: ignore[reportUnknownVariableType]
        raise InputError("the history is not a list of messages", hint='send {"history": ["make it vertical"]}')
    messages = cast("list[str]", earlier)
    if len(messages) > MAX_HISTORY_MESSAGES:
        hint = f"send the last {MAX_HISTORY_MESSAGES}"
        raise LimitError(f"the history has {len(messages)} messages", hint=hint)
    for one in (*messages, text):
        check_message(one)
    draft: object = request.get("draft")
    if isinstance(draft, str):
        talk = talker.open(_path(draft), lang=lang)
    elif isinstance(draft, dict):
        talk = talker.take(draft, lang=lang)  # pyright: ignore[reportUnknownArgumentType]
    else:
        raise InputError("the line has no draft", hint='send {"draft": a path or a draft, "say": TEXT}')
    for one in messages:
        talk.say(one)
    _tell(talk.say(text, transcribe=transcribe), talk, as_json=True)


def _tried(act: Callable[[], object]) -> WavereelError | None:
    """Does one line's work; what went wrong, if anything did."""
    try:
        act()
    except Cancelled:
        raise
    except WavereelError as error:
        return error
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the top of a job: a fault in one line must not stop the others
        _LOG.exception("a line fails")
        return fault(error)
    return None


def _tell(turn: Turn, talk: Talk, *, as_json: bool) -> None:
    from wavereel.service.talk import turn_tree

    notices = talk.notices()
    if as_json:
        print_json(turn_tree(turn, talk.timeline, notices))
        return
    for line in turn.reply.splitlines():
        print_line(one_line(line))
    for notice in notices:
        print_note(f"note: {notice}")


def _tell_error(error: WavereelError, *, as_json: bool) -> None:
    if as_json:
        print_json(error_fields(error))
    else:
        print_error(error)


def _talker() -> Talker:
    from wavereel.app import build_app

    return build_app(load_settings()).talker()


def _open(draft: str, wishes: WishOptions, lang: str | None) -> Talk:
    talk = _talker().open(_path(draft), create=bool(wishes.media), lang=lang)
    if wishes.media:
        talk.add_media([_path(name) for name in wishes.media])
    return talk


def _path(name: str) -> Path:
    if not name or "\0" in name:
        raise InputError("that is no path", hint="name a file")
    return Path(name)


def _at_hand(talk: Talk, *, transcribe: bool) -> Turn:
    """What is at hand, where nothing was said; captions that wait are written if they are to be."""
    from wavereel.agent.turn import Turn as Answer

    filled = talk.transcribe() if transcribe else None
    names = ", ".join(str(entry.get("filename") or entry.get("file_id")) for entry in talk.timeline.media or ())
    reply = f"At hand: {names}." if names else "Nothing is at hand."
    if transcribe:
        reply += " The captions are written." if filled else " No captions were written."
    return Answer(reply, talk.timeline, () if filled is None else (filled,))


def _edits(op: str | None, fields: Iterable[str], texts: Iterable[str]) -> list[Edit]:
    """The typed edits of a command line; raises `UsageError` where one is none."""
    trees: list[dict[str, Any]] = []
    if op is not None:
        trees.append({"op": op} | _fields(op, fields))
    for text in texts:
        try:
            tree: object = json.loads(text)
        except (ValueError, RecursionError):
            tree = None
        if not isinstance(tree, dict):
            raise UsageError("--edit is not a JSON object", hint='write it as {"op": "set_ratio", "ratio": "9:16"}')
        trees.append(tree)  # pyright: ignore[reportUnknownArgumentType]
    if not trees:
        return []
    from wavereel.timeline.catalogue import parse_edit

    return [parse_edit(tree) for tree in trees]


def _fields(op: str, texts: Iterable[str]) -> dict[str, Any]:
    """`ratio=9:16` and the like: values are JSON where they read as JSON and the field takes such, else text."""
    from wavereel.timeline.catalogue import schemas

    known: dict[str, Any] = schemas().get(op, {}).get("properties", {})
    found: dict[str, Any] = {}
    for text in texts:
        name, mark, value = plain_text(text).partition("=")
        if not mark:
            raise UsageError(f"{one_line(name)!r} is not a field and its value", hint="write it as ratio=9:16")
        found[name] = _value(value, known.get(name, {}))
    return found


def _value(text: str, schema: dict[str, Any]) -> object:
    kinds = {one.get("type") for one in (schema, *schema.get("anyOf", ()))}
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    takes_text = "string" in kinds
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if (
        takes_text
        and not isinstance(value, str)
        and value is not None
        and not (is_number and kinds & {"number", "integer"})
    ):
        return text
    return value


def _show_catalogue(op: str | None, *, listed: bool) -> int:
    from wavereel.timeline.catalogue import EDITS, op_of, parse_edit, schemas

    if listed:
        width = max(len(op_of(kind)) for kind in EDITS)
        for kind in EDITS:
            first = (kind.__doc__ or "").strip().partition("\n")[0]
            print_line(f"{op_of(kind):<{width}}  {first}")
        return 0
    known = schemas()
    if op is not None and op not in known:
        parse_edit({"op": op})  # says what comes close
    print_line(json.dumps(known if op is None else known[op], ensure_ascii=False, indent=2))
    return 0
