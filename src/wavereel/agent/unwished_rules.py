"""Rules that tell what in a message is no wish: how reports, questions, praise and the like begin and go on.

Each rule has a kind, the scope in which it is looked for, a pattern, and what must not stand there for it to hold.
"""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["code", "link", "long", "question", "told", "kept", "praise", "separate"]
Scope = Literal["clause", "sentence", "message"]

_SO = (
    r"(?:ok|okay|well|so|hey|hi|um|uh|oh|and|but|also|actually|honestly|hmm|just|sorry|wow|haha|thanks|please|pls"
    r"|btw|by the way|yeah|yes|no) "
)
_LEAD = rf"\A\s*(?:{_SO})*"
_LEAD_ZH = r"\A\s*(?:那么?|对了|请问|嗯|哦|哎|其实|但是?|不过|话说|另外|可是)*"
_FILM = r"(?:video|episode|show|podcast|track|song|clip|film|movie|talk|recording|audio|this|it)"
_PLATFORMS = (
    r"(?:youtube|tiktok|instagram|spotify|facebook|linkedin|twitter|bilibili|weibo|b站|抖音|快手|小红书|视频号|微博"
    r"|油管)"
)
_UNDOES = r"|undo|bring|put .* back|restore|revert|撤销|恢复|还原|弄回来|加回来"
_BARE = r"remove|delete|cut|mute|change|touch|make|crop|trim|add|hide|export|move|replace|shorten|rotate|turn"

_RULES: tuple[tuple[Kind, Scope, str, str], ...] = (
    (
        "separate",
        "sentence",
        (
            r"(?=.*(?:vocals?|singing|singer|voice))(?=.*(?:remove|take|strip|get rid|kill|mute|isolate|extract"
            r"|separate|lose|pull|without|cut)).*(?:instrumental|karaoke (?:version"
            r"|track)|acapella|a cappella|backing track|just the beat|only the beat|beat only|isolate|stems?(?![a-z]))"
        ),
        r"caption|subtitle",
    ),
    (
        "separate",
        "sentence",
        (
            r"(?:去掉?|去除|消除|消掉|除掉|剔除|删掉?|拿掉|抹掉|关掉|没有)[^,.]{0,3}(?:人声|原唱|歌声|演唱).*(?:伴奏"
            r"|卡拉ok)|(?:人声|原唱|歌声|演唱)[^,.]{0,3}(?:去掉|去除|消除|消掉|除掉|剔除|删|拿掉|拿走|抹掉|弄掉).*(?:伴奏"
            r"|卡拉ok)|(?:提取|分离|抽出)[^,.]{0,4}(?:人声|伴奏|歌声|原唱)"
        ),
        "",
    ),
    (
        "told",
        "sentence",
        (
            r"(?:(?:my|our|the|his|her|their|a|some|one) (?:[a-z]+ ){1,2}|(?:he|she|they|everyone|everybody|people"
            r"|somebody|someone) )(?:said|says|told|asked|asks|thinks?|wants|wanted|suggested|suggests|suggest"
            r"|keeps saying|insists|say)(?![a-z]).*(?:(?:but|though|although|however) (?:i|we) (?:really |actually "
            r"|still |personally |kind of |quite )*(?:like|love|adore|enjoy|disagree|think it|don't|do not|prefer it"
            r"|am not|find it|want to keep)|disagree|don't agree|what do you think|not sure|do you agree|is (?:he|she"
            r"|that) right|are they right)|asked (?:me |us |you )?(?:whether|if|why|how) "
        ),
        "",
    ),
    (
        "told",
        "sentence",
        (
            r"(?:我妈|我爸|老板|客户|同事|朋友|领导|老师|他|她|他们|别人|有人|大家|网友|粉丝|观众|老婆|老公|甲方|导演"
            r"|编辑|编导)们?(?:跟我|对我|都|一直|总|老)*(?:说|讲|问|觉得|建议|要求|想|让我|叫我"
            r"|认为)(?:.*(?:(?:可是|但是?|不过|然而)我|不同意|怎么看|你觉得呢|有道理|对不对|我不想|我不觉得)"
            r"|.{0,6}(?:能不能|可不可以|要不要|是不是|为什么))"
        ),
        "",
    ),
    (
        "told",
        "sentence",
        (
            r"(?:last time|yesterday|last (?:week|month|year|night)|the other day|(?:weeks?|months?|years?|days?) ago"
            r"|back then|in (?:another|a different|my old) (?:program|app|editor|tool)"
            r"|the (?:last|previous|old|other) editor)(?!'s).*"
        ),
        rf"(?:like|as|same|from) (?:last|yesterday|the other)|again|version|want|need|should|please|let's|make |can you|could you{_UNDOES}",
    ),
    (
        "told",
        "clause",
        rf"{_LEAD_ZH}(?:我|我们|他|她|你)?(?:上次|昨天|前天|昨晚|上周|上个月|去年|以前|前几天|之前)(?!的).*[了过]",
        r"像|跟|和|照|按|一样|回到|再|那样|的那|版|帮|请|现在" + _UNDOES,
    ),
    (
        "told",
        "clause",
        rf"{_LEAD}(?:he|she|they|somebody|someone|(?:my|the|our) (?:[a-z]+ )?(?:editor|assistant|colleague|friend|boss|client|intern|cat|dog|son|daughter|kid)) (?:already |just |has |have |had |accidentally |then )*(?:removed|deleted|cut|muted|cropped|trimmed|changed|made|turned|added|walked|pressed)(?![a-z])",
        _UNDOES[1:],
    ),
    (
        "question",
        "sentence",
        rf"{_LEAD}(?:if (?:i|we|you|one) (?!can|could|may|might|don't|do not|want |like|please|would|have time|think|agree|need|must|get)|if (?:i|we) wanted|suppos(?:e|ing) |imagine (?:i|we|if|that)|hypothetically).*(?:\?|,? (?:what|how|will|would|could|does|is|are|do) )",
        "",
    ),
    (
        "question",
        "sentence",
        (
            r"(?:what (?:will |would )?happens? (?:if|when|to)|what would (?:it|that|this|the [a-z]+) (?:look|be|sound"
            r"|feel) |what if (?:i|we) )"
        ),
        "",
    ),
    (
        "question",
        "sentence",
        rf"{_LEAD}(?:will|would|does|do) (?:the [a-z]+ still|[a-z]+ing (?:the |a |it |my |silences|captions|music)|(?:it|that|this) (?:hurt|affect|change|ruin|break|matter|look better|be better)).*",
        r"be possible| mind",
    ),
    (
        "question",
        "sentence",
        rf"{_LEAD_ZH}(?:如果|要是|假如|假设|若是|若|万一|倘若|假使)(?!可以|方便|可能|行|能|有空|没问题).*(?:吗|会不会|会怎|怎么样|怎样|呢|\?)",
        r"如果可以|帮我",
    ),
    (
        "question",
        "sentence",
        (
            r"(?:删|去掉|剪|撤|改|移除|关)[^,.]{0,8}(?:还能|还可以|还找得|能不能再|会不会|之后能)[^,.]*(?:吗|么|\?|找回"
            r"|恢复|影响)"
        ),
        "",
    ),
    (
        "question",
        "sentence",
        rf"{_LEAD}(?:do|does|did|will) (?:you|it|this|wavereel|the (?:app|tool|program|site)|this (?:app|tool|program|thing)) (?:even |also |actually )?(?:support|offer|handle|work with|allow|accept|know how)(?![a-z])",
        "",
    ),
    (
        "question",
        "sentence",
        rf"{_LEAD_ZH}(?:你们?|这个?|软件|它|系统|工具|平台|这里|这儿|咱们)*(?:是否|能不能|能否)?(?:支不支持|支持).{{1,20}}(?:吗|么|嘛|不|\?)|支不支持|是否支持",
        "",
    ),
    (
        "question",
        "sentence",
        rf"{_LEAD}(?:can (?:you|i) (?:tell|explain|show)(?: me)? |tell me |explain |i wonder |i'd like to know |do you know |any idea |where (?:do|can) i |what(?:'s| is) the (?:best |easiest |right )?way to )?(?:how (?:do|can|would|could|should|does|did) (?:i|we|you|one|somebody)(?: [a-z]+)?|how to|how one can) [a-z]",
        r"long|many|how (?:do|does) (?:it|that|they) look| so | about|upload|send",
    ),
    (
        "question",
        "sentence",
        (
            r"(?:要|该|应该|我想知道|请问)?(?:怎么|如何|怎样|点样)(?:才能|才可以|才|去|来|可以|能)?(?:把|将|给(?!我)|在"
            r"|用|删|去掉|去除|改|加|换|调|弄|做|设|剪|裁|移|关|打开|导出|上传|撤|添加|隐藏)"
        ),
        r"这么|那么|太|没|不见|好看|怎么办|都行|随便|比较好|更好|上传|了\s*\??\s*\Z",
    ),
    (
        "question",
        "sentence",
        r"(?:difference|differ)s? between|有(?:什么|啥|何)(?:区别|差别|不同)|(?:区别|差别)(?:是什么|在哪|在哪里|是啥)",
        "",
    ),
    (
        "question",
        "sentence",
        rf"{_LEAD}(?:should (?:i|we) |would you (?:recommend|suggest|advise)|which (?:one )?(?:is better|looks better|works better|should i|would you)|is it (?:better|worse|ok|okay|bad|good|wise|worth|normal) )",
        "",
    ),
    (
        "question",
        "sentence",
        rf"{_LEAD_ZH}(?:.*(?:哪个|哪种)(?:更|比较|会)?(?:好|合适|适合|流行)|.*该不该|.*(?:我|我们)(?:应该|该|是不是该|要不要).*(?:吗|呢|还是|好\?|\?)|.*会不会(?:更好看?|太|影响|变|显得|好看|不好))",
        "",
    ),
    (
        "question",
        "sentence",
        rf"{_LEAD}why (?:is|are|was|were|does|do|did|has|have|would|should)(?![a-z'])",
        r" so | too |not|n't| still | keeps? | no |out of sync|late|early|missing|cut off",
    ),
    ("question", "sentence", rf"{_LEAD_ZH}(?:为什么|为啥|为何|干嘛|凭什么)", r"这么|那么|太|没|不|还|总|老是"),
    (
        "kept",
        "clause",
        rf"{_LEAD}(?:do not|don't|dont|never) (?:you |ever |even )?(?:make|turn|switch|convert|rotate|flip) ",
        r" so | too | that | as | any | much |yet|all |only|just",
    ),
    (
        "kept",
        "clause",
        rf"{_LEAD}(?:(?:i'm|i am|we're|we are|im) not (?:saying|asking|telling)|(?:i|we) (?:never|didn't|did not) (?:asked?|said|say|told|tell) (?:you |anyone |anybody )?(?:to|that|for you to)|(?:you|we|i) (?:don't|do not|needn't|need not|mustn't|shouldn't|must not|should not) (?:have to |need to |ever )?(?:{_BARE})|no need to (?:{_BARE}|make)|there(?:'s| is) no need to |(?:i|we) (?:wouldn't|would not|won't|will not|would never|will never) (?:{_BARE})|not that (?:i|we) (?:want|need)|it's not that )",
        r"no need to (?:show|display|have|add)| so (?!far)| too ",
    ),
    (
        "kept",
        "clause",
        rf"{_LEAD_ZH}(?:我|我们|又|也|谁|可)*(?:不是|并不是|没|没有|并没有|并没|从没|从来没|没人)(?:说|让你|叫你|要你|要求你?|让|叫)过?(?:要|去|把|将|删|剪|改|加)",
        r"[吗嘛么]\s*\??\Z|要的|而是|叫做",
    ),
    (
        "kept",
        "clause",
        rf"{_LEAD_ZH}(?:你|就|也|先)*(?:不用|不必|不需要|没必要|用不着|不须|无需|甭|不要|别|先别|千万别|千万不要|勿|唔好|唔使)(?:再|给我|帮我|随便)*(?:把|将)[^,]{{1,12}}(?:删|去|剪|关|改|换|移|裁|弄|拿|静音|隐藏|做|变|调)",
        r"这么|那么|太|得|只",
    ),
    (
        "kept",
        "clause",
        rf"{_LEAD_ZH}(?:你|就|也|先)*(?:不用|不必|不需要|没必要|用不着|无需|甭|唔使)[^,]{{0,6}}(?:删|去掉|剪|关掉|裁)",
        r"这么|那么|太",
    ),
    (
        "praise",
        "clause",
        rf"{_LEAD}(?:i |we |everyone )?(?:really |absolutely |just |also |totally |so )*(?:love|adore|enjoy|dig|like|loving|loved|enjoyed) (?:how|what|the|your|this|that|these|those|my|our)(?! (?:one|idea|look|style)s? (?:of|from|with)) ",
        (
            r"better|more|less|instead|previous|before|earlier|(?<![a-z])old(?![a-z])| to | if |with|without|would|'d"
            r"|bigger|smaller|version|\ue000|as | be "
        ),
    ),
    (
        "praise",
        "clause",
        rf"{_LEAD}(?:that|this|the|those|these|your) (?:[a-z]+ ){{1,4}}?(?:really |totally |sure )?(?:pops|rocks|slaps|shines|suits (?:it|me|us)|works (?:so |really |very )*well)\s*[.!]*\s*\Z",
        r"would|should|make",
    ),
    (
        "praise",
        "clause",
        rf"{_LEAD}(?:(?:that|this|it|the|those|these|your|my|our) ?(?:[a-z]+ ){{0,4}})?(?:(?:is|are|looks?|sounds?|turned out|came out)|(?:was|were)(?=.*(?:too|as well))) (?:so |really |very |just |absolutely |pretty |super |quite |already )*(?:great|beautiful|awesome|perfect|gorgeous|amazing|lovely|fantastic|superb|stunning|wonderful|brilliant|incredible|excellent)(?: too| as well| now| already| btw| thanks| here)*\s*[.!]*\s*\Z",
        r"would|should|could|make|what",
    ),
    (
        "told",
        "sentence",
        (
            r"(?:review|brief|script|document|email|listener|fan|friend|boss|client|guest|comment|colleague|he|she|they"
            r"|someone|somebody|people|听众|观众|粉丝|网友|朋友|客户|老板|留言|评论|他|她|有人)s?(?: just| once"
            r"| also)?(?:里|们|给我)?(?: ?(?:said|wrote|says|commented|left|asked|留言|评论|回复)(?:说|道|写道)?"
            r"|说) ?:?,? ?[\ue000-\uf8ff]"
        ),
        r"title|caption|show|add|put|want|card|标题|字幕|加|写|放",
    ),
    (
        "told",
        "clause",
        rf"{_LEAD}(?:i |we |he |she |they )?(?:just |also |already )?(?:muted|cut|dropped|lost|broke|changed|deleted|removed|turned off|silenced) (?:my|his|her|their|our) (?:phone|hair|finger|hand|job|mind|plans?|name|car|computer|laptop|flight|mic|microphone)",
        r"",
    ),
    (
        "told",
        "clause",
        rf"{_LEAD_ZH}(?:我们?|他们?|她)是(?:在|用|从|去年|因为).*的\Z",
        r"改|做|剪|换|加|删|调|放|设|发",
    ),
    ("told", "clause", rf"{_LEAD_ZH}我(?:刚刚?|已经|今早|早上)把[^,]*了\Z", _UNDOES[1:] + "|重新"),
    ("told", "sentence", rf"{_LEAD_ZH}我叫(?!你|它)", r"条|牌|标题|名字|显示|加|写"),
    (
        "told",
        "clause",
        rf"{_LEAD}(?:[a-z0-9]+ )?(?:minutes?|seconds?|hours?|percent) (?:is|are) (?:an? |quite |very |so |pretty )",
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
        rf"{_LEAD}(?:you|u) (?:[a-z]+ ){{0,2}}(?:idiot|moron|ruined|suck|broke|messed|destroyed|screwed|stupid|useless)",
        _UNDOES[1:],
    ),
    (
        "kept",
        "clause",
        rf"{_LEAD}(?:(?:i'm |i am |we're |we are )?(?:not (?:so |quite |yet |really )?(?:sure|certain|convinced)|unsure|undecided) (?:about|if|whether|that|of)|(?:i|we) (?:don't|do not) (?:think|believe) (?:we|you|i|it|that|the) |(?:i|we) (?:haven't|have not) decided|i doubt|nobody (?:wants|needs|asked|likes)|no one (?:wants|needs|asked|likes)|(?:i'm|i am|we're|we are|we aren't) (?:not )?(?:going|planning|about) to (?:use|post|need|want)(?= .*after all))",
        r"enough|loud|visible|readable| need(?:s)? the",
    ),
    ("kept", "clause", rf"{_LEAD_ZH}(?:我|我们)?(?:还没|还没有|没)(?:决定|想好|确定)|(?:不确定|拿不定|没想好)", ""),
    (
        "kept",
        "clause",
        rf"{_LEAD_ZH}(?:你|现在|暂时|暂且|先|还)*(?:不要|别|不用|不急着?|勿)(?:急着|着急|先)?(?:导出|输出|渲染|生成视频|合成)",
        "",
    ),
    (
        "question",
        "sentence",
        rf"{_LEAD}(?:who (?:made|changed|put|removed|deleted|told|set|added|turned)|when (?:should|do|can|would|is it) (?:i|we|you|best)|is [a-z ]+ (?:better|worse|nicer) (?:than|for|on))",
        r" so | too ",
    ),
    (
        "praise",
        "clause",
        (
            r"makes? (?:me|us) (?:so |really |very )?(?:happy|smile|laugh|cry|proud)|cracks? me up"
            r"|(?:great|good|nice|wonderful|amazing|fantastic|awesome|excellent|brilliant) (?:job|work) "
            r"|(?:better|nicer|prettier) than (?:i|we|expected|ever)|让我[^,]*(?:开心|高兴|心情|想哭)"
            r"|比我?(?:想的|想象|预期)[^,]*好"
        ),
        r"would|should|but ",
    ),
    (
        "praise",
        "clause",
        rf"{_LEAD}(?:i'm |i am |we're |we are |so |very |really )*(?:good|glad|happy|pleased|thrilled) (?:that|with|about) ",
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
        rf"{_LEAD}(?:under no circumstances|in no case|on no account|by no means|(?:i|we)(?: would|'d) (?:hate|be sad|be sorry) to |(?:keep|get) your hands off|don't you dare|nobody told you|who told you)",
        r"",
    ),
    (
        "kept",
        "clause",
        (
            r"(?<!能)(?:不能|不可以|不许|不准|禁止|严禁|千万不要|千万别|可别|切勿|不希望你?|不应该|不该)(?:被|随便|给我"
            r"|再|你|乱)*(?:删|去掉|剪|关|动|改|换|移|拿|弄没|弄掉|裁|静音|修改)|千万不要关|谁(?:让|叫|要)你(?:删|去|剪"
            r"|关|改|换|动)"
        ),
        r"这么|那么|太|[吗么]|,",
    ),
    (
        "told",
        "sentence",
        rf"{_LEAD}(?:apparently|rumou?r has it|i (?:heard|read|saw) (?:that|somewhere)|it says here|(?:they|people|some|locals|everyone) calls? it )|\A\s*(?:听说|据说|传说|听闻|这里写着|这儿写着)",
        r"title|card|标题|字幕",
    ),
    (
        "told",
        "clause",
        rf"{_LEAD}(?:my|our|his|her|their) (?:dog|cat|son|daughter|wife|husband|brother|sister|town|street|school|favou?rite (?!part|bit|section|moment)[a-z]+|birthday) (?:is|was|'s) ",
        r"title|caption|should",
    ),
    (
        "told",
        "clause",
        rf"{_LEAD_ZH}(?:我|我们|他|她)的?(?:家|狗|猫|奶奶|爷爷|妈妈|爸爸|儿子|女儿|最喜欢的[^,]{{0,4}}颜色)",
        r"标题|字幕|背景|换|改|做|加|照片",
    ),
    (
        "question",
        "sentence",
        rf"{_LEAD}(?:how many [a-z ]+ (?:can|may|could|do you|are possible)|(?:will|would) (?:the |my |these |those )?(?:captions|title|titles|waveform|bars|music|video|logo|subtitles|voice|background) )|最多(?:能|可以)?[^,]{{0,4}}(?:几|多少)",
        r"be (?:nice|good|great|possible|better)|look (?:good|great|nice|better)",
    ),
    ("question", "sentence", rf"{_LEAD}where (?:do|can|should|would|must) (?:i|we|you|one) ", r"upload|send"),
    ("kept", "clause", r"(?:又|并|也)不是要(?:把|将|删|去掉|剪|关|改)", r"[吗嘛么]|而是"),
    (
        "told",
        "clause",
        rf"{_LEAD}there (?:are|is|were|was) [0-9]+ ",
        r"title|caption|bar|logo|chapter|text|pause|second| too ",
    ),
    (
        "told",
        "clause",
        rf"{_LEAD}(?:i|we|he|she|they)(?:'ve| have| had| just| also| already| usually| often| always| once| actually| originally)* (?:(?:recorded|filmed|shot|wrote|went|saw|met|visited|live[sd]?|works?|worked|study|studied|teach|taught|bought|sold|drove|walked|slept|ate|grew|used to|talks?|talked|spoke|speaks?|interviewed|listened) |(?:was|were|am|'m) (?:a|an|in|at|born|from|there) |had an? )",
        (
            r"want|need|would like|please|for [a-z]*tok|for (?:you|ins|linked|face)"
            r"|(?:speak|spoke|talk)\w* (?:in )?(?:english|german|spanish|french|italian|chinese|mandarin|portuguese"
            r"|russian|japanese|korean|dutch|polish|turkish|arabic"
            r"|hindi)|going|gonna|thinking|about to| so | too |\d:\d\d|hope|rather|if you|can you|could you|mood|used to be"
        ),
    ),
    ("told", "clause", rf"{_LEAD}(?:i'm|im) (?:a|an|from|in|at) ", r"want|need|hurry|mood|please|after|fan"),
    (
        "told",
        "clause",
        rf"{_LEAD}(?:(?:the |my )?(?:title|name)) of (?:(?:my|our|the|his|her|their) (?:last|previous|old|other|next|first) |(?:my|our|the|his|her|their) (?!(?:[a-z]+ )?{_FILM}(?![a-z]))[a-z]+ )(?:[a-z]+ )*?(?:is|was|were|will be)(?![a-z])",
        r"video|should",
    ),
    (
        "told",
        "clause",
        rf"(?:is|are|was|were|'s) (?:already |mostly |also |now |mainly |all |only |available |live |up |out |posted |uploaded )*on {_PLATFORMS}(?![a-z])",
        r"will|going|want|should|need|make",
    ),
    (
        "told",
        "clause",
        rf"(?:已经|早就|都|主要|大多|一直|现在)*在{_PLATFORMS}上?(?:面)?(?:了|都?有|发了|发过|发布了|火了|看到|更新了)",
        r"要|改|做|剪|换|想",
    ),
    (
        "told",
        "sentence",
        rf"{_LEAD}(?:he|she|they|we|i|(?:the|this|my|our|next|last)(?: next| last| new)? (?:guest|host|speaker|song|episode|podcast|book|talk|film|interview|show|story))(?:'s| is| was|'re| are)? (?:all |mostly |mainly |really |just |only )*(?:about|talk(?:s|ed|ing)? about|speak(?:s|ing)? (?:for|about|of)|discuss(?:es|ed)?|explains?|sings? about|reads? from) ",
        r"\d:\d\d|cut |remove |want|please|thinking| too ",
    ),
    (
        "told",
        "clause",
        rf"{_LEAD}it's (?:about|around|roughly|almost|nearly) [a-z0-9]+ (?:minutes?|seconds?|hours?) long",
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
        rf"{_LEAD}(?:i|we|he|she|they)(?:'ll| will|'re| are|'m| am) .*on (?:mon|tues|wednes|thurs|fri|satur|sun)day",
        r"post|upload|publish|release|need|want",
    ),
    (
        "told",
        "clause",
        rf"{_LEAD_ZH}(?:这期|这集|本期|本集|下期|上期|他|她|我们|嘉宾|节目|这首歌|这本书|这个节目|视频里|录音里)(?:节目|里|主要|一直|都|在|们)*(?:讲|聊|说|谈)(?:的是|到了?|了|述|的都是|怎么)",
        r"删|剪|去掉|叫|标题",
    ),
    (
        "told",
        "clause",
        rf"{_LEAD_ZH}(?:我们?|他们?|她)(?:是|在|就|都|昨天|今天|去年|上个月|下个月|下周|周末|前天|刚刚?|要|用)+[^,]{{0,14}}(?:录的|录制的|拍的|写的|去了|看了|买了|去[^,]{{1,6}}录|住|出生|工作|上班|上学)",
        r"改|做|剪|换|加|删|调|放|设",
    ),
    (
        "told",
        "clause",
        rf"{_LEAD_ZH}(?:录音|视频|音频|节目|播客)是?(?:用|在)[^,]{{1,12}}(?:录的|录制的|拍的|剪的)",
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
        rf"{_LEAD_ZH}(?:我|我们|他|她)?的?(?:那本|这本)?(?:书名|书|小说|专辑|店|公司|猫|狗|儿子|女儿|老师|学校)(?:名|名字)?(?:叫|是)",
        r"标题",
    ),
)

RULES = tuple(
    (kind, scope, re.compile(pattern), re.compile(unless) if unless else None)
    for kind, scope, pattern, unless in _RULES
)
"""The rules, compiled."""
