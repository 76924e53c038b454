"""Rules that tell what in a message is no wish: how reports, questions, praise and the like begin and go on.

Each rule has a kind, the scope in which it is looked for, a pattern, and what must not stand there for it to hold.
"""

from __future__ import annotations

import re

from wavereel.agent.unwished_told import BARE, LEAD, LEAD_ZH, TOLD_RULES, UNDOES, Kind, Rule, Scope

_RULES: tuple[Rule, ...] = (
    (
        "separate",
        "sentence",
        (
            r"(?=.*(?:vocals?|singing|singer|voice))(?=.*(?:remove|take|strip|get rid|kill|mute|isolate|extract"
            r"|separate|lose|pull|without|cut)).*(?:instrumental|karaoke (?:version|track)|acapella|a cappella"
            r"|backing track|just the beat|only the beat|beat only|isolate|stems?(?![a-z]))"
        ),
        r"caption|subtitle",
    ),
    (
        "separate",
        "sentence",
        (
            r"(?:去掉?|去除|消除|消掉|除掉|剔除|删掉?|拿掉|抹掉|关掉|没有)[^,.]{0,3}(?:人声|原唱|歌声|演唱).*(?:伴奏"
            r"|卡拉ok)|(?:人声|原唱|歌声|演唱)[^,.]{0,3}(?:去掉|去除|消除|消掉|除掉|剔除|删|拿掉|拿走|抹掉"
            r"|弄掉).*(?:伴奏|卡拉ok)|(?:提取|分离|抽出)[^,.]{0,4}(?:人声|伴奏|歌声|原唱)"
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
            r"|编辑|编导)们?(?:跟我|对我|都|一直|总|老)*(?:说|讲|问|觉得|建议|要求|想|让我|叫我|认为)(?:.*(?:(?:可是"
            r"|但是?|不过|然而)我|不同意|怎么看|你觉得呢|有道理|对不对|我不想|我不觉得)|.{0,6}(?:能不能|可不可以"
            r"|要不要|是不是|为什么))"
        ),
        "",
    ),
    (
        "told",
        "sentence",
        (
            r"(?:last time|yesterday|last (?:week|month|year|night)|the other day|(?:weeks?|months?|years?|days?) ago"
            r"|back then|in (?:another|a different|my old) (?:program|app|editor|tool)|the (?:last|previous|old"
            r"|other) editor)(?!'s).*"
        ),
        (
            rf"(?:like|as|same|from) (?:last|yesterday|the other)|again|version|want|need|should|please|let's|make "
            rf"|can you|could you{UNDOES}"
        ),
    ),
    (
        "told",
        "clause",
        rf"{LEAD_ZH}(?:我|我们|他|她|你)?(?:上次|昨天|前天|昨晚|上周|上个月|去年|以前|前几天|之前)(?!的).*[了过]",
        r"像|跟|和|照|按|一样|回到|再|那样|的那|版|帮|请|现在" + UNDOES,
    ),
    (
        "told",
        "clause",
        (
            rf"{LEAD}(?:he|she|they|somebody|someone|(?:my|the|our) (?:[a-z]+ )?(?:editor|assistant|colleague|friend"
            rf"|boss|client|intern|cat|dog|son|daughter|kid)) (?:already |just |has |have |had |accidentally "
            rf"|then )*(?:removed|deleted|cut|muted|cropped|trimmed|changed|made|turned|added|walked|pressed)(?![a-z])"
        ),
        UNDOES[1:],
    ),
    (
        "question",
        "sentence",
        (
            rf"{LEAD}(?:if (?:i|we|you|one) (?!can|could|may|might|don't|do not|want |like|please|would|have time"
            rf"|think|agree|need|must|get)|if (?:i|we) wanted|suppos(?:e|ing) |imagine (?:i|we|if|that)"
            rf"|hypothetically).*(?:\?|,? (?:what|how|will|would|could|does|is|are|do) )"
        ),
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
        (
            rf"{LEAD}(?:will|would|does|do) (?:the [a-z]+ still|[a-z]+ing (?:the |a |it |my |silences|captions|music)"
            rf"|(?:it|that|this) (?:hurt|affect|change|ruin|break|matter|look better|be better)).*"
        ),
        r"be possible| mind",
    ),
    (
        "question",
        "sentence",
        (
            rf"{LEAD_ZH}(?:如果|要是|假如|假设|若是|若|万一|倘若|假使)(?!可以|方便|可能|行|能|有空|没问题).*(?:吗"
            rf"|会不会|会怎|怎么样|怎样|呢|\?)"
        ),
        r"如果可以|帮我",
    ),
    (
        "question",
        "sentence",
        (
            r"(?:删|去掉|剪|撤|改|移除|关)[^,.]{0,8}(?:还能|还可以|还找得|能不能再|会不会|之后能)[^,.]*(?:吗|么|\?"
            r"|找回|恢复|影响)"
        ),
        "",
    ),
    (
        "question",
        "sentence",
        (
            rf"{LEAD}(?:do|does|did|will) (?:you|it|this|wavereel|the (?:app|tool|program|site)|this (?:app|tool"
            rf"|program|thing)) (?:even |also |actually )?(?:support|offer|handle|work with|allow|accept"
            rf"|know how)(?![a-z])"
        ),
        "",
    ),
    (
        "question",
        "sentence",
        (
            rf"{LEAD_ZH}(?:你们?|这个?|软件|它|系统|工具|平台|这里|这儿|咱们)*(?:是否|能不能|能否)?(?:支不支持"
            rf"|支持).{{1,20}}(?:吗|么|嘛|不|\?)|支不支持|是否支持"
        ),
        "",
    ),
    (
        "question",
        "sentence",
        (
            rf"{LEAD}(?:can (?:you|i) (?:tell|explain|show)(?: me)? |tell me |explain |i wonder |i'd like to know "
            rf"|do you know |any idea |where (?:do|can) i |what(?:'s| is) the (?:best |easiest "
            rf"|right )?way to )?(?:how (?:do|can|would|could|should|does|did) (?:i|we|you|one|somebody)(?: [a-z]+)?"
            rf"|how to|how one can) [a-z]"
        ),
        r"long|many|how (?:do|does) (?:it|that|they) look| so | about|upload|send",
    ),
    (
        "question",
        "sentence",
        (
            r"(?:要|该|应该|我想知道|请问)?(?:怎么|如何|怎样|点样)(?:才能|才可以|才|去|来|可以|能)?(?:把|将|给(?!我)"
            r"|在|用|删|去掉|去除|改|加|换|调|弄|做|设|剪|裁|移|关|打开|导出|上传|撤|添加|隐藏)"
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
        (
            rf"{LEAD}(?:should (?:i|we) |would you (?:recommend|suggest|advise)|which (?:one )?(?:is better"
            rf"|looks better|works better|should i|would you)|is it (?:better|worse|ok|okay|bad|good|wise|worth"
            rf"|normal) )"
        ),
        "",
    ),
    (
        "question",
        "sentence",
        (
            rf"{LEAD_ZH}(?:.*(?:哪个|哪种)(?:更|比较|会)?(?:好|合适|适合|流行)|.*该不该|.*(?:我|我们)(?:应该|该"
            rf"|是不是该|要不要).*(?:吗|呢|还是|好\?|\?)|.*会不会(?:更好看?|太|影响|变|显得|好看|不好))"
        ),
        "",
    ),
    (
        "question",
        "sentence",
        rf"{LEAD}why (?:is|are|was|were|does|do|did|has|have|would|should)(?![a-z'])",
        r" so | too |not|n't| still | keeps? | no |out of sync|late|early|missing|cut off",
    ),
    ("question", "sentence", rf"{LEAD_ZH}(?:为什么|为啥|为何|干嘛|凭什么)", r"这么|那么|太|没|不|还|总|老是"),
    (
        "kept",
        "clause",
        rf"{LEAD}(?:do not|don't|dont|never) (?:you |ever |even )?(?:make|turn|switch|convert|rotate|flip) ",
        r" so | too | that | as | any | much |yet|all |only|just",
    ),
    (
        "kept",
        "clause",
        (
            rf"{LEAD}(?:(?:i'm|i am|we're|we are|im) not (?:saying|asking|telling)|(?:i|we) (?:never|didn't"
            rf"|did not) (?:asked?|said|say|told|tell) (?:you |anyone |anybody )?(?:to|that|for you to)|(?:you|we"
            rf"|i) (?:don't|do not|needn't|need not|mustn't|shouldn't|must not|should not) (?:have to |need to "
            rf"|ever )?(?:{BARE})|no need to (?:{BARE}|make)|there(?:'s| is) no need to |(?:i|we) (?:wouldn't"
            rf"|would not|won't|will not|would never|will never) (?:{BARE})|not that (?:i|we) (?:want|need)"
            rf"|it's not that )"
        ),
        r"no need to (?:show|display|have|add)| so (?!far)| too ",
    ),
    (
        "kept",
        "clause",
        (
            rf"{LEAD_ZH}(?:我|我们|又|也|谁|可)*(?:不是|并不是|没|没有|并没有|并没|从没|从来没|没人)(?:说|让你|叫你"
            rf"|要你|要求你?|让|叫)过?(?:要|去|把|将|删|剪|改|加)"
        ),
        r"[吗嘛么]\s*\??\Z|要的|而是|叫做",
    ),
    (
        "kept",
        "clause",
        (
            rf"{LEAD_ZH}(?:你|就|也|先)*(?:不用|不必|不需要|没必要|用不着|不须|无需|甭|不要|别|先别|千万别|千万不要"
            rf"|勿|唔好|唔使)(?:再|给我|帮我|随便)*(?:把|将)[^,]{{1,12}}(?:删|去|剪|关|改|换|移|裁|弄|拿|静音|隐藏|做"
            rf"|变|调)"
        ),
        r"这么|那么|太|得|只",
    ),
    (
        "kept",
        "clause",
        rf"{LEAD_ZH}(?:你|就|也|先)*(?:不用|不必|不需要|没必要|用不着|无需|甭|唔使)[^,]{{0,6}}(?:删|去掉|剪|关掉|裁)",
        r"这么|那么|太",
    ),
    (
        "praise",
        "clause",
        (
            rf"{LEAD}(?:i |we |everyone )?(?:really |absolutely |just |also |totally |so )*(?:love|adore|enjoy|dig"
            rf"|like|loving|loved|enjoyed) (?:how|what|the|your|this|that|these|those|my|our)(?! (?:one|idea|look"
            rf"|style)s? (?:of|from|with)) "
        ),
        (
            r"better|more|less|instead|previous|before|earlier|(?<![a-z])old(?![a-z])| to | if |with|without|would|'d"
            r"|bigger|smaller|version|\ue000|as | be "
        ),
    ),
    (
        "praise",
        "clause",
        (
            rf"{LEAD}(?:that|this|the|those|these|your) (?:[a-z]+ ){{1,4}}?(?:really |totally |sure )?(?:pops|rocks"
            rf"|slaps|shines|suits (?:it|me|us)|works (?:so |really |very )*well)\s*[.!]*\s*\Z"
        ),
        r"would|should|make",
    ),
    (
        "praise",
        "clause",
        (
            rf"{LEAD}(?:(?:that|this|it|the|those|these|your|my|our) ?(?:[a-z]+ ){{0,4}})?(?:(?:is|are|looks?|sounds?"
            rf"|turned out|came out)|(?:was|were)(?=.*(?:too|as well))) (?:so |really |very |just |absolutely |pretty "
            rf"|super |quite |already )*(?:great|beautiful|awesome|perfect|gorgeous|amazing|lovely|fantastic|superb"
            rf"|stunning|wonderful|brilliant|incredible|excellent)(?: too| as well| now| already| btw| thanks"
            rf"| here)*\s*[.!]*\s*\Z"
        ),
        r"would|should|could|make|what",
    ),
    *TOLD_RULES,
)

RULES: tuple[tuple[Kind, Scope, re.Pattern[str], re.Pattern[str] | None], ...] = tuple(
    (kind, scope, re.compile(pattern), re.compile(unless) if unless else None)
    for kind, scope, pattern, unless in _RULES
)
"""The rules, compiled."""
