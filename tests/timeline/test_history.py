"""Revisions, undo and redo, and the file that they are kept in."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.test_build import FakeCue, build

from wavereel.errors import EditError, LimitError
from wavereel.timeline import history as history_module
from wavereel.timeline.codec import encode_draft, timeline_from_tree, timeline_tree
from wavereel.timeline.edits.surgery import changed, with_meta
from wavereel.timeline.edits.whole import Build, GoTo, Redo, Reset, Undo
from wavereel.timeline.history import MAX_REVISIONS, History, history_lines, read_history
from wavereel.timeline.model import Timeline


def bare(timeline: Timeline) -> bytes:
    """The draft's bytes without `rev`."""
    tree = timeline_tree(timeline)
    tree.pop("rev", None)
    return encode_draft(timeline_from_tree(tree))


def titled(timeline: Timeline, title: str) -> Timeline:
    return with_meta(timeline, title=title)


def grown(*titles: str, start: Timeline | None = None) -> History:
    history = History.of(start or build(cues=[FakeCue("so it goes", 1000, 2500)]))
    for title in titles:
        history = history.accept(titled(history.timeline, title), [{"op": "set_title", "title": title}], "title", title)
    return history


def now(history: History) -> str | None:
    return history.timeline.meta.title


def test_every_accepted_change_raises_the_revision_by_one():
    history = grown("a", "b")
    assert [one.number for one in history.revisions] == [0, 1, 2]
    assert [one.timeline.revision for one in history.revisions] == [0, 1, 2]
    assert history.present.ops == ({"op": "set_title", "title": "b"},)
    assert (history.present.focus, history.present.message, history.present.turn) == ("title", "b", "edit")


def test_a_revision_that_the_draft_brought_goes_on():
    assert grown("a", start=changed(build(), revision=7)).timeline.revision == 8
    assert grown("a", start=timeline_from_tree({"t": []})).timeline.revision == 1


def test_an_edit_is_kept_as_op_and_fields_that_were_set():
    history = History.of(timeline_from_tree({"t": []})).accept(timeline_from_tree({"t": []}), [Build(captions=False)])
    assert history.present.ops == ({"op": "build", "captions": False},)


def test_undo_gives_the_earlier_bytes_except_rev():
    history = grown("a", "b")
    undone = history.undo()
    assert bare(undone.timeline) == bare(history.revisions[1].timeline)
    assert (undone.timeline.revision, undone.present.of, undone.present.turn) == (3, 1, "undo")


def test_undo_after_undo_goes_further_back():
    history = grown("a", "b", "c").undo().undo()
    assert now(history) == "a"
    assert now(history.undo()) == "Why We Still Read Sonnets"
    with pytest.raises(EditError) as error:
        history.undo(2)
    assert error.value.reason == "nothing_to_undo"


def test_redo_walks_forward_again():
    history = grown("a", "b", "c").undo(3)
    assert (history.undo_steps, history.redo_steps) == (0, 3)
    history = history.redo().redo()
    assert (now(history), history.timeline.revision) == ("b", 6)
    with pytest.raises(EditError) as error:
        history.redo(2)
    assert error.value.reason == "nothing_to_redo"


def test_an_edit_after_an_undo_cuts_what_could_be_redone():
    history = grown("a", "b").undo()
    history = history.accept(titled(history.timeline, "c"))
    assert history.redo_steps == 0
    assert now(history.undo()) == "a"


def test_start_over_and_back():
    history = grown("a", "b")
    again = history.reset("start over")
    assert bare(again.timeline) == bare(history.first.timeline)
    assert (again.present.of, again.timeline.revision) == (0, 3)
    assert now(again.undo()) == "b"
    with pytest.raises(EditError):
        again.reset()


def test_an_earlier_revision_again():
    history = grown("a", "b", "c").go_to(1)
    assert (now(history), history.timeline.revision) == ("a", 4)
    assert now(history.undo()) == "c"
    for number, reason in ((99, "no_such_revision"), (4, "same_already"), (1, "same_already")):
        with pytest.raises(EditError) as error:
            history.go_to(number)
        assert error.value.reason == reason


def test_the_blue_one():
    history = grown("blue 1", "blue 2", "red")
    found = history.find(lambda one: "blue" in (one.timeline.meta.title or ""))
    assert found is not None and found.number == 2
    assert history.find(lambda one: one.timeline.meta.title == "red") is None


def test_edits_of_a_history():
    history = grown("a", "b", "c")
    assert now(history.turned(Undo(steps=2))) == "a"
    assert now(history.turned(Undo(steps=2)).turned(Redo())) == "b"
    assert now(history.turned(GoTo(revision=2))) == "b"
    assert now(history.turned(Reset())) == "Why We Still Read Sonnets"


def test_it_is_what_was_touched_last_before():
    history = History.of(build())
    history = history.accept(titled(history.timeline, "a"), focus="title").accept(history.timeline, focus="bgm")
    assert history.undo().present.focus == "title"


def test_only_the_latest_are_kept_and_the_first():
    history = grown(*map(str, range(MAX_REVISIONS + 50)))
    assert len(history.revisions) == len(history.path) == MAX_REVISIONS
    assert history.undo_steps == MAX_REVISIONS - 1
    assert now(history.reset()) == "Why We Still Read Sonnets"


def test_a_draft_that_something_else_changed():
    history = grown("a")
    assert history.resumed(history.timeline) is history
    elsewhere = changed(titled(history.timeline, "z"), revision=9)
    resumed = history.resumed(elsewhere)
    assert (now(resumed), resumed.timeline.revision, now(resumed.undo())) == ("z", 9, "a")


# the file


def saved(history: History) -> bytes:
    return b"".join(history_lines(history))


def assert_same(one: History, other: History) -> None:
    assert [r.number for r in one.revisions] == [r.number for r in other.revisions]
    for mine, theirs in zip(one.revisions, other.revisions, strict=True):
        assert encode_draft(mine.timeline) == encode_draft(theirs.timeline)
        assert (mine.ops, mine.focus, mine.message, mine.of) == (theirs.ops, theirs.focus, theirs.message, theirs.of)
    assert (one.undo_steps, one.redo_steps) == (other.undo_steps, other.redo_steps)
    assert [r.number for r in one.path] == [r.number for r in other.path]


HISTORIES = {
    "edits": grown("a", "b"),
    "undone": grown("a", "b", "c").undo(2),
    "redone": grown("a", "b", "c").undo(2).redo(),
    "cut": grown("a", "b").undo().accept(titled(build(), "c")),
    "reset": grown("a", "b").reset("again"),
    "reset and undone": grown("a", "b").reset().undo(),
    "gone to": grown("a", "b", "c").go_to(1).undo().redo(),
    "minimal": grown("a", start=timeline_from_tree({"t": [{"tt": 7, "sg": [{"d": 1, "txt": "字"}]}], "x": {"y": [1]}})),
    "started": grown(),
    "long": grown(*map(str, range(MAX_REVISIONS + 20))),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_a_saved_history_is_read_back(name: str):
    history = HISTORIES[name]
    read = read_history(saved(history))
    assert read is not None
    assert_same(history, read)


def test_unknown_keys_come_back_in_their_order():
    tree = {"t": [{"tt": 7, "sg": [{"d": 1, "txt": "x", "zz": 1, "aa": {"b": [2]}}], "q": 1}], "zz": 1, "aa": 2}
    history = History.of(timeline_from_tree(tree))
    read = read_history(saved(history))
    assert read is not None
    assert encode_draft(read.timeline) == encode_draft(history.timeline)


def test_saving_after_an_edit_appends_only_what_is_new():
    history = grown("a")
    data = saved(history)
    later = history.accept(titled(history.timeline, "b"), message="call it b")
    added = list(history_lines(later, after=history.present.number))
    assert len(added) == 1
    assert json.loads(added[0])["said"] == "call it b"
    read = read_history(data + added[0])
    assert read is not None
    assert_same(later, read)


def test_a_track_that_changed_is_added_and_the_others_are_not():
    history = grown("a")
    tracks = tuple(changed(t, muted=True) if t.role == "voice" else t for t in history.timeline.tracks)
    later = history.accept(changed(history.timeline, tracks=tracks))
    kinds = [next(iter(json.loads(line))) for line in history_lines(later, after=1)]
    assert kinds == ["track", "rev"]
    assert [json.loads(line)["turn"] for line in history_lines(later.undo(), after=2)] == ["undo"]
    read = read_history(saved(history) + b"".join(history_lines(later.undo(), after=1)))
    assert read is not None
    assert_same(later.undo(), read)


def test_what_was_read_shares_its_tracks():
    read = read_history(saved(grown("a", "b")))
    assert read is not None
    assert read.revisions[0].timeline.tracks[0] is read.revisions[2].timeline.tracks[0]


def test_nothing_to_read():
    assert read_history(b"") is None
    assert read_history(b"{}\n[]\nnull\n\xff\xfe\n" + b"[" * 100_000) is None


def test_too_large(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(history_module, "MAX_DRAFT_BYTES", 1000)
    with pytest.raises(LimitError):
        read_history(saved(grown("a")))


@pytest.mark.parametrize(
    "line",
    [b"", b"hello", b"{", b"null", b'{"track": 3}', b'{"track": "0", "body": {}}', b'{"rev": 99}', b'{"rev": true}',
     b'{"rev": 99, "turn": "edit", "draft": {}, "tracks": [1], "ops": []}',
     b'{"rev": 99, "turn": "edit", "draft": {"d": -1}, "tracks": [], "ops": []}',
     b'{"rev": 99, "turn": "fly", "draft": {"rev": 99}, "tracks": [], "ops": []}',
     b'{"rev": 99, "turn": "edit", "draft": {"rev": 99, "m": {"x": NaN}}, "tracks": [], "ops": []}',
     b'{"rev": 99, "turn": "edit", "draft": {"rev": 99}, "tracks": [], "ops": ["x"]}',
     b'{"rev": 99, "turn": "edit", "draft": {"rev": 98}, "tracks": [], "ops": []}',
     b'{"rev": 99, "of": [], "turn": "undo", "draft": {"rev": 99}, "tracks": [], "ops": []}'],
)  # fmt: skip
def test_foreign_lines_are_skipped(line: bytes):
    history = grown("a", "b").undo()
    lines = saved(history).splitlines(keepends=True)
    for place in (0, len(lines) // 2, len(lines)):
        read = read_history(b"".join([*lines[:place], line + b"\n", *lines[place:]]))
        assert read is not None
        if place:
            assert_same(history, read)


def test_a_revision_that_does_not_rise_is_skipped():
    history = grown("a", "b")
    read = read_history(saved(history) + b'{"rev": 2, "turn": "edit", "draft": {"rev": 2}, "tracks": [], "ops": []}\n')
    assert read is not None
    assert_same(history, read)


def test_a_damaged_line_costs_its_revision_only():
    history = grown("a", "b", "c")
    lines = saved(history).splitlines(keepends=True)
    (place,) = (n for n, line in enumerate(lines) if line.startswith(b'{"rev":2'))
    read = read_history(b"".join([*lines[:place], lines[place][:40] + b"\n", *lines[place + 1 :]]))
    assert read is not None
    assert [one.number for one in read.revisions] == [0, 1, 3]
    assert now(read.undo()) == "a"


@given(st.integers(0, 2**32), st.integers(1, 12))
def test_damage_never_crashes(seed: int, count: int):
    dice = random.Random(seed)
    data = bytearray(saved(HISTORIES["gone to"]))
    for _ in range(count):
        place = dice.randrange(len(data))
        match dice.randrange(4):
            case 0:
                data[place] = dice.randrange(256)
            case 1:
                del data[place : place + dice.randrange(1, 400)]
            case 2:
                data[place:place] = bytes(dice.randrange(256) for _ in range(dice.randrange(1, 30)))
            case _:
                data[place:place] = data[dice.randrange(len(data)) :][: dice.randrange(1, 2000)]
    read = read_history(bytes(data))
    if read is not None:
        encode_draft(read.timeline)
        if read.undo_steps:
            encode_draft(read.undo().timeline)


@given(st.lists(st.sampled_from(["edit", "undo", "redo", "reset", "go_to", "save"]), max_size=25), st.integers(0, 999))
def test_any_walk_is_read_back_and_undone_exactly(walk: list[str], seed: int):
    dice = random.Random(seed)
    history = grown()
    data, last = saved(history), 0
    for step in walk:
        number = history.present.number
        try:
            match step:
                case "edit":
                    history = history.accept(titled(history.timeline, str(number)))
                    assert bare(history.undo().timeline) == bare(history.path[history.cursor - 1].timeline)
                case "undo":
                    history = history.undo()
                case "redo":
                    history = history.redo()
                case "reset":
                    history = history.reset()
                case "go_to":
                    history = history.go_to(dice.randrange(number + 1))
                case _:
                    data, last = data + b"".join(history_lines(history, after=last)), history.present.number
        except EditError:
            continue
        if step != "save":
            assert history.timeline.revision == history.present.number == number + 1
    read = read_history(data + b"".join(history_lines(history, after=last)))
    assert read is not None
    assert_same(history, read)
