"""What a message asks for beside edits: an export, the balance, how things stand, how files come in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from wavereel.errors import DraftError, WavereelError
from wavereel.service.backend.core import APP, wire_id
from wavereel.service.backend.shelving import SUPPORTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.service.backend.balances import Balances
    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.core import Core
    from wavereel.service.backend.renders import Renders, Submission
    from wavereel.store.database import Tx
    from wavereel.store.sessions import Session

_SHOWN_JOBS = 5

WORDS: Mapping[str, tuple[str, str]] = {
    "queued": (
        "The export is queued as {id}. When it is done, the MP4 is at {link}",
        "已开始导出，任务号是 {id}。完成后的 MP4 在 {link}",
    ),
    "nothing": (
        "There is nothing to export yet. Send a recording, then say what to make of it.",
        "还没有可以导出的内容。先上传一段录音，再说想做成什么样。",
    ),
    "refused": ("The export was not started: {reason}.", "没有开始导出：{reason}。"),
    "failed": ("That could not be looked up: {reason}.", "没有查到：{reason}。"),
    "offer": ("MP4 is what can be made: say “export as MP4”.", "可以导出的是 MP4：说“导出 MP4”就行。"),
    "credits": (
        "{available} credits are left, and {frozen} are held back for what runs now.",
        "还剩 {available} 积分，另有 {frozen} 积分为正在进行的操作预留。",
    ),
    "free": ("Nothing costs credits here.", "这里不需要积分。"),
    "job": ("Export {id}: {status}, {progress}%.", "导出任务 {id}：{status}，{progress}%。"),
    "no_jobs": ("Nothing is being exported.", "现在没有导出任务。"),
    "empty": (
        "No file is here yet. Files come in by upload: {kinds}, each up to {limit} MB.",
        "还没有文件。文件通过上传接口发送，支持 {kinds}，每个不超过 {limit} MB。",
    ),
    "upload": (
        "Files come in by upload: {kinds}, each up to {limit} MB. Once one is here, say what to make of it.",
        "文件通过上传接口发送，支持 {kinds}，每个不超过 {limit} MB。上传以后，说想做成什么样就行。",
    ),
}
"""What is said, in English and Chinese. None of it speaks of anything on a screen."""

_STATES = {
    "pending": ("waiting", "等待中"),
    "processing": ("rendering", "渲染中"),
    "completed": ("done", "已完成"),
    "failed": ("failed", "失败"),
}


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an action: for the user, for programs, the error where it failed, and an export to be queued."""

    text: str
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    error: WavereelError | None = None
    export: Submission | None = None


@dataclass(frozen=True, slots=True)
class Actions:
    """Does what a turn left to whoever holds the conversation."""

    core: Core
    credits: Balances
    renders: Renders

    def do(self, caller: Caller, session: Session, result: Mapping[str, Any], job_id: str) -> Done:
        """Does the action of a turn's result; an export is only checked, and queued by `queue`.

        Args:
            caller: Whose message it is.
            session: About which session.
            result: Of the task `turn`.
            job_id: The id of an export, the same whenever the same message is answered again.
        """
        action, lang = str(result["action"]), str(result["lang"])
        try:
            match action:
                case "export":
                    done = self._export(caller, session, result, job_id)
                case "credits":
                    done = self._credits(caller, lang)
                case "upload":
                    done = self._upload(session, lang)
                case _:
                    done = self._status(caller, session, result)
        except WavereelError as error:
            done = Done(said("failed", lang, reason=error.message), error=error)
        return replace(done, metadata={"action": action, **done.metadata})

    def queue(self, tx: Tx, caller: Caller, result: Mapping[str, Any], done: Done) -> Done:
        """Queues the export of an action in the transaction that applies its turn: both are kept, or neither."""
        if done.export is None:
            return done
        try:
            job = self.renders.enqueue(tx, caller, done.export)
        except WavereelError as error:
            return replace(_refused(result, error), metadata=done.metadata)
        link = self.renders.link_of(caller, job)
        metadata = done.metadata | {"render_id": job.id, "status": job.state, "link": link}
        return Done(said("queued", str(result["lang"]), id=job.id, link=link), metadata)

    def nothing_here(self, lang: str) -> str:
        """What is said while there is no file."""
        return said("empty", lang, **self._limits())

    def _export(self, caller: Caller, session: Session, result: Mapping[str, Any], job_id: str) -> Done:
        lang = str(result["lang"])
        if not result["length_ms"]:
            return Done(said("nothing", lang))
        body = {
            "id": job_id,
            "sessionId": wire_id(session.id),
            "draft": json.loads(bytes(result["draft"])),
            "output": dict(result["output"]),
        }
        try:
            return Done("", export=self.renders.check(caller, body))
        except WavereelError as error:
            return _refused(result, error)

    def _credits(self, caller: Caller, lang: str) -> Done:
        with self.core.database.read() as tx:
            counts = self.core.counts_credits(tx, caller.user_id)
        if not counts:
            return Done(said("free", lang))
        balance = self.credits.balance(caller)
        return Done(said("credits", lang, **balance), {"credits": balance})

    def _upload(self, session: Session, lang: str) -> Done:
        limit = self.core.settings.max_upload_bytes
        url = f"{self.core.base_url}/api/upload-video/{APP}/me/{wire_id(session.id)}"
        metadata = {"upload": {"url": url, "field": "files", "limit_bytes": limit}}
        return Done(said("upload", lang, **self._limits()), metadata)

    def _limits(self) -> dict[str, Any]:
        return {"kinds": ", ".join(SUPPORTED), "limit": self.core.settings.max_upload_bytes // 2**20}

    def _status(self, caller: Caller, session: Session, result: Mapping[str, Any]) -> Done:
        lang = str(result["lang"])
        jobs = self.renders.of_session(caller, wire_id(session.id))[-_SHOWN_JOBS:]
        lines = [
            said(
                "job",
                lang,
                id=job["id"],
                status=_STATES.get(str(job["status"]), (job["status"],) * 2)[lang == "zh"],
                progress=job["progress"],
            )
            for job in jobs
        ]
        text = "\n".join([*(lines or [said("no_jobs", lang)]), str(result["summary"])])
        return Done(text, {"renders": jobs})


def _refused(result: Mapping[str, Any], error: WavereelError) -> Done:
    lang = str(result["lang"])
    text = said("refused", lang, reason=error.message.rstrip("."))
    wanted = str(result["output"].get("format") or "mp4").lower()
    if wanted != "mp4" and not isinstance(error, DraftError):
        text = f"{text} {said('offer', lang)}"
    return Done(text, error=error)


def said(key: str, lang: str, **facts: object) -> str:
    """A text of `WORDS`."""
    return WORDS[key][lang == "zh"].format(**facts)
