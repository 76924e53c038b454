"""What the client says of its own accord, in English and Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

STILL_WORKING = "⏳ Still working..."

WORDS: Mapping[str, tuple[str, str]] = {
    "ready": ("Ready.", "准备好了。"),
    "greeting": (
        "Send me {takes}, or just tell me what you have in mind. For example:",
        "把{takes}发给我，或者直接告诉我你的想法。比如：",
    ),
    "working": ("Working on it…", "正在处理…"),
    "session_gone": (
        "That session is not there any more, so I began a new one; files have to be sent again.",
        "原来的会话已不存在，我新建了一个；文件需要重新发送。",
    ),
    "new_token": ("The token was not accepted; I asked for a new one.", "令牌无效，我重新申请了一个。"),
    "not_kept": (
        "Your folder for configuration cannot be written: the next call will not know of this session.",
        "无法写入配置文件夹：下次运行时将找不到这个会话。",
    ),
    "stored_token": (
        "The given token was not accepted; going on with the one of the last call.",
        "给出的令牌无效，改用上次的令牌。",
    ),
    "waiting": (
        "The backend asks for a pause; trying once more in {seconds} s.",
        "后端要求稍等，{seconds}秒后再试一次。",
    ),
    "dropped": (
        "The connection broke. I will not send it again; I am looking at what was done.",
        "连接中断了。我不会重复发送，正在查看完成情况。",
    ),
    "found_done": ("It was done all the same:", "不过已经完成了："),
    "changed": ("Done: {changes}.", "完成：{changes}。"),
    "changes": ("Changed: {changes}.", "改动：{changes}。"),
    "unchanged": (
        "The backend finished without a word, and nothing has changed. Say it in other words, or try again.",
        "后端没有回复，也没有任何改动。换个说法，或者再试一次。",
    ),
    "next": ("Next: {steps}.", "接下来可以：{steps}。"),
    "say_export": ("Say “export” and I will fetch the MP4.", "说“导出”，我就把 MP4 取来。"),
    "say_credits": ("Say “credits” to see the balance.", "说“积分”就能看到余额。"),
    "say_upload": ("Name a file and I will send it.", "告诉我文件名，我来上传。"),
    "say_edit": ("Tell me where it should go, and I will move it.", "告诉我放到哪里，我来移动。"),
    "uploading": ("Sending {names}…", "正在发送{names}…"),
    "uploaded": ("Got {file}.", "已收到{file}。"),
    "not_taken": ("Not taken: {name} ({reason}).", "未接收：{name}（{reason}）。"),
    "upload_what": (
        "Which file? Type its path or an address. I take {types}, up to {limit} MB each.",
        "要上传哪个文件？输入路径或网址。支持{types}，每个不超过{limit} MB。",
    ),
    "long": (
        "{name} is {length} long: shorter clips are done sooner. Shall I cut it? “Keep the first {keep}” does.",
        "{name}长{length}，短一些会更快完成。要剪短吗？比如说“保留前{keep}”。",
    ),
    "long_social": (
        (
            "{name} is {length} long: shorter clips are done sooner, and do better on social platforms."
            " Shall I cut it? “Keep the first {keep}” does."
        ),
        "{name}长{length}，短一些会更快完成，在社交平台上效果也更好。要剪短吗？比如说“保留前{keep}”。",
    ),
    "then_say": ("Now say what it should become.", "现在说说想做成什么样。"),
    "exporting": ("Exporting{about}…", "正在导出{about}…"),
    "half": ("Halfway: {progress}%.", "已完成一半：{progress}%。"),
    "exported": ("Done: {path} ({about}).", "完成：{path}（{about}）。"),
    "again": ("The export failed ({reason}); trying once more.", "导出失败（{reason}），再试一次。"),
    "warning": ("Note: {text}", "注意：{text}"),
    "credits": (
        "{available} credits are left; {frozen} are held by running work; {total} in all.",
        "剩余{available}积分，运行中的任务占用{frozen}，共{total}。",
    ),
    "files": ("Files: {names}.", "文件：{names}。"),
    "no_files": ("No files yet.", "还没有文件。"),
    "job": ("Export {id}: {status}.", "导出 {id}：{status}。"),
    "preview": ("Preview: {path}", "预览：{path}"),
    "mp4_only": ("I can export it as MP4: say “export MP4”.", "可以导出为 MP4：说“导出MP4”。"),
    "goes_on": (
        "The export goes on without me: wavereel skill export --id {id} fetches it.",
        "导出会继续：用 wavereel skill export --id {id} 取回。",
    ),
}

STATES: Mapping[str, tuple[str, str]] = {
    "pending": ("waiting", "等待中"),
    "processing": ("being made", "进行中"),
    "completed": ("done", "已完成"),
    "failed": ("failed", "失败"),
}


def say(key: str, lang: str, **facts: object) -> str:
    """A text of `WORDS` with its facts filled in."""
    return WORDS[key][lang == "zh"].format(**facts)


def state_word(state: str, lang: str) -> str:
    """An export's state as a person says it."""
    return STATES[state][lang == "zh"] if state in STATES else state


def joined(parts: list[str], lang: str) -> str:
    """Several things in a row."""
    return ("；" if lang == "zh" else "; ").join(parts)
