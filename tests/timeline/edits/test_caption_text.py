# ruff: noqa: E501 - tables read best with one case a line
"""What captions say: replaced phrases, single cues, glossary, masks, and the times of the words."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.edits.timelines import WORDS, check_valid, timelines, unknown_values

from wavereel.errors import EditError
from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.edits.base import Edit, Note
from wavereel.timeline.edits.caption_text import MaskProfanity, ReplaceText, SetCueText, SetGlossary
from wavereel.timeline.edits.cue_words import find_phrases, join_words, split_words
from wavereel.timeline.model import Timeline

VOICE = {"tt": 1, "id": "voice", "m": {"role": "voice"}, "sg": [{"src": "asset://f_1", "d": 10_000}]}
Times = list[tuple[str, int, int]]


def cue(
    text: str, *words: tuple[str, int, int], start_ms: int = 0, length_ms: int = 2000, **keys: Any
) -> dict[str, Any]:
    node: dict[str, Any] = {"s": start_ms, "d": length_ms, "txt": text} | keys
    return node | ({"wd": [{"w": w, "s": s, "d": d} for w, s, d in words]} if words else {})


def captioned(*cues: dict[str, Any], **keys: Any) -> Timeline:
    return timeline_from_tree({"t": [VOICE, {"tt": 7, "m": {"role": "caption"}, "sg": list(cues)}], "d": 10_000} | keys)


def said(timeline: Timeline) -> list[tuple[str, Times]]:
    tree = check_valid(timeline)
    cues = next((track["sg"] for track in tree["t"] if track.get("m", {}).get("role") == "caption"), [])
    return [(c["txt"], [(w["w"], w["s"], w["d"]) for w in c.get("wd", [])]) for c in cues]


def reason(edit: Edit, timeline: Timeline) -> str:
    with pytest.raises(EditError) as caught:
        edit.apply(timeline)
    return caught.value.reason


WE_MADE = (("We", 0, 200), ("made", 200, 300), ("wave", 600, 300), ("real,", 1000, 400), ("you", 1500, 200))


@pytest.mark.parametrize(
    ("before", "find", "replace", "text", "words"),
    [
        (  # two words become one: it takes their time, and the comma stays
            cue("We made\nwave real, you", *WE_MADE),
            "WAVE real",
            "Wavereel",
            "We made\nWavereel, you",
            [("We", 0, 200), ("made", 200, 300), ("Wavereel,", 600, 800), ("you", 1500, 200)],
        ),
        (  # two become two: one by one, also over a line break
            cue("We made wave\nreal, you", *WE_MADE),
            "wave real",
            "Wave Reel",
            "We made Wave Reel, you",
            [*WE_MADE[:2], ("Wave", 600, 300), ("Reel,", 1000, 400), WE_MADE[4]],
        ),
        (  # one becomes two: by letters
            cue("wavereel", ("wavereel", 100, 800)),
            "wavereel",
            "wave reeler",
            "wave reeler",
            [("wave", 100, 320), ("reeler", 420, 480)],
        ),
        (  # words without marks stay so
            cue("Hello, real world.", ("Hello", 0, 500), ("real", 500, 500), ("world", 1000, 500)),
            "real world",
            "earth",
            "Hello, earth.",
            [("Hello", 0, 500), ("earth", 500, 1000)],
        ),
        (cue("it’s real", ("it’s", 0, 9), ("real", 9, 9)), "it's", "It is", "It is real", [("It", 0, 4), ("is", 4, 5), ("real", 9, 9)]),
        (cue("今天天气", ("今", 0, 100), ("天", 100, 100), ("天", 200, 100), ("气", 300, 100)), "天气", "晴朗", "今天晴朗", [("今", 0, 100), ("天", 100, 100), ("晴", 200, 100), ("朗", 300, 100)]),
        (cue("今天天气很好", ("今天", 0, 200), ("天气", 200, 200), ("很好", 400, 200)), "天", "日", "今日日气很好", [("今", 0, 100), ("日", 100, 100), ("日", 200, 100), ("气", 300, 100), ("很好", 400, 200)]),
        (cue("我用wavereel做", ("我", 0, 100), ("用", 100, 100), ("wavereel", 200, 300), ("做", 500, 100)), "Wavereel", "Wave卷", "我用Wave卷做", [("我", 0, 100), ("用", 100, 100), ("Wave", 200, 240), ("卷", 440, 60), ("做", 500, 100)]),
        (cue("um we um go", ("um", 0, 100), ("we", 100, 100), ("um", 200, 100), ("go", 300, 100)), "um", "", "we go", [("we", 100, 100), ("go", 300, 100)]),
        (cue("no times here"), "times", "words", "no words here", []),
        (cue("waves wave", ("waves", 0, 100), ("wave", 100, 100)), "wave", "sea", "waves sea", [("waves", 0, 100), ("sea", 100, 100)]),
    ],
)  # fmt: skip
def test_a_phrase_is_replaced_and_other_words_keep_their_times(
    before: dict[str, Any], find: str, replace: str, text: str, words: Times
):
    assert said(ReplaceText(find=find, replace=replace).apply(captioned(before))) == [(text, words)]


def test_a_phrase_across_two_cues_goes_to_the_first():
    first = cue("we made Wave", ("we", 0, 300), ("made", 300, 300), ("Wave", 1000, 1000))
    second = cue("real. And more", ("real.", 0, 500), ("And", 500, 200), ("more", 700, 300), start_ms=2000)
    result = ReplaceText(find="wave real", replace="Wavereel").apply(captioned(first, second))
    assert said(result) == [
        ("we made Wavereel.", [("we", 0, 300), ("made", 300, 300), ("Wavereel.", 1000, 1000)]),
        ("And more", [("And", 500, 200), ("more", 700, 300)]),
    ]


def test_a_cue_of_which_nothing_is_left_goes_and_its_time_with_the_phrase():
    first = cue("Wave", ("Wave", 1000, 900), zz=1)
    second = cue("real", ("real", 0, 500), start_ms=2000, length_ms=700)
    result = ReplaceText(find="wave real", replace="Wavereel").apply(captioned(first, second))
    assert said(result) == [("Wavereel", [("Wavereel", 1000, 1500)])]
    assert timeline_tree(result)["t"][1]["sg"][0] | {"wd": 0} == {
        "s": 0,
        "d": 2700,
        "txt": "Wavereel",
        "zz": 1,
        "wd": 0,
    }


def test_a_phrase_of_as_many_words_stays_in_both_cues():
    first, second = cue("so wave", ("so", 0, 100), ("wave", 100, 100)), cue("real", ("real", 0, 500), start_ms=2000)
    result = ReplaceText(find="wave real", replace="Wave Reel").apply(captioned(first, second))
    assert said(result) == [("so Wave", [("so", 0, 100), ("Wave", 100, 100)]), ("Reel", [("Reel", 0, 500)])]
    han = captioned(cue("天"), cue("气好", start_ms=2000))
    assert said(ReplaceText(find="天气", replace="晴朗").apply(han)) == [("晴", []), ("朗好", [])]


def test_minimal_cues_follow_each_other_when_one_goes():
    before = captioned({"d": 1000, "txt": "um"}, {"d": 1000, "txt": "go"})
    result = ReplaceText(find="um", replace="").apply(before)
    assert timeline_tree(result)["t"][1]["sg"] == [{"s": 1000, "d": 1000, "txt": "go"}]


def test_the_first_one_only_or_one_cue_only():
    three = captioned(cue("a b a"), cue("a", start_ms=2000))
    assert [t for t, _ in said(ReplaceText(find="a", replace="x", all=False).apply(three))] == ["x b a", "a"]
    assert [t for t, _ in said(ReplaceText(find="a", replace="x").apply(three))] == ["x b x", "x"]
    assert [t for t, _ in said(ReplaceText(find="a", replace="x", target="caption#2").apply(three))] == ["a b a", "x"]


def test_a_title_can_be_corrected_too():
    title = {"tt": 7, "m": {"role": "title"}, "sg": [{"d": 900, "txt": "Urban Dreams"}]}
    before = timeline_from_tree({"t": [title], "m": {"title": "Urban Dreams"}})
    result = ReplaceText(find="dreams", replace="Nights", target="title").apply(before)
    assert (result.tracks[0].segments[0].text, result.meta.title) == ("Urban Nights", "Urban Nights")
    assert reason(ReplaceText(find="sea", replace="x", target="title"), before) == "not_in_text"


@pytest.mark.parametrize(
    ("edit", "timeline", "why"),
    [
        (ReplaceText(find="sea", replace="x"), captioned(cue("waves")), "not_in_captions"),
        (ReplaceText(find="wave", replace="x"), captioned(cue("waves")), "not_in_captions"),
        (ReplaceText(find="waves", replace="waves"), captioned(cue("waves")), "same_already"),
        (ReplaceText(find=" ", replace="x"), captioned(cue("waves")), "nothing_to_change"),
        (ReplaceText(find="x", replace="y"), captioned(), "no_words"),
        (ReplaceText(find="x", replace="y"), timeline_from_tree({"t": []}), "nothing_there"),
        (SetCueText(target="caption#1", text="waves"), captioned(cue("waves")), "same_already"),
        (SetCueText(target="caption#4", text="waves"), captioned(cue("waves")), "no_such_number"),
        (SetCueText(target="caption", text="x"), captioned(cue("a"), cue("b", start_ms=2000)), "several_there"),
        (SetCueText(target="voice", text="x"), captioned(cue("a")), "wrong_kind"),
        (MaskProfanity(), captioned(cue("waves of shitake")), "no_profanity"),
        (MaskProfanity(), captioned(), "no_words"),
        (MaskProfanity(sound=False, text=False), captioned(cue("shit")), "nothing_to_change"),
        (SetGlossary(terms={" ": "x"}), captioned(), "nothing_to_change"),
        (SetGlossary(terms={"a": "b"}), captioned(m={"glossary": {"a": "b"}}), "same_already"),
    ],
)
def test_what_cannot_be_done_says_why(edit: Edit, timeline: Timeline, why: str):
    before = timeline_tree(timeline)
    assert reason(edit, timeline) == why
    assert timeline_tree(timeline) == before


@pytest.mark.parametrize(
    ("words", "text", "after"),
    [
        ([("their", 0, 300), ("going", 300, 300), ("home", 600, 400)], "They're going home", [("They're", 0, 300), ("going", 300, 300), ("home", 600, 400)]),
        ([("a", 0, 100), ("b", 500, 100)], "a c d b", [("a", 0, 100), ("c", 100, 200), ("d", 300, 200), ("b", 500, 100)]),
        ([("a", 0, 100), ("b", 500, 100)], "b", [("b", 500, 100)]),
        ([("a", 100, 100)], "so a", [("so", 0, 100), ("a", 100, 100)]),
        ([("a", 100, 100)], "a so", [("a", 100, 100), ("so", 200, 1800)]),
        ([("hello", 0, 500), ("world", 500, 500)], "Hello, world!", [("Hello,", 0, 500), ("world!", 500, 500)]),
        ([("今天", 0, 200), ("天气", 200, 200)], "今天很天气", [("今天", 0, 200), ("很", 200, 0), ("天气", 200, 200)]),
        ([("今天", 0, 200), ("天气", 200, 200)], "明天天气", [("明", 0, 100), ("天", 100, 100), ("天气", 200, 200)]),
    ],
)  # fmt: skip
def test_words_that_stay_in_a_cue_keep_their_times(words: Times, text: str, after: Times):
    before = captioned(cue("x " + " ".join(word for word, _, _ in words), *words))
    assert said(SetCueText(target="caption#1", text=text).apply(before)) == [(text, after)]


def test_the_glossary_corrects_now_and_is_kept():
    before = captioned(cue("Shivawn met shivawn's cat"), m={"glossary": {"a": "b"}, "zz": 1})
    result = SetGlossary(terms={"Shivawn": "Siobhan", "missing": "Missing"}).apply(before)
    assert said(result)[0][0] == "Siobhan met Siobhan's cat"
    glossary = {"a": "b", "Shivawn": "Siobhan", "missing": "Missing"}
    assert timeline_tree(result)["m"] == {"glossary": glossary, "zz": 1}
    listed = SetGlossary(terms=("OpenType",)).apply(captioned(cue("opentype fonts"), m={"glossary": ["Foo"]}))
    assert said(listed)[0][0] == "OpenType fonts"
    assert timeline_tree(listed)["m"]["glossary"] == {"Foo": "Foo", "OpenType": "OpenType"}
    assert check_valid(SetGlossary(terms={"a": "b"}).apply(timeline_from_tree({"t": []})))["m"] == {
        "glossary": {"a": "b"}
    }


def test_strong_words_are_masked_in_text_and_sound():
    clips = {
        **VOICE,
        "sg": [
            {"src": "asset://f_1", "d": 2500},
            {"src": "asset://f_1", "d": 7500, "fx": [{"k": "mask", "s": 1, "d": 2}]},
        ],
    }
    first = cue("Oh shit, well", ("Oh", 0, 200), ("shit,", 200, 300), ("well", 600, 300))
    second = cue("他妈的好", ("他", 400, 200), ("妈", 600, 200), ("的", 800, 200), ("好", 1000, 200), start_ms=2000)
    before = timeline_from_tree({"t": [clips, {"tt": 7, "m": {"role": "caption"}, "sg": [first, second]}]})
    notes: list[Note] = []
    result = MaskProfanity().run(before, notes)
    assert said(result) == [
        ("Oh s***, well", [("Oh", 0, 200), ("s***,", 200, 300), ("well", 600, 300)]),
        ("***好", [("*", 400, 200), ("*", 600, 200), ("*", 800, 200), ("好", 1000, 200)]),
    ]
    sounds = timeline_tree(result)["t"][0]["sg"]
    assert sounds[0]["fx"] == [{"k": "mask", "s": 200, "d": 300}, {"k": "mask", "s": 2400, "d": 100}]
    assert sounds[1]["fx"] == [{"k": "mask", "s": 1, "d": 2}, {"k": "mask", "s": 0, "d": 500}]
    assert notes == [Note("masked", {"count": 2})]
    assert reason(MaskProfanity(), result) == "no_profanity"
    silent = MaskProfanity(text=False).apply(before)
    assert [text for text, _ in said(silent)] == ["Oh shit, well", "他妈的好"]
    assert reason(MaskProfanity(text=False), silent) == "same_already"


def test_named_words_are_masked_by_letters_where_no_word_has_a_time():
    result = MaskProfanity(words=("hell",)).apply(captioned(cue("what hell", start_ms=1000, length_ms=900)))
    assert said(result) == [("what h***", [])]
    assert timeline_tree(result)["t"][0]["sg"][0]["fx"] == [{"k": "mask", "s": 1500, "d": 400}]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("so it goes", ["so", "it", "goes"]),
        ("今天，天气很好！", ["今", "天，", "天", "气", "很", "好！"]),
        ("用Wavereel做，“好”。", ["用", "Wavereel", "做，", "“好”。"]),
        ("你好，world 42", ["你", "好，", "world", "42"]),
        ("สวัสดี", ["ส", "วั", "ส", "ดี"]),
        ("…", ["…"]),
        ("", []),
    ],
)
def test_what_a_word_is(text: str, words: list[str]):
    assert split_words(text) == words


def test_words_are_joined_as_their_script_has_it():
    assert join_words(["用", "Wave", "reel", "做，", "ok"]) == "用Wave reel做，ok"


@given(st.text(alphabet="aA bé\n今天,.'’İßſ", max_size=30), st.sampled_from(["a", "a b", "今天", "é", "'", "ß a", "i"]))
def test_a_phrase_is_found_where_a_plain_search_finds_it(text: str, phrase: str):
    spans = find_phrases(text, phrase)
    assert all(start < stop for start, stop in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    if phrase in text.split():
        assert spans


TEXTS = st.lists(st.sampled_from([*WORDS, "new", ",", "\n"]), max_size=5).map(" ".join)
PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
TARGETS = st.sampled_from(["caption", "caption#1", "caption#2", "title", "text", "voice"])
EDITS = st.one_of(
    st.builds(lambda f, r, t, a: ReplaceText(find=f, replace=r, target=t, all=a), PHRASES, TEXTS, TARGETS, st.booleans()),
    st.builds(lambda t, x: SetCueText(target=t, text=x or "x"), TARGETS, TEXTS),
    st.builds(lambda terms: SetGlossary(terms=terms), st.dictionaries(PHRASES, TEXTS, min_size=1, max_size=3)),
    st.builds(lambda w, s, t: MaskProfanity(words=w, sound=s, text=t), st.none() | st.tuples(PHRASES), st.booleans(), st.booleans()),
)  # fmt: skip


@given(timeline=timelines(must=("caption",)), edit=EDITS)
def test_edits_of_what_is_said_leave_a_valid_draft_and_everything_else(timeline: Timeline, edit: Edit):
    before = timeline_tree(timeline)
    try:
        result = edit.apply(timeline)
    except EditError as error:
        assert error.reason
        assert timeline_tree(timeline) == before
        return
    after = check_valid(result)
    assert after != before
    assert result.length == timeline.length
    if isinstance(edit, MaskProfanity):
        assert unknown_values(after) == unknown_values(before)
    if isinstance(edit, SetGlossary | MaskProfanity):
        assert [t for t in result.tracks if t.role in ("title", "waveform", "bgm")] == [
            t for t in timeline.tracks if t.role in ("title", "waveform", "bgm")
        ]
    check_kept_words(timeline, result, edit)


def check_kept_words(before: Timeline, after: Timeline, edit: Edit) -> None:
    """A word is where it was, or it lies within the time of words that went."""
    starts = {
        start_ms + word.start_ms
        for track in before.with_role("caption")
        for start_ms, segment in track.placed()
        for word in segment.words or ()
    }
    for track in after.with_role("caption"):
        for start_ms, segment in track.placed():
            for word in segment.words or ():
                if isinstance(edit, MaskProfanity):
                    assert start_ms + word.start_ms in starts
                assert word.start_ms + word.length_ms <= segment.length_ms or isinstance(edit, SetCueText)


@given(timeline=timelines(roles=("caption",), must=("caption",)), find=st.sampled_from(WORDS))
def test_untouched_words_are_the_same_objects(timeline: Timeline, find: str):
    try:
        result = ReplaceText(find=find, replace="zebra").apply(timeline)
    except EditError:
        return
    old = [(c.text, list(c.words or ())) for t in timeline.with_role("caption") for c in t.segments]
    new = [(c.text, list(c.words or ())) for t in result.with_role("caption") for c in t.segments]
    assert len(old) == len(new)
    for (_, before), (text, after) in zip(old, new, strict=True):
        assert len(before) == len(after) or any("今" in word.text or "很" in word.text for word in before)
        assert find.lower() not in [word.lower().strip(",!") for word in (text or "").split()]
        if len(before) == len(after):
            for left, right in zip(before, after, strict=True):
                assert left is right or "zebra" in right.text
                assert (left.start_ms, left.length_ms) == (right.start_ms, right.length_ms)
