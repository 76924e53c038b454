"""Files on their way to a session: what the skill takes, how long they are, what became of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wavereel.client.errors import FileRefusedError, FileTooLargeError, NonsenseError
from wavereel.client.files import ACCEPTED, File
from wavereel.client.notices import notices
from wavereel.client.text import one_line
from wavereel.client.words import joined, say
from wavereel.errors import MethodError, NotFoundError, UsageError
from wavereel.times import format_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wavereel.client.connection import Connection
    from wavereel.client.profiles import Profile
    from wavereel.client.wire import Media, Upload

FILES_A_REQUEST = 20
RESUMABLE_BYTES = 64 << 20
"""Larger files go in pieces where the backend takes them so, so that a broken connection costs a piece only."""


@dataclass
class Uploading:
    """Sends files over a connection.

    Args:
        connection: Where to.
        profile: Whose limits hold.
        not_taken: Names of files that the backend did not take, of the last call.
    """

    connection: Connection
    profile: Profile
    not_taken: list[str] = field(default_factory=list[str])
    _told_long: bool = field(default=False)

    def send(self, files: Sequence[File], urls: Sequence[str], *, check_names: bool = False) -> list[Media]:
        """Sends files and addresses; tells what came of each.

        Args:
            files: On this machine.
            urls: For the backend to fetch.
            check_names: Whether a file whose name is of none of the accepted types stays here: a line of a conversation
                may name a file that was never meant to leave.

        Raises:
            UsageError: A file that cannot be read.
            FileRefusedError, FileTooLargeError: Nothing was sent.
            RefusedError: The backend took none of them.
        """
        self.not_taken.clear()
        for file in files:
            self._check(file, by_name=check_names)
        terminal, lang = self.connection.terminal, self.connection.lang
        names = [one_line(file.path.name) for file in files] + [one_line(url.split("?")[0]) for url in urls]
        terminal.note(say("uploading", lang, names=("、" if lang == "zh" else ", ").join(names)))
        taken: list[Media] = []
        with notices(terminal, self.connection.client.waits):
            for start in range(0, len(files), FILES_A_REQUEST):
                taken += self._send_files(files[start : start + FILES_A_REQUEST])
            for start in range(0, len(urls), FILES_A_REQUEST):
                some = list(urls[start : start + FILES_A_REQUEST])
                taken += self._tell(self.connection.in_session(self._fetching(some)))
        self._tell_long(taken)
        return taken

    def _send_files(self, files: Sequence[File]) -> list[Media]:
        client = self.connection.client
        if len(files) == 1 and _size(files[0]) > RESUMABLE_BYTES:
            path = files[0].path
            try:
                media = self.connection.in_session(lambda sid: client.upload_resumable(sid, path))
            except (NotFoundError, MethodError, NonsenseError):
                media = None
            if media is not None:
                self.connection.terminal.say(
                    say("uploaded", self.connection.lang, file=about(media, self.connection.lang))
                )
                return [media]
        paths = [file.path for file in files]
        return self._tell(self.connection.in_session(lambda sid: client.upload(sid, paths)))

    def _fetching(self, urls: list[str]) -> Callable[[str], Upload]:
        return lambda session_id: self.connection.client.upload_urls(session_id, urls)

    def _tell(self, upload: Upload) -> list[Media]:
        terminal, lang = self.connection.terminal, self.connection.lang
        for media in upload.files:
            terminal.say(say("uploaded", lang, file=about(media, lang)))
        for name, _, reason in upload.errors:
            self.not_taken.append(one_line(name))
            terminal.say(say("not_taken", lang, name=one_line(name), reason=one_line(reason)))
        if not upload.files and not upload.errors:
            raise NonsenseError("the backend says nothing of the files", hint="try again")
        return list(upload.files)

    def _tell_long(self, media: Sequence[Media]) -> None:
        """Says once that shorter clips are done sooner."""
        profile, lang = self.profile, self.connection.lang
        for item in media:
            long_ms = item.duration_ms or 0
            if long_ms > profile.long_ms and not self._told_long:
                self._told_long = True
                length = format_time(long_ms)
                keep = f"{profile.long_ms // 60_000}" + ("分钟" if lang == "zh" else " minutes")
                key = "long_social" if profile.social else "long"
                self.connection.terminal.say(say(key, lang, name=one_line(item.filename), length=length, keep=keep))

    def _check(self, file: File, *, by_name: bool) -> None:
        size = _size(file)
        if by_name and not file.is_accepted:
            message = f"{one_line(file.path.name)} is of no type that can be used"
            raise FileRefusedError(message, data={"supported": list(ACCEPTED)})
        if size > self.profile.limit_bytes:
            data = {"limit_bytes": self.profile.limit_bytes}
            raise FileTooLargeError(f"{one_line(file.path.name)} has {-(-size // 2**20)} MB", data=data)


def about(media: Media, lang: str) -> str:
    """A file with its kind, length and size in words."""
    kinds = {"audio": ("sound", "声音"), "video": ("video", "视频"), "image": ("picture", "图片")}
    parts = [kinds[media.file_type][lang == "zh"]] if media.file_type in kinds else []
    if media.duration_ms and media.file_type != "image":
        parts.append(format_time(media.duration_ms))
    if media.width and media.height:
        parts.append(f"{media.width}x{media.height}")
    inside = ("，" if lang == "zh" else ", ").join(parts)
    name = one_line(media.filename)
    if not inside:
        return name
    return f"{name}（{inside}）" if lang == "zh" else f"{name} ({inside})"


def names_of(media: Sequence[Media], lang: str) -> str:
    """Several files in a row."""
    return joined([about(item, lang) for item in media], lang)


def _size(file: File) -> int:
    try:
        return file.path.stat().st_size
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no path"
        raise UsageError(f"{file.path} cannot be read ({reason})", hint="name a file") from None
