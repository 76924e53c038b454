"""The words of the router, English and Chinese."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Action = Literal["chat", "export", "credits", "status", "upload", "preview"]


def _words(*lines: str) -> tuple[str, ...]:
    return tuple(word for line in lines for word in line.split())


ACTION_WORDS: Mapping[Action, frozenset[str]] = {
    "export": frozenset({"export", "exporting", "download", "downloading"}),
    "credits": frozenset({"credits", "credit", "balance"}),
    "status": frozenset({"status", "tracks", "progress"}),
    "upload": frozenset({"upload", "uploading"}),
    "preview": frozenset({"preview", "previews"}),
}

CHINESE_ACTIONS: Mapping[str, Action] = {
    "导出": "export",
    "下载": "export",
    "发给我": "export",
    "发我": "export",
    "积分": "credits",
    "余额": "credits",
    "点数": "credits",
    "状态": "status",
    "轨道": "status",
    "进度": "status",
    "上传": "upload",
    "预览": "preview",
}

PHRASES: tuple[tuple[re.Pattern[str], Action], ...] = (
    (re.compile(r"\bsend (?:it|that|them) to (?:me|us)\b|\bsend (?:me|us|over)\b"), "export"),
    (re.compile(r"\b(?:give|get) (?:me|us)(?= (?:the|my|a|that|this) (?:video|file|mp4|result|clip)\b)"), "export"),
    (re.compile(r"\bshow (?:me )?(?:the |my )?(?:timeline|tracks)\b"), "status"),
)
"""Words that are an action only together."""

WISHES_MORE = re.compile(
    r"(?:(?:and|then|please|also)\s+)*(?:add|put|play|give it)\s+"
    r"(?:(?:in|some|a|an|background|soft|nice|quiet|calm)\s+)*"
    r"(?:music|bgm|song|picture|image|photo)s?(?:\s+(?:to it|please|too))?[.!]?"
    r"|请?(?:再|给它)?(?:添加|加上?|加个|放|配上?)(?:点|些|一些|一段|一首|一张|个)?(?:背景)?(?:音乐|配乐|图片|歌)[吧。！]?",
    re.IGNORECASE,
)
"""What is said of a file that says more than that it is there: TALK, add music."""

WISHES_MUSIC = re.compile(r"music|bgm|song|音乐|配乐|歌", re.IGNORECASE)

READY = re.compile(
    r"(?:is|has|are) (?:(?:the|my|our|it) ?)?(?:(?:export|video|render|download|file) )?"
    r"(?:done|ready|finished|complete|exported)(?: yet| now)?"
    r"|(?:视频|文件|成片)?导出?(?:好|完|完成)了[吗没]?|视频好了[吗没]"
)
"""Questions after an export."""

ENGLISH_ADDS_NOTHING = frozenset(
    _words(
        "please pls plz kindly can could would will you u i we i'd i'll we'd want wanna need to like let's lets let us",
        "now just then the a an my our your this that it its video videos clip movie file files result output final",
        "finished version as in at with for me ok okay hey hi hello thanks thank thx and so go ahead yes yeah sure",
        "right great perfect good nice cool done ready straight away immediately today",
    )
)
"""Words beside which an action stays the whole wish."""

ENGLISH_EXTRA: Mapping[Action, frozenset[str]] = {
    "export": frozenset(_words("format formats codec resolution quality size copy everything again")),
    "credits": frozenset(
        _words(
            "how many much do does have left remaining remain are there is what what's whats current account show",
            "check see tell get still of free any on",
        )
    ),
    "status": frozenset(
        _words(
            "what what's whats is are how how's hows show list display see check get tell current of on project",
            "session timeline state going far has have which there all track export exports render job look",
        )
    ),
    "upload": frozenset(
        _words(
            "some another new more one here is here's are use take add open load attach start from begin first audio",
            "sound song recording podcast episode picture image photo music media of mine have got",
        )
    ),
    "preview": frozenset(_words("show see look picture frame image still get of take what does how looks")),
}

CHINESE_ADDS_NOTHING = _words(
    "请 帮我 帮忙 帮 麻烦 我要 我想要 我想 想要 想 要 我 你 您 把 将 给 给我 一下 一下下 下 吧 了 啊 呀 呢 吗 嘛 可以",
    "能 能不能 可不可以 现在 马上 立刻 直接 这个 这段 这 那个 那 该 视频 影片 片子 成片 文件 作品 结果 成 为 成为 出来",
    "出 到 用 以 按 的 一份 一个 个 再 先 就 好了 好的 好 行 谢谢 多谢 最终 最后 完成 完成的 嗯 那么 然后 并 和",
)

CHINESE_EXTRA: Mapping[Action, tuple[str, ...]] = {
    "export": _words("格式 清晰度 分辨率 质量 画质 版本 版 渲染"),
    "credits": _words(
        "还 剩 剩下 剩余 多少 有 有多少 几 几个 查 查看 查询 看 看看 显示 告诉 账户 帐户 账号 当前 目前 是"
    ),
    "status": _words(
        "查 查看 查询 看 看看 显示 列出 告诉 当前 目前 项目 时间线 什么 是 怎么样 怎样 如何 有 有哪些 哪些 所有 全部",
        "会话 导出",
    ),
    "upload": _words(
        "新 新的 另 另一个 音频 录音 图片 歌 歌曲 音乐 播客 素材 些 一些 这是 这里是 添加 加 打开 使用 有"
    ),
    "preview": _words("看 看看 画面 图 图片 一帧 帧 显示 在 第 处 时 时间 效果"),
}

FORMATS: Mapping[str, Literal["format", "codec"]] = {
    **dict.fromkeys(_words("mp4 mov avi webm mkv gif quicktime mp3 wav m4a aac flac png jpg"), "format"),
    **dict.fromkeys(_words("h264 h.264 x264 avc h265 h.265 hevc av1 vp9 prores"), "codec"),
}
"""Words that name a container or a codec, and the key of `output` that they fill."""

CHINESE_FORMATS: Mapping[str, str] = {"动图": "gif"}

SIZES = (
    (re.compile(r"\b(?:4k|uhd|ultra hd)\b"), "3840x2160"),
    (re.compile(r"\b(?:2k|qhd)\b"), "2560x1440"),
    (re.compile(r"\b(?:full ?hd|fhd)\b|全高清"), "1080p"),
    (re.compile(r"\bhd\b|高清(?!晰)"), "1080p"),
)

QUALITIES = (
    (re.compile(r"\b(?:highest|best|high|top|max(?:imum)?)[ -](?:possible )?quality\b|最?高(?:质量|画质)"), "high"),
    (re.compile(r"\b(?:medium|normal|standard|mid)[ -]quality\b|中等?(?:质量|画质)"), "medium"),
    (re.compile(r"\b(?:lowest|low|small|draft)[ -]quality\b|低(?:质量|画质)"), "low"),
    (re.compile(r"\bquality[ :=]+high\b"), "high"),
    (re.compile(r"\bquality[ :=]+medium\b"), "medium"),
    (re.compile(r"\bquality[ :=]+low\b"), "low"),
)
