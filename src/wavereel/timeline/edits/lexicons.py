"""Words that are masked where nobody names others: short lists, whole words only in English."""

from __future__ import annotations

PROFANITY_EN = (
    *("fuck", "fucks", "fucked", "fucker", "fuckers", "fucking", "fuckin", "motherfucker", "motherfuckers"),
    *("motherfucking", "shit", "shits", "shitty", "shitting", "bullshit", "horseshit", "bitch", "bitches"),
    *("bastard", "bastards", "asshole", "assholes", "arsehole", "arseholes", "dickhead", "dickheads", "prick"),
    *(
        "cunt",
        "cunts",
        "wanker",
        "wankers",
        "bollocks",
        "goddamn",
        "goddamned",
        "damn",
        "damned",
        "dammit",
        "crap",
        "son of a bitch",
        "whore",
        "slut",
    ),
)

PROFANITY_ZH = (
    *("他妈的", "该死", "他媽的", "你妈的", "你媽的", "妈的", "媽的", "操你妈", "操你媽", "草泥马", "草泥馬"),
    *("傻逼", "傻屄", "煞笔", "牛逼", "装逼", "王八蛋", "混蛋", "狗屁", "放屁", "狗日的", "婊子", "滚蛋", "滾蛋"),
)

PROFANITY = PROFANITY_EN + PROFANITY_ZH
