"""`wavereel chat`: a conversation at the terminal, with a picture after each change."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from wavereel.cli.chat_room import Room, paths_in
from wavereel.cli.lines import input_lines
from wavereel.cli.make import check_lang, flag, option
from wavereel.cli.output import one_line, print_line, print_note
from wavereel.errors import InputError, UsageError
from wavereel.settings import load_settings
from wavereel.times import format_time

if TYPE_CHECKING:
    from wavereel.app import App
    from wavereel.service.conversations import Kept

PROMPT = "> "


@Parameter(name="*")
@dataclass(frozen=True)
class ChatOptions:
    """Where the conversation begins and where it is kept."""

    draft: Annotated[Path | None, option("Begin with this draft.")] = None
    save_draft: Annotated[bool, flag("Write each change back into --draft as well.")] = False
    resume: Annotated[bool, flag("Go on with the last conversation.")] = False
    name: Annotated[str | None, option("Go on with the conversation of this name; --list shows them.")] = None
    list: Annotated[bool, flag("List the conversations that are kept.")] = False
    lang: Annotated[str | None, option("Language of replies (en, zh) until a message shows one.")] = None


def chat(
    files: Annotated[list[str] | None, Parameter(help="Sounds, pictures and videos to begin with.")] = None,
    /,
    *,
    options: ChatOptions = ChatOptions(),
) -> int:
    """Talk about a video until it is as you want it.

    A line is a message; a line that is a file's path adds the file; /help lists the commands.

    Every change is kept, and --resume goes on with it.
    """
    check_lang(options.lang)
    settings = load_settings()
    if options.list:
        return _show_kept(settings.data_folder)
    if options.save_draft and options.draft is None:
        raise UsageError("--save-draft does not say where to", hint="name the draft with --draft, or use /save PATH")
    if (options.resume or options.name) and options.draft is not None:
        raise UsageError("a conversation is resumed, or begins with a draft", hint="leave one of them out")
    from wavereel.app import build_app

    room = _room(build_app(settings), options, [_path(name) for name in files or ()], settings.data_folder)
    try:
        room.greet()
        _listen(room)
    finally:
        room.leave()
    return 0


def _listen(room: Room) -> None:
    lines = input_lines()
    while True:
        _prompt()
        line = next(lines, b"/quit")
        if line is None:
            print_note("error: that line is too long")
            continue
        text = line.decode("utf-8", "surrogateescape")
        if not text.strip():
            continue
        if not room.hear(text):
            return


def _prompt() -> None:
    """On standard error, so that standard output holds the conversation only; nowhere where nobody types."""
    if sys.stdin is not None and sys.stderr is not None and sys.stdin.isatty():
        sys.stderr.write(PROMPT)
        sys.stderr.flush()


def _room(app: App, options: ChatOptions, files: list[Path], data_dir: Path) -> Room:
    from wavereel.service.conversations import DRAFT_NAME, new_conversation
    from wavereel.service.draft_file import DraftFile

    talker = app.talker()
    if options.resume or options.name:
        kept = _chosen(data_dir, options.name)
        room = Room(app, talker.open(kept.draft, lang=options.lang), kept.folder, lang=options.lang or "en")
    elif options.draft is not None:
        own = talker.open(options.draft, create=bool(files) or options.save_draft, lang=options.lang)
        folder = new_conversation(data_dir)
        talk = talker.move(own, DraftFile(folder / DRAFT_NAME), lang=options.lang)
        room = Room(app, talk, folder, own.file if options.save_draft else None, lang=options.lang or "en")
        for notice in own.notices():
            print_note(f"note: {notice}")
    else:
        folder = new_conversation(data_dir)
        talk = talker.open(folder / DRAFT_NAME, create=True, lang=options.lang)
        room = Room(app, talk, folder, lang=options.lang or "en")
    try:
        if files:
            room.talk.add_media(files)
            room.save()
    except BaseException:
        room.leave()
        raise
    return room


def _chosen(data_dir: Path, name: str | None) -> Kept:
    from wavereel.service.conversations import kept_conversations

    for kept in kept_conversations(data_dir):
        if name is None or kept.folder.name == name:
            return kept
    if name is None:
        raise InputError("no conversation is kept", hint="begin one with wavereel chat FILE")
    raise InputError(f"no conversation is called {name!r}", hint="wavereel chat --list shows them")


def _show_kept(data_dir: Path) -> int:
    from wavereel.service.conversations import kept_conversations

    for kept in kept_conversations(data_dir):
        timeline, said = kept.read()
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(kept.changed_s))
        length = "damaged" if timeline is None else format_time(timeline.length_ms)
        print_line(f"{one_line(kept.folder.name)}  {when}  {length}  {one_line(said)[:60]}".rstrip())
    return 0


def _path(name: str) -> Path:
    """A file of the command line; raises `InputError` where it is none."""
    found = paths_in(name)
    if len(found) == 1:
        return found[0]
    if os.path.isdir(name):  # noqa: PTH112 - `Path.is_dir` raises where a name is too long
        raise InputError(f"{name} is a folder", hint="name the files in it")
    return Path(name)
