"""The judge of the evaluation set, on made-up turns."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.agent.evaluation import run as script
from tests.agent.evaluation.bases import base
from tests.agent.evaluation.judge import Case, Result, failures_by_intent, judge, language_of, load_cases, report, same
from tests.agent.evaluation.places import shown_at, value_at

from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.model import Timeline

Tree = dict[str, Any]
Edit = Callable[[Tree], None]


@dataclass
class FakeTurn:
    timeline: Timeline
    reply: str = "Done."
    changes: list[Any] = field(default_factory=list)
    questions: list[Any] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)
    action: str | None = None


def nothing(tree: Tree) -> None:
    pass


def edited(timeline: Timeline, edit: Edit) -> Timeline:
    tree = timeline_tree(timeline)
    edit(tree)
    return timeline_from_tree(tree)


def track(tree: Tree, role: str) -> Tree:
    return next(track for track in tree["t"] if track["m"]["role"] == role)


def first(tree: Tree, role: str) -> Tree:
    return track(tree, role)["sg"][0]


def judged(expect: Tree, edit: Edit = nothing, *, name: str = "music", **turn: Any) -> list[str]:
    """What fails of `expect` where `say` does this edit and gives this turn."""

    def fake(timeline: Timeline, history: tuple[str, ...], say: str) -> tuple[Timeline, FakeTurn]:
        assert (history, say) == (("before",), "now")
        return timeline, FakeTurn(edited(timeline, edit), **turn)

    return judge(Case("x-1", "title.add", name, "now", expect, ("before",)), fake)


def setting(role: str, **keys: Any) -> Edit:
    return lambda tree: first(tree, role).update(keys)


def test_a_turn_that_meets_everything_passes():
    expect = {"bgm.vol": 0.35, "m.width": 1920, "title": True, "sfx": False, "d": 120_030, "waveform.x": None}
    assert judged(expect, setting("bgm", vol=0.35)) == []


def test_a_failure_says_what_is_there_what_was_and_what_is_wanted():
    assert judged({"bgm.vol": 0.35}, setting("bgm", vol=0.4)) == ["bgm.vol: 0.4, before 0.3, wanted 0.35"]
    assert judged({"waveform.x.y": 0.5}) == ["waveform.x.y: nothing, before nothing, wanted 0.5"]


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (0.3505, 0.35, True),
        (0.352, 0.35, False),
        (1, True, False),
        (0, False, False),
        (None, False, False),
        ("#0A0", "#00aa00", True),
        ("#0a0f", "#00AA00", True),
        ("#00AA0080", "#00aa00", False),
        ("#FFD700", "#ffd700ff", True),
        ("Night", "night", False),
        ([1, {"k": "zoom"}], [1.0, {"k": "zoom"}], True),
        ([1], [1, 2], False),
    ],
)
def test_equal_values(one: Any, other: Any, equal: bool):
    assert same(one, other) is equal


@pytest.mark.parametrize(
    ("wanted", "value", "passes"),
    [
        ({"rel": "<"}, 0.2, True),
        ({"rel": "<"}, 0.3, False),
        ({"rel": "<"}, 0.4, False),
        ({"rel": ">"}, 0.4, True),
        ({"rel": ">"}, 0.3, False),
        ({"rel": "="}, 0.3, True),
        ({"rel": "="}, 0.31, False),
        ({"times": 0.501}, 0.1503, True),
        ({"times": 0.501}, 0.1517, True),
        ({"times": 0.501}, 0.16, False),
        ({"plus": 0.2}, 0.5, True),
        ({"plus": 0.2}, 0.2, False),
        ({"min": 0.2, "max": 0.4}, 0.4, True),
        ({"min": 0.2, "max": 0.4}, 0.5, False),
        ({"min": 0.2, "max": 0.4}, 0.1, False),
        ({"rel": "<", "min": 0.1}, 0.05, False),
        ({"any": [0.5, 0.6]}, 0.6, True),
        ({"any": [0.5, 0.6]}, 0.7, False),
        ({"any": [{"rel": "<"}, 1]}, 0.1, True),
        ({"not": 0.3}, 0.4, True),
        ({"not": 0.3}, 0.3, False),
        ({"not": None}, 0.3, True),
        ({"not": {"rel": ">"}}, 0.4, False),
    ],
)
def test_operators(wanted: Tree, value: float, passes: bool):
    assert (judged({"bgm.vol": wanted}, setting("bgm", vol=value)) == []) is passes


def test_parts_of_texts():
    assert judged({"title.txt": {"has": "Shift"}}) == []
    assert judged({"title.txt": {"has": "shift"}})
    assert judged({"bgm.vol": {"has": "3"}})


def test_lengths_by_difference():
    def cut(tree: Tree) -> None:
        tree["d"] -= 10_000

    assert judged({"d": {"plus": -10_000}, "voice.d": {"rel": "="}}, cut) == []


def test_texts_and_absent_keys_stay_equal():
    assert judged({"title.txt": {"rel": "="}, "title.st.pos": {"rel": "="}, "title": {"rel": "="}}) == []
    assert judged({"title.txt": {"rel": "="}}, setting("title", txt="Other"))


def test_a_key_that_is_absent_counts_as_what_shows():
    wave = {"x": 0.5, "y": 0.5, "w": 0.9, "h": 0.9}
    assert judged({"waveform.x.h": {"rel": ">"}}, setting("waveform", x=wave)) == []
    assert judged({"waveform.x.h": {"rel": "<"}}, setting("waveform", x=wave))
    assert judged({"voice.vol": {"times": 0.501}}, setting("voice", vol=0.501)) == []
    assert judged({"voice.sp": {"rel": ">"}}, setting("voice", sp=1.25)) == []
    assert judged({"voice.vol": {"rel": "<"}})
    assert shown_at(base("podcast"), "background.x.w") == 1
    assert shown_at(base("podcast"), "overlay.x.y") < 0.5
    assert shown_at(base("podcast"), "title.x.nothing") is None


def test_styles_are_the_segments_over_the_tracks():
    def style(tree: Tree) -> None:
        track(tree, "title")["st"] |= {"c": "#111", "fs": 80}
        first(tree, "title")["st"] = {"c": "#FFD700"}

    assert judged({"title.st.c": "#ffd700", "title.st.fs": 80, "title.0.st.fs": {"rel": "<"}}, style) == []


def test_what_a_track_states_holds_for_its_segments():
    def quiet(tree: Tree) -> None:
        track(tree, "bgm").update(mu=True, hid=True, vol=0.1)
        del first(tree, "bgm")["vol"]

    assert judged({"bgm.mu": True, "bgm.hid": True, "bgm.vol": 0.1, "caption.m.look": "karaoke"}, quiet) == []
    assert judged({"bgm.vol": 0.3}, lambda tree: track(tree, "bgm").update(vol=0.1)) == []


def test_segments_are_counted_in_time_over_all_tracks():
    def early(tree: Tree) -> None:
        title = track(tree, "title")
        tree["t"].append(
            title | {"id": "more", "sg": [title["sg"][0] | {"id": "early", "s": 20_000, "txt": "Between"}]}
        )

    expect = {"title.count": 3, "title.0.txt": "Part One", "title.1.txt": "Between", "title.2.txt": "Part Two"}
    assert judged(expect | {"title.txt": "Part One", "title.3.txt": None, "title.3": None}, early, name="titles") == []


def test_a_pending_track_is_there():
    video = base("video")
    assert value_at(video, "caption") is True
    assert value_at(video, "caption.count") == 0
    assert value_at(video, "caption.m.look") == "boxed"
    assert value_at(video, "caption.st.fs") == 60
    assert value_at(video, "caption.0.txt") is None


def test_generated_media_are_counted():
    def generate(tree: Tree) -> None:
        stars = {"d": 9000, "g": {"k": "pattern", "sty": "stars"}}
        tree["t"].append({"tt": 0, "m": {"role": "background"}, "sg": [stars]})

    assert judged({"media.generated": {"plus": 1}}, generate) == []


def test_nothing_stands_at_what_is_no_place():
    with pytest.raises(ValueError, match="no place"):
        value_at(base("bare"), "titel.txt")


def test_unchanged_looks_at_the_whole_tree():
    assert judged({"unchanged": True}) == []
    assert judged({"unchanged": True}, lambda tree: tree.update(rev=1), changes=[{"op": "nudge"}]) == [
        "unchanged: the draft changed (nudge)"
    ]
    assert judged({"unchanged": True}, setting("bgm", own_key=1))
    assert judged({"unchanged": False}) == ["unchanged: the draft is as it was"]


def test_questions_and_refusals():
    assert judged({"asks": True, "refuses": False}, questions=["which?"]) == []
    assert judged({"asks": True}) == ["asks: 0 questions"]
    assert judged({"refuses": True}, refused=["no"]) == []
    assert judged({"refuses": True}) == ["refuses: 0 refusals"]


def test_answers():
    assert judged({"answers": True}, reply="Two minutes.") == []
    assert judged({"answers": True}, reply=" ") == ["answers: no reply"]
    assert judged({"answers": True}, questions=["?"], refused=["no"]) == ["answers: it asks, it refuses"]
    assert judged({"answers": True}, setting("bgm", vol=1)) == ["answers: the draft changed (no edit named)"]


def test_actions():
    assert judged({"action": "export"}, action="export") == []
    assert judged({"action": None}) == []
    assert judged({"action": None}, action="export") == ['action: "export", wanted nothing']


def test_replies():
    assert judged({"reply_has": ["120", "SECONDS"]}, reply="It is 120 seconds long.") == []
    assert judged({"reply_has": ["120", "min"]}, reply="It is 120 s") == ['reply_has: the reply lacks ["min"]']
    assert judged({"names": ["frobnicate"]}, reply="I don't know “Frobnicate”.") == []
    assert judged({"names": ["frobnicate"]})
    assert judged({"reply_lang": "en"}) == []
    assert judged({"reply_lang": "zh"}) == ["reply_lang: the reply is en"]


@pytest.mark.parametrize(
    ("reply", "lang"),
    [
        ("The title is “夜班电台，第二期，很长的标题” now.", "en"),
        ("标题改成了《Night Shift and all that follows it》。", "zh"),
        ("音乐 lofi 的音量从 30% 改为 35%。", "zh"),
        ("用了 talk.mp3。", "zh"),
        ("Done: 竖屏 is 9:16.", "en"),
        ("42", None),
        ("", None),
    ],
)
def test_languages(reply: str, lang: str | None):
    assert language_of(reply) == lang


def line(**more: Any) -> str:
    tree = {"id": "en-1", "intent": "title.add", "base": "podcast", "say": "secret", "expect": {"title": True}}
    return json.dumps(tree | more, ensure_ascii=False)


def test_cases_are_loaded(tmp_path: Path):
    path = tmp_path / "zh-held-out.jsonl"
    path.write_text(f"{line(history=['a'], media=['beach.mp4'])}\n\n{line(id='en-2')}\n", encoding="utf-8")
    one, two = load_cases(path)
    assert (one.lang, one.held_out, one.area, one.history, one.media) == ("zh", True, "title", ("a",), ("beach.mp4",))
    assert two.history == ()
    assert timeline_tree(one.timeline())["video_infos"][-1]["filename"] == "beach.mp4"
    (tmp_path / "en-tuned.jsonl").write_text(line(), encoding="utf-8")
    (tuned,) = load_cases(tmp_path / "en-tuned.jsonl")
    assert (tuned.lang, tuned.held_out) == ("en", False)


@pytest.mark.parametrize(
    "bad",
    [
        "secret",
        "[]",
        line(secret=1),
        line(id=1),
        line(base="podcats"),
        line(intent="tilte.add"),
        line(intent="title"),
        line(history="secret"),
        line(media=["secret"]),
        line(expect={}),
        line(expect={"titel": True}),
        line(expect={"bgm.vol": {"rel": ">="}}),
        line(expect={"bgm.vol": {"min": "secret"}}),
        line(expect={"bgm.vol": {"min": 1, "secret": 2}}),
        line(expect={"bgm.vol": {"any": 1}}),
        line(expect={"action": "secret"}),
        line(expect={"asks": "secret"}),
        line(expect={"names": "secret"}),
    ],
)
def test_lines_that_are_no_cases_are_named_by_number(tmp_path: Path, bad: str):
    path = tmp_path / "en-held-out.jsonl"
    path.write_text(f"{line(id='en-0')}\n{bad}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="^en-held-out.jsonl:2: "):
        load_cases(path)


def test_an_id_is_used_once(tmp_path: Path):
    path = tmp_path / "en-tuned.jsonl"
    path.write_text(f"{line()}\n{line()}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="used before"):
        load_cases(path)


def results() -> list[Result]:
    def case(intent: str, lang: str, *, held_out: bool) -> Case:
        return Case("x", intent, "bare", "secret", {}, lang=lang, held_out=held_out)

    return [
        Result(case("title.add", "en", held_out=False)),
        Result(case("title.style", "en", held_out=False), ["x"]),
        Result(case("title.add", "zh", held_out=True)),
        Result(case("make.default", "zh", held_out=True), ["y"]),
    ]


def test_the_report():
    assert report(results()).splitlines() == [
        "| intent | en tuned | zh tuned | en held out | zh held out | tuned | held out | all |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| `make` |  |  |  | 0.0 % (0/1) |  | 0.0 % (0/1) | 0.0 % (0/1) |",
        "| `title` | 50.0 % (1/2) |  |  | 100.0 % (1/1) | 50.0 % (1/2) | 100.0 % (1/1) | 66.7 % (2/3) |",
        "| **all** | 50.0 % (1/2) |  |  | 50.0 % (1/2) | 50.0 % (1/2) | 50.0 % (1/2) | 50.0 % (2/4) |",
    ]
    assert failures_by_intent(results()) == {"title.style": 1, "make.default": 1}


class FakeTalk:
    """Mutes the music, raises where it is told to break, and keeps what was said."""

    heard: list[str]

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline

    def say(self, text: str) -> FakeTurn:
        if text == "break":
            raise ZeroDivisionError(text)
        self.timeline = edited(self.timeline, lambda tree: tree.update(rev=tree.get("rev", 0) + 1))
        return FakeTurn(self.timeline, f"heard {text}", changes=[{"op": "set_rev"}])


def write_set(folder: Path) -> list[str]:
    tuned, held_out = folder / "en-tuned.jsonl", folder / "en-held-out.jsonl"
    tuned.write_text(
        "\n".join(
            [
                line(id="en-1", say="open one", history=["first"], expect={"unchanged": False}),
                line(id="en-2", say="open two", history=["first"], expect={"unchanged": True}),
                line(id="en-3", say="break"),
            ]
        ),
        encoding="utf-8",
    )
    held_out.write_text(line(id="held-1", intent="sound.fade", expect={"sfx": True}), encoding="utf-8")
    return [str(tuned), str(held_out)]


def test_the_script_shows_failures_but_no_held_out_sentence(tmp_path: Path, capsys):
    page = tmp_path / "evaluation.md"
    assert script.main([*write_set(tmp_path), "--failures", "--write", str(page)], FakeTalk) == 0
    out = capsys.readouterr().out
    assert "en-1 " not in out
    assert "en-2 [title.add] on podcast: open two\n    after: first\n    failed unchanged: the draft changed" in out
    assert "    ops: set_rev\n    reply: heard open two\n" in out
    assert "en-3 [title.add] on podcast: break\n    failed raised ZeroDivisionError: break\n" in out
    assert "held out, failed 1 of 1: sound.fade 1\n" in out
    assert "secret" not in out
    assert "held-1" not in out
    assert "| **all** | 33.3 % (1/3) |" in out
    assert "CPU of a message, 5 messages: median " in out
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Evaluation")
    assert "33.3 % (1/3)" in text
    assert "secret" not in text


def test_the_script_shows_held_out_failures_when_told_to(tmp_path: Path, capsys):
    assert script.main([*write_set(tmp_path), "--failures", "--show-held-out"], FakeTalk) == 0
    assert "held-1 [sound.fade] on podcast: secret" in capsys.readouterr().out


def test_the_script_names_what_it_cannot_read(tmp_path: Path, capsys):
    assert script.main([str(tmp_path / "none.jsonl")], FakeTalk) == 2
    assert "none.jsonl" in capsys.readouterr().err
