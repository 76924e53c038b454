"""Messages done by a process that knows nothing but what it is told."""

import json

import pytest
from tests.agent.llm.scripted import NOWHERE as ANYWHERE
from tests.agent.llm.scripted import Script
from tests.service.tasks.room import Room

from wavereel.agent.llm.planner import LanguageModelPlanner
from wavereel.errors import DraftError, LimitError
from wavereel.service.tasks.turn import REMEMBERED
from wavereel.timeline.history import read_history


def test_a_message_makes_a_revision(talk_room):
    assert talk_room.rev == 1
    draft = json.loads(talk_room.draft)
    assert draft["rev"] == 1
    assert "video_infos" not in draft
    result = talk_room.say("make it vertical")
    assert result["changed"]
    assert result["rev"] == 2
    assert not result["whole"]
    assert [edit["op"] for edit in result["changes"]] == ["set_ratio"]
    assert result["canvas"] == {"width": 1080, "height": 1920, "fps": 30, "ratio": "9:16"}
    assert "1080x1920" in result["reply"]
    assert [revision.number for revision in read_history(talk_room.history).revisions] == [0, 1, 2]


def test_a_question_changes_nothing(talk_room):
    result = talk_room.say("what is on the timeline?")
    assert not result["changed"]
    assert result["rev"] == 1
    assert result["lines"] == b""


def test_no_path_leaves_the_process(room, talk_sound, tmp_path):
    room.put(talk_sound, "talk.wav")
    seen = [room.say(message) for message in ("make a video", "add music", "undo", "make the title 'Hi'")]
    for result in seen:
        text = json.dumps({key: value for key, value in result.items() if not isinstance(value, bytes)})
        for told in (text, result["draft"].decode(), result["lines"].decode()):
            assert str(tmp_path) not in told
            assert "file:" not in told


def test_undo_reaches_back_over_processes(talk_room):
    first = json.loads(talk_room.draft)
    for message in ("make it vertical", "add music", "make the waveform red"):
        talk_room.say(message)
    talk_room.say("undo 3 steps")
    last = json.loads(talk_room.draft)
    assert last.pop("rev") == 5
    assert first.pop("rev") == 1
    assert last == first


@pytest.mark.parametrize("fresh", [False, True])
def test_a_question_is_answered_in_the_next_process(room, talk_sound, tmp_path, fresh):
    room.put(talk_sound, "talk.wav")
    room.say("make a video")
    asked = room.say("bigger")
    if not asked["questions"]:
        asked = room.say("make it smaller")
    assert asked["questions"]
    assert not asked["changed"]
    choices = asked["questions"][0]["choices"]
    if fresh:  # what is remembered survives as JSON, as in the store
        room.asked = json.loads(json.dumps(room.asked))
    answered = room.say("the second one")
    assert answered["changed"]
    assert choices[1].split()[-1] in answered["reply"]


def test_a_correction_is_about_the_message_before(talk_room):
    talk_room.say("make the waveform red")
    result = talk_room.say("no, blue")
    assert result["changed"]
    color = next(
        segment["g"]["c"]
        for track in json.loads(talk_room.draft)["t"]
        for segment in track["sg"]
        if segment.get("g", {}).get("k") == "waveform"
    )
    assert color == "#0000ff" or "blue" in result["reply"]
    assert "red" in result["reply"]


def test_as_much_is_remembered_as_is_of_use(talk_room):
    for number in range(REMEMBERED + 2):
        talk_room.say(f"title 'Number {number}'")
    turns = talk_room.asked["turns"]
    assert len(turns) == REMEMBERED
    assert turns[-1]["text"] == f"title 'Number {REMEMBERED + 1}'"


def test_media_that_came_later_are_not_in_what_was_asked_before(room, talk_sound, tmp_path):
    room.put(talk_sound, "talk.wav")
    room.say("make a video")
    before = room.asked["turns"][-1]["hand"]
    room.put(talk_sound, "again.wav")
    assert before == room.asked["turns"][-1]["hand"]
    assert room.say("make the waveform red")["changed"]


@pytest.mark.promise("SESSION-LANGUAGE")
def test_the_language_is_the_sessions_until_a_message_shows_another(talk_room):
    talk_room.asked = None
    talk_room.language = "zh-CN"
    assert talk_room.say("9:16")["lang"] == "zh"
    assert talk_room.say("make the waveform red")["lang"] == "en"
    assert talk_room.say("16:9")["lang"] == "en"
    assert talk_room.say("把波形变成蓝色")["lang"] == "zh"
    assert talk_room.say("1:1")["lang"] == "zh"


@pytest.mark.promise("SESSION-LANGUAGE")
def test_an_unsupported_language_is_english(talk_room):
    talk_room.asked = None
    talk_room.language = "ja"
    assert talk_room.say("9:16")["lang"] == "en"


def test_a_draft_without_its_history_begins_anew(talk_room):
    talk_room.history = b""
    result = talk_room.say("make it vertical")
    assert result["whole"]
    assert result["rev"] == 2
    talk_room.say("undo")
    assert json.loads(talk_room.draft)["m"]["width"] == 1920


def test_a_history_that_is_no_history_begins_anew(talk_room):
    talk_room.history = b"\0\xff not lines\n" * 3
    assert talk_room.say("make it vertical")["whole"]


def test_a_message_that_nobody_types_is_refused(talk_room):
    with pytest.raises(LimitError):
        talk_room.call("turn", message="x" * 5000)


def test_a_draft_that_is_none_is_refused(room):
    room.draft = b'{"t": 5}'
    with pytest.raises(DraftError):
        room.call("turn", message="make it vertical")


def test_a_cover_inside_a_sound_comes_back_as_a_file(room, covered_sound):
    room.put(covered_sound, "song.mp3")
    result = room.say("make a video")
    (fresh,) = result["new_media"]
    assert fresh["entry"]["file_type"] == "image"
    assert fresh["entry"]["filename"].startswith("cover.")
    assert f"asset://{fresh['entry']['file_id']}" in result["draft"].decode()
    assert room.say("make it vertical")["new_media"] == []


def test_a_cover_that_left_the_cache_is_found_again(room, covered_sound):
    room.put(covered_sound, "song.mp3")
    for path in (room.folder / "cache" / "covers").iterdir():
        path.unlink()
    (fresh,) = room.say("make a video")["new_media"]
    assert (room.folder / "cache" / "covers").is_dir()
    assert fresh["entry"]["width"] > 0


def test_errors_name_files_as_their_owner_does(tmp_path):
    room = Room(tmp_path)
    room.media = [{"file_id": "f_1", "filename": "gone.wav", "file_type": "audio", "duration": 1.0}]
    room.paths = {"f_1": str(tmp_path / "0a1b2c")}
    room.draft = json.dumps({"d": 1000, "t": [{"tt": 1, "sg": [{"d": 1000, "src": "asset://f_1"}]}]}).encode()
    with pytest.raises(Exception, match=r"gone\.wav") as told:
        room.call("frame", at_ms=0)
    assert "0a1b2c" not in str(told.value)


NOWHERE = {"url": "http://127.0.0.1:9/v1", "model": "none", "key": "", "timeout_s": 2.0}


def test_where_no_language_model_answers_the_grammar_asks_and_is_answered(talk_room):
    asked = talk_room.say("make it smaller", llm=NOWHERE)
    assert "could not be reached" in asked["reply"]
    assert asked["questions"]
    answered = talk_room.say("the second one", llm=NOWHERE)
    assert answered["changed"]


def test_a_question_of_a_language_model_is_answered_in_the_next_process(talk_room, monkeypatch):
    script = Script([("ask", {"text": "What colour?"})], ["OK"], [("set_canvas_color", {"color": "#112233"})], ["OK"])
    planners = []

    def scripted(llm):
        planners.append(LanguageModelPlanner(ANYWHERE, scripted=script.model))
        return planners[-1]

    monkeypatch.setattr("wavereel.service.tasks.turn._planner", scripted)
    asked = talk_room.say("another ground")
    assert [one["text"] for one in asked["questions"]] == ["What colour?"]
    talk_room.asked = json.loads(json.dumps(talk_room.asked))
    answered = talk_room.say("dark blue")
    assert len(planners) == 2
    assert "What colour?" in (script.asked[2][1].instructions or "")
    assert answered["changed"]
    assert "open" not in answered["asked"]
