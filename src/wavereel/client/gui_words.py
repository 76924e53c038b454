"""The patterns of `gui`: how replies of an agent with a screen in mind are worded, in English and Chinese."""

from __future__ import annotations

import re
from typing import Literal

Step = Literal["export", "credits", "summary", "edit", "upload", "other"]

QUOTED = re.compile(
    r"\"[^\"\n]{1,300}\"|“[^”\n]{1,300}”|「[^」\n]{1,300}」|『[^』\n]{1,300}』|《[^》\n]{1,300}》|`[^`\n]{1,300}`"
)
WIDE = re.compile(r"[^\S\n]{30,}")
"""A gap that no text has, and that patterns with spaces at both ends of a mark would take long over."""

MARK = "\ue000{}\ue001"
MARKED = re.compile("\ue000(\\d+)\ue001")

LEAD = (
    r"^\W*(?:(?:please|just|simply|then|now|next|so|and|or|also|first|finally|alternatively|otherwise|afterwards?|"
    r"(?:you|we) (?:can|could|may|might|should|must|will|would)"
    r"(?: (?:also|now|then|just|simply|need to|have to|want to))?|"
    r"you'll (?:need|have|want) to|you (?:need|have|want) to|feel free to|go ahead and|"
    r"all you (?:need|have) to do is(?: to)?|"
    r"try(?: to)?|remember to|be sure to|make sure to|don't forget to|let's)\b[\s,:]*)*"
)
_PLAIN_VERB = r"(?:double|right|left)?-?click(?:ing)?|tap(?:ping)?|drag(?:ging)?(?:[ -]and[ -]drop)?|hover(?:ing)?"
_VERB = (
    r"press(?:ing)?|hit(?:ting)?|select(?:ing)?|choos(?:e|ing)|open(?:ing)?|go(?:ing)? (?:back )?to|"
    r"head(?:ing)? (?:over )?to|"
    r"navigat(?:e|ing) to|switch(?:ing)? to|scroll(?:ing)?|check(?:ing)?(?: out)?|visit(?:ing)?|us(?:e|ing)|find|"
    r"look(?:ing)? (?:at|in)|"
    r"preview(?:ing)?|see|view|play|drop(?:ping)?|review"
)
_NOUN = (
    r"button|icon|tab|panel|pane|menu|sidebar|toolbar|dropdown|slider|checkbox|editor|dashboard|settings|window|screen|workspace|"
    r"account|billing|timeline|library|inspector|"
    r"preview (?:area|player|panel|window)|top[ -](?:right|left)|bottom[ -](?:right|left)|"
    r"corner|page|interface|canvas view|media bin"
)
IMPERATIVE = re.compile(rf"{LEAD}(?:{_PLAIN_VERB})\b", re.IGNORECASE)
AT_NOUN = re.compile(rf"{LEAD}(?:{_VERB})\b.*\b(?:{_NOUN})s?\b", re.IGNORECASE)
BY = re.compile(rf"\b(?:by|via)\s+(?:{_PLAIN_VERB}|press(?:ing)?|selecting|opening|using the)\b", re.IGNORECASE)
CONTROL = re.compile(
    r"\b(?:the|your|this|that)\s+(?:[\w\ue000\ue001-]+\s+){0,2}?(?:button|icon|sidebar|toolbar|dropdown)\b"
    r"(?!\s+(?:to|at|in|on)\s+(?:the|your)\s+(?:video|end|outro|intro))|"
    r"\b(?:export|download|share|save|settings|media|preview|timeline|properties)\s+(?:panel|tab|menu)\b|"
    r"\b(?:in|at|from) the (?:top|bottom|upper|lower)[ -](?:right|left)(?: corner)?"
    r"(?: of (?:the|your) (?:screen|editor|page|window|app))",
    re.IGNORECASE,
)
FIRST_PERSON = re.compile(r"^\W*(?:i|i've|we've|we)\b(?!\s+(?:recommend|suggest))", re.IGNORECASE)
PURPOSE = re.compile(r"^\W*(?:to|if|once|when|whenever|in order to|for|after|before)\b", re.IGNORECASE)
SPLIT = re.compile(
    r"(\s*[;—–]\s*|\s+-\s+|:\s+(?=(?:please |just |then )?(?:click|tap|drag|open|press|hit)\b)|"
    r",\s+(?:and\s+|then\s+|or\s+|so\s+|but\s+)*|"
    r"\s+(?:and|then|or|and then|so)\s+"
    r"(?=(?:just |simply |then |please )?(?:click|tap|drag|drop|open|press|hit|select|choose|"
    r"go to|navigate|hover)\b))",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)")

ZH_LEAD = (
    r"^[\W_]*(?:请|您|你|可以|可|只需要?|需要|直接|现在|然后|接着|再|之后|随后|最后|并|并且|或者|或|也|即可|就|在这里|继续|"
    r"如果?[^，。]{0,12}[，,]|想要?[^，。]{0,12}[，,])*"
)
ZH_IMPERATIVE = re.compile(
    ZH_LEAD + r"(?:点击|单击|双击|点按|轻点|右键|右击|按下|拖拽|拖动|拖放|拖到|拖入|"
    r"在时间[线轴][中上里]?(?:预览|查看)|查看(?:账户|帐户|账单))"
)
ZH_AT_NOUN = re.compile(
    ZH_LEAD + r"(?:打开|前往|进入|切换到|查看|到|在|从|通过|使用).*"
    r"(?:面板|按钮|时间[线轴]|编辑器|菜单|页面|标签页|侧边栏|工具栏|设置|账户|帐户|账单|素材库|预览窗口|窗口|界面|右上角|左上角|右下角|左下角)"
)
ZH_DRAG = re.compile(r"(?:将|把).*拖(?:拽|动|放|到|入)")
ZH_CONTROL = re.compile(r"(?:导出|下载|播放|设置|分享|保存)(?:按钮|面板|菜单|图标)|点击.{0,12}(?:按钮|图标|导出|下载)")
ZH_SPLIT = re.compile(r"([，,；;]\s*|(?=(?:然后|再|并|接着)(?:点击|单击|打开|拖)))")
ZH_SENTENCE = re.compile(r"(?<=[。！？!?])\s*(?=\S)")
ZH_PURPOSE = re.compile(r"^\s*(?:如果|若|要|想|想要|如需|为了|当|等|完成后|之后)")
ZH_FIRST_PERSON = re.compile(r"^\s*(?:我|已|已经)")

STEPS: tuple[tuple[re.Pattern[str], Step], ...] = (
    (
        re.compile(r"\b(?:account|billing|subscription|credits?|balance)\b|账户|帐户|账单|积分|余额", re.IGNORECASE),
        "credits",
    ),
    (re.compile(r"\b(?:export|download|save|render)\w*\b|导出|下载|保存", re.IGNORECASE), "export"),
    (re.compile(r"\b(?:upload|import)\w*\b|上传|导入", re.IGNORECASE), "upload"),
    (re.compile(r"\bdrag|\bdrop\b|拖", re.IGNORECASE), "edit"),
    (
        re.compile(
            r"\b(?:timeline|preview|editor|tracks?|play|view|see|workspace)\b|时间[线轴]|预览|编辑器|轨道|播放",
            re.IGNORECASE,
        ),
        "summary",
    ),
)
