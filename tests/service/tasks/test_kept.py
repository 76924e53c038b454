"""What is found out once stays found out, for the next process too."""

import json

from wavereel.service.transcripts import MediaMemory
from wavereel.timeline.history import read_history
from wavereel.timeline.history_size import shortened


def nobody(*, content, language, model):
    return None


def test_where_a_sound_is_heard_is_kept(talk_sound, tmp_path):
    asked = []

    def find():
        asked.append(1)
        return [(0, 500), (700, 900)]

    for _ in range(3):
        memory = MediaMemory(nobody, tmp_path)
        assert memory.heard(talk_sound, (0, 1000), find) == ((0, 500), (700, 900))
        assert memory.heard(talk_sound, (0, 1000), find) == ((0, 500), (700, 900))
    assert len(asked) == 1
    MediaMemory(nobody, tmp_path).heard(talk_sound, (0, 999), find)
    assert len(asked) == 2


def test_what_was_kept_and_is_damaged_is_found_out_again(talk_sound, tmp_path):
    MediaMemory(nobody, tmp_path).heard(talk_sound, (0, 1000), lambda: [(0, 500)])
    (kept,) = (tmp_path / "pauses").iterdir()
    for damage in (b"", b"{", b"[1]", json.dumps([["a", None]]).encode()):
        kept.write_bytes(damage)
        assert MediaMemory(nobody, tmp_path).heard(talk_sound, (0, 1000), lambda: [(1, 2)]) == ((1, 2),)


def test_a_folder_that_cannot_be_written_is_no_fault(talk_sound, tmp_path):
    (tmp_path / "pauses").write_text("a file")
    assert MediaMemory(nobody, tmp_path).heard(talk_sound, (0, 1000), lambda: [(1, 2)]) == ((1, 2),)


def test_silences_are_removed_in_one_process_and_remembered_in_another(room, talk_sound):
    room.put(talk_sound, "talk.wav")
    room.say("make a video, no captions please")
    room.say("remove the silences longer than 0.2 s")
    assert room.say("undo") is not None
    assert list((room.folder / "cache" / "speech" / "pauses").iterdir())


def test_a_history_that_has_grown_loses_its_oldest_revisions(room, talk_sound, monkeypatch):
    monkeypatch.setattr("wavereel.service.tasks.desk.MAX_HISTORY_BYTES", 12_000)
    monkeypatch.setattr("wavereel.service.tasks.desk.KEPT_HISTORY_BYTES", 6_000)
    room.put(talk_sound, "talk.wav")
    room.say("make a video, no captions please")
    wholes = 0
    for number in range(28):
        result = room.say(
            f"title 'Number {number}'" if number % 2 else "make the waveform red" if number % 4 else "undo"
        )
        wholes += result["whole"]
        assert len(room.history) < 30_000
    assert 1 <= wholes < 30
    history = read_history(room.history, trusted=True)
    assert history.present.number == room.rev
    assert len(history.revisions) < room.rev
    before = json.loads(room.draft)["rev"]
    assert room.say("title 'One more'")["changed"]
    assert room.say("undo")["rev"] == before + 2


def test_shortened_histories_read_as_their_ends(room, talk_sound):
    room.put(talk_sound, "talk.wav")
    for message in ("make a video, no captions please", "make it vertical", "add music", "undo", "title 'A'"):
        room.say(message)
    whole = read_history(room.history)
    for size in (0, 3000, 6000, 10**6):
        short = read_history(shortened(room.history, size))
        assert short.present.number == whole.present.number
        assert short.timeline == whole.timeline
        numbers = [one.number for one in short.revisions]
        assert numbers == [one.number for one in whole.revisions][-len(numbers) :]
    assert len(read_history(shortened(room.history, 0)).revisions) == 1
    assert shortened(room.history, 10**6) == room.history
