"""Rules for what somebody tells about themselves, their work and the world, and for what is to be left alone.

They hold where those of `unwished_rules` do not.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["code", "link", "long", "question", "told", "kept", "praise", "separate"]
Scope = Literal["clause", "sentence"]
Rule = tuple[Kind, Scope, str, str]
"""A kind, the scope in which it is looked for, a pattern, and what must not stand there for it to hold."""

# Fragments of the patterns: how a clause may begin, what is spoken of, and verbs of wishes.
SO = (
    r"(?:ok|okay|well|so|hey|hi|um|uh|oh|and|but|also|actually|honestly|hmm|just|sorry|wow|haha|thanks|please|pls|btw"
    r"|by the way|yeah|yes|no) "
)
LEAD = rf"\A\s*(?:{SO})*"
LEAD_ZH = r"\A\s*(?:那么?|对了|请问|嗯|哦|哎|其实|但是?|不过|话说|另外|可是)*"
FILM = r"(?:video|episode|show|podcast|track|song|clip|film|movie|talk|recording|audio|this|it)"
PLATFORMS = (
    r"(?:youtube|tiktok|instagram|spotify|facebook|linkedin|twitter|bilibili|weibo|b站|抖音|快手|小红书|视频号|微博"
    r"|油管)"
)
UNDOES = r"|undo|bring|put .* back|restore|revert|撤销|恢复|还原|弄回来|加回来"
BARE = r"remove|delete|cut|mute|change|touch|make|crop|trim|add|hide|export|move|replace|shorten|rotate|turn"

TOLD_RULES: tuple[Rule, ...] = (
    (
        "told",
        "sentence",
        (
            r"(?:review|brief|script|document|email|listener|fan|friend|boss|client|guest|comment|colleague|he|she"
            r"|they|someone|somebody|people|听众|观众|粉丝|网友|朋友|客户|老板|留言|评论|他|她|有人)s?(?: just| once"
            r"| also)?(?:里|们|给我)?(?: ?(?:said|wrote|says|commented|left|asked|留言|评论|回复)(?:说|道|写道)?"
            r"|说) ?:?,? ?[\ue000-\uf8ff]"
        ),
        r"title|caption|show|add|put|want|card|标题|字幕|加|写|放",
    ),
    (
        "told",
        "clause",
        (
            rf"{LEAD}(?:i |we |he |she |they )?(?:just |also |already )?(?:muted|cut|dropped|lost|broke|changed"
            rf"|deleted|removed|turned off|silenced) (?:my|his|her|their|our) (?:phone|hair|finger|hand|job|mind"
            rf"|plans?|name|car|computer|laptop|flight|mic|microphone)"
        ),
        r"",
    ),
    (
        "told",
        "clause",
        rf"{LEAD_ZH}(?:我们?|他们?|她)是(?:在|用|从|去年|因为).*的\Z",
        r"改|做|剪|换|加|删|调|放|设|发",
    ),
    ("told", "clause", rf"{LEAD_ZH}我(?:刚刚?|已经|今早|早上)把[^,]*了\Z", UNDOES[1:] + "|重新"),
    ("told", "sentence", rf"{LEAD_ZH}我叫(?!你|它)", r"条|牌|标题|名字|显示|加|写"),
    (
        "told",
        "clause",
        rf"{LEAD}(?:[a-z0-9]+ )?(?:minutes?|seconds?|hours?|percent) (?:is|are) (?:an? |quite |very |so |pretty )",
        r" too |should|want",
    ),
    (
        "told",
        "clause",
        r"(?:was|were|is|got) (?:designed|drawn|painted|composed|written|produced|taken|invented) by ",
        r"want|should|title|caption",
    ),
    (
        "told",
        "clause",
        (
            rf"{LEAD}(?:you|u) (?:[a-z]+ ){{0,2}}(?:idiot|moron|ruined|suck|broke|messed|destroyed|screwed|stupid"
            rf"|useless)"
        ),
        UNDOES[1:],
    ),
    (
        "kept",
        "clause",
        (
            rf"{LEAD}(?:(?:i'm |i am |we're |we are )?(?:not (?:so |quite |yet |really )?(?:sure|certain|convinced)"
            rf"|unsure|undecided) (?:about|if|whether|that|of)|(?:i|we) (?:don't|do not) (?:think|believe) (?:we|you|i"
            rf"|it|that|the) |(?:i|we) (?:haven't|have not) decided|i doubt|nobody (?:wants|needs|asked|likes)"
            rf"|no one (?:wants|needs|asked|likes)|(?:i'm|i am|we're|we are|we aren't) (?:not )?(?:going|planning"
            rf"|about) to (?:use|post|need|want)(?= .*after all))"
        ),
        r"enough|loud|visible|readable| need(?:s)? the",
    ),
    ("kept", "clause", rf"{LEAD_ZH}(?:我|我们)?(?:还没|还没有|没)(?:决定|想好|确定)|(?:不确定|拿不定|没想好)", ""),
    (
        "kept",
        "clause",
        (
            rf"{LEAD_ZH}(?:你|现在|暂时|暂且|先|还)*(?:不要|别|不用|不急着?|勿)(?:急着|着急|先)?(?:导出|输出|渲染"
            rf"|生成视频|合成)"
        ),
        "",
    ),
    (
        "question",
        "sentence",
        (
            rf"{LEAD}(?:who (?:made|changed|put|removed|deleted|told|set|added|turned)|when (?:should|do|can|would"
            rf"|is it) (?:i|we|you|best)|is [a-z ]+ (?:better|worse|nicer) (?:than|for|on))"
        ),
        r" so | too ",
    ),
    (
        "praise",
        "clause",
        (
            r"makes? (?:me|us) (?:so |really |very )?(?:happy|smile|laugh|cry|proud)|cracks? me up|(?:great|good|nice"
            r"|wonderful|amazing|fantastic|awesome|excellent|brilliant) (?:job|work) |(?:better|nicer"
            r"|prettier) than (?:i|we|expected|ever)|让我[^,]*(?:开心|高兴|心情|想哭)|比我?(?:想的|想象|预期)[^,]*好"
        ),
        r"would|should|but ",
    ),
    (
        "praise",
        "clause",
        (
            rf"{LEAD}(?:i'm |i am |we're |we are |so |very |really )*(?:good|glad|happy|pleased|thrilled) (?:that"
            rf"|with|about) "
        ),
        r"not |would|but |isn't|than",
    ),
    (
        "kept",
        "clause",
        (
            r"(?:should|must|may|shall)(?: not|n't) (?:be )?(?:ever )?(?:removed?|deleted?|cut|changed?|touch(?:ed)?"
            r"|replaced?|dropped)(?![a-z])"
        ),
        r" so | too |\?",
    ),
    (
        "kept",
        "clause",
        (
            rf"{LEAD}(?:under no circumstances|in no case|on no account|by no means|(?:i|we)(?: would|'d) (?:hate"
            rf"|be sad|be sorry) to |(?:keep|get) your hands off|don't you dare|nobody told you|who told you)"
        ),
        r"",
    ),
    (
        "kept",
        "clause",
        (
            r"(?<!能)(?:不能|不可以|不许|不准|禁止|严禁|千万不要|千万别|可别|切勿|不希望你?|不应该|不该)(?:被|随便"
            r"|给我|再|你|乱)*(?:删|去掉|剪|关|动|改|换|移|拿|弄没|弄掉|裁|静音|修改)|千万不要关|谁(?:让|叫|要)你(?:删"
            r"|去|剪|关|改|换|动)"
        ),
        r"这么|那么|太|[吗么]|,",
    ),
    (
        "told",
        "sentence",
        (
            rf"{LEAD}(?:apparently|rumou?r has it|i (?:heard|read|saw) (?:that|somewhere)|it says here|(?:they|people"
            rf"|some|locals|everyone) calls? it )|\A\s*(?:听说|据说|传说|听闻|这里写着|这儿写着)"
        ),
        r"title|card|标题|字幕",
    ),
    (
        "told",
        "clause",
        (
            rf"{LEAD}(?:my|our|his|her|their) (?:dog|cat|son|daughter|wife|husband|brother|sister|town|street|school"
            rf"|favou?rite (?!part|bit|section|moment)[a-z]+|birthday) (?:is|was|'s) "
        ),
        r"title|caption|should",
    ),
    (
        "told",
        "clause",
        rf"{LEAD_ZH}(?:我|我们|他|她)的?(?:家|狗|猫|奶奶|爷爷|妈妈|爸爸|儿子|女儿|最喜欢的[^,]{{0,4}}颜色)",
        r"标题|字幕|背景|换|改|做|加|照片",
    ),
    (
        "question",
        "sentence",
        (
            rf"{LEAD}(?:how many [a-z ]+ (?:can|may|could|do you|are possible)|(?:will|would) (?:the |my |these "
            rf"|those )?(?:captions|title|titles|waveform|bars|music|video|logo|subtitles|voice|background) )"
            rf"|最多(?:能|可以)?[^,]{{0,4}}(?:几|多少)"
        ),
        r"be (?:nice|good|great|possible|better)|look (?:good|great|nice|better)",
    ),
    ("question", "sentence", rf"{LEAD}where (?:do|can|should|would|must) (?:i|we|you|one) ", r"upload|send"),
    ("kept", "clause", r"(?:又|并|也)不是要(?:把|将|删|去掉|剪|关|改)", r"[吗嘛么]|而是"),
    (
        "told",
        "clause",
        rf"{LEAD}there (?:are|is|were|was) [0-9]+ ",
        r"title|caption|bar|logo|chapter|text|pause|second| too ",
    ),
    (
        "told",
        "clause",
        (
            rf"{LEAD}(?:i|we|he|she|they)(?:'ve| have| had| just| also| already| usually| often| always| once"
            rf"| actually| originally)* (?:(?:recorded|filmed|shot|wrote|went|saw|met|visited|live[sd]?|works?|worked"
            rf"|study|studied|teach|taught|bought|sold|drove|walked|slept|ate|grew|used to|talks?|talked|spoke|speaks?"
            rf"|interviewed|listened) |(?:was|were|am|'m) (?:a|an|in|at|born|from|there) |had an? )"
        ),
        (
            r"want|need|would like|please|for [a-z]*tok|for (?:you|ins|linked|face)|(?:speak|spoke"
            r"|talk)\w* (?:in )?(?:english|german|spanish|french|italian|chinese|mandarin|portuguese|russian|japanese"
            r"|korean|dutch|polish|turkish|arabic|hindi)|going|gonna|thinking|about to| so | too |\d:\d\d|hope|rather"
            r"|if you|can you|could you|mood|used to be"
        ),
    ),
    ("told", "clause", rf"{LEAD}(?:i'm|im) (?:a|an|from|in|at) ", r"want|need|hurry|mood|please|after|fan"),
    (
        "told",
        "clause",
        (
            rf"{LEAD}(?:(?:the |my )?(?:title|name)) of (?:(?:my|our|the|his|her|their) (?:last|previous|old|other"
            rf"|next|first) |(?:my|our|the|his|her|their) (?!(?:[a-z]+ )?{FILM}(?![a-z]))[a-z]+ )(?:[a-z]+ )*?(?:is"
            rf"|was|were|will be)(?![a-z])"
        ),
        r"video|should",
    ),
    (
        "told",
        "clause",
        (
            rf"(?:is|are|was|were|'s) (?:already |mostly |also |now |mainly |all |only |available |live |up |out "
            rf"|posted |uploaded )*on {PLATFORMS}(?![a-z])"
        ),
        r"will|going|want|should|need|make",
    ),
    (
        "told",
        "clause",
        rf"(?:已经|早就|都|主要|大多|一直|现在)*在{PLATFORMS}上?(?:面)?(?:了|都?有|发了|发过|发布了|火了|看到|更新了)",
        r"要|改|做|剪|换|想",
    ),
    (
        "told",
        "sentence",
        (
            rf"{LEAD}(?:he|she|they|we|i|(?:the|this|my|our|next|last)(?: next| last| new)? (?:guest|host|speaker"
            rf"|song|episode|podcast|book|talk|film|interview|show|story))(?:'s| is| was|'re| are)? (?:all |mostly "
            rf"|mainly |really |just |only )*(?:about|talk(?:s|ed|ing)? about|speak(?:s|ing)? (?:for|about|of)"
            rf"|discuss(?:es|ed)?|explains?|sings? about|reads? from) "
        ),
        r"\d:\d\d|cut |remove |want|please|thinking| too ",
    ),
    (
        "told",
        "clause",
        rf"{LEAD}it's (?:about|around|roughly|almost|nearly) [a-z0-9]+ (?:minutes?|seconds?|hours?) long",
        r" too |should",
    ),
    (
        "told",
        "clause",
        (
            r"(?:has|have|had|got|with) (?:about |over |almost |more than |around |only )*[\d.]+k? (?:episodes"
            r"|followers|subscribers|subs|listeners|fans|viewers|views|downloads|years|kids|cats|employees|members"
            r"|people)(?![a-z])"
        ),
        r"want|caption|title",
    ),
    (
        "told",
        "clause",
        (
            r"(?:was|were|is|got) (?:made|recorded|shot|filmed|taken|mixed|mastered|edited) (?:with|by|on|at|in|using"
            r"|during|near) "
        ),
        r" too |should|want|make",
    ),
    (
        "told",
        "clause",
        rf"{LEAD}(?:i|we|he|she|they)(?:'ll| will|'re| are|'m| am) .*on (?:mon|tues|wednes|thurs|fri|satur|sun)day",
        r"post|upload|publish|release|need|want",
    ),
    (
        "told",
        "clause",
        (
            rf"{LEAD_ZH}(?:这期|这集|本期|本集|下期|上期|他|她|我们|嘉宾|节目|这首歌|这本书|这个节目|视频里"
            rf"|录音里)(?:节目|里|主要|一直|都|在|们)*(?:讲|聊|说|谈)(?:的是|到了?|了|述|的都是|怎么)"
        ),
        r"删|剪|去掉|叫|标题",
    ),
    (
        "told",
        "clause",
        (
            rf"{LEAD_ZH}(?:我们?|他们?|她)(?:是|在|就|都|昨天|今天|去年|上个月|下个月|下周|周末|前天|刚刚?|要"
            rf"|用)+[^,]{{0,14}}(?:录的|录制的|拍的|写的|去了|看了|买了|去[^,]{{1,6}}录|住|出生|工作|上班|上学)"
        ),
        r"改|做|剪|换|加|删|调|放|设",
    ),
    (
        "told",
        "clause",
        rf"{LEAD_ZH}(?:录音|视频|音频|节目|播客)是?(?:用|在)[^,]{{1,12}}(?:录的|录制的|拍的|剪的)",
        r"改|换|加|删|放",
    ),
    (
        "told",
        "clause",
        r"(?:频道|账号|公众号|节目|播客|店)[^,]{0,12}有[^,]{0,8}(?:粉丝|观众|听众|订阅|期|集|年)",
        r"改|换|加|删|放|标题",
    ),
    (
        "told",
        "clause",
        (
            rf"{LEAD_ZH}(?:我|我们|他|她)?的?(?:那本|这本)?(?:书名|书|小说|专辑|店|公司|猫|狗|儿子|女儿|老师"
            rf"|学校)(?:名|名字)?(?:叫|是)"
        ),
        r"标题",
    ),
)
"""The rules, in the order in which they are tried."""
