"""Several sounds at hand: which one a video is made of, one of each, and the newest one as music."""

import pytest
from tests.agent.evaluation.bases import base

from wavereel.agent.conversation import Conversation
from wavereel.timeline.model import Timeline


def roles(timeline: Timeline) -> set[str]:
    return {track.role for track in timeline.tracks}


def sources(timeline: Timeline, role: str) -> list[str]:
    names = {f"asset://{entry['file_id']}": str(entry["filename"]) for entry in timeline.media or ()}
    return [names[segment.source or ""] for track in timeline.with_role(role) for segment in track.segments]


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("make a vertical video, no captions", "the first one"),
        ("make a vertical video without captions", "talk.mp3"),
        ("vertical, make a video and leave out the captions", "the first"),
        ("竖屏视频，不要字幕", "第一个"),
    ],
)
def test_an_answer_keeps_the_wishes_of_the_message_that_asked(message: str, answer: str):
    conversation = Conversation(base("fresh_two"))
    asked = conversation.say(message)
    assert len(asked.questions) == 1
    assert not asked.changes
    turn = conversation.say(answer)
    assert turn.timeline.size == (1080, 1920)
    assert sources(turn.timeline, "voice") == ["talk.mp3"]
    assert "caption" not in roles(turn.timeline)
    assert not turn.unknown
    assert not turn.refused
    assert not conversation.say("undo").timeline.tracks


def test_an_answer_does_each_wish_once():
    conversation = Conversation(base("fresh_two"))
    assert not conversation.say("make a square video, title 'Hi', and export it").action
    turn = conversation.say("talk2")
    assert [segment.text for track in turn.timeline.with_role("title") for segment in track.segments] == ["Hi"]
    assert turn.timeline.size == (1080, 1080)
    assert turn.action == "export"


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("make a video of each", "yes"),
        ("make a video of each of them", "the first one"),
        ("one video each", "yes please"),
        ("turn each recording into a video", "start with the first"),
        ("各做一个视频", "好"),
        ("分别做成视频", "好的"),
        ("给每个音频各做一条视频", "第一个"),
    ],
)
def test_a_video_of_each_is_one_after_the_other(message: str, answer: str):
    conversation = Conversation(base("fresh_two"))
    asked = conversation.say(message)
    assert "one after the other" in asked.reply or "一个接一个" in asked.reply
    assert asked.questions[0].choices == ("talk.mp3", "talk2.mp3")
    turn = conversation.say(answer)
    assert sources(turn.timeline, "voice") == ["talk.mp3"]
    more = conversation.say(message)
    assert not more.changes
    assert "talk2.mp3" in more.reply
    assert sources(conversation.say("now talk2.mp3").timeline, "voice") == ["talk2.mp3"]


def test_each_as_an_answer_joins_nothing():
    conversation = Conversation(base("fresh_two"))
    conversation.say("做一个视频")
    turn = conversation.say("每个做成一条")
    assert sources(turn.timeline, "voice") == ["talk.mp3"]
    assert "talk2.mp3" in turn.reply


def test_both_in_one_are_joined_still():
    turn = Conversation(base("fresh_two")).say("turn both into one video")
    assert sources(turn.timeline, "voice") == ["talk.mp3", "talk2.mp3"]


@pytest.mark.parametrize(
    ("message", "volume"),
    [
        ("这是背景音乐，音量20%", 0.2),
        ("把这个当背景音乐", 0.3),
        ("背景音乐用这个", 0.3),
        ("用它做配乐，音量20%", 0.2),
        ("talk2.mp3 这是背景音乐，音量20%", 0.2),
        ("add this as background music", 0.3),
        ("this is the background music, 20% volume", 0.2),
        ("here's the music at 20%", 0.2),
        ("use it as the background music", 0.3),
        ("talk2.mp3 use it as background music", 0.3),
    ],
)
@pytest.mark.parametrize("name", ["podcast", "fresh_two"])
def test_the_newest_sound_is_the_music(name: str, message: str, volume: float):
    turn = Conversation(base(name)).say(message)
    assert sources(turn.timeline, "bgm") == ["talk2.mp3"]
    assert sources(turn.timeline, "voice") == ["talk.mp3"]
    assert [track.segments[0].gain for track in turn.timeline.with_role("bgm")] == [volume]
    assert [track.segments[0].gain for track in turn.timeline.with_role("voice")] in ([None], [1.0])
    assert not turn.refused


@pytest.mark.parametrize("message", ["is this the background music?", "这是背景音乐吗", "this is the music I like"])
def test_what_asks_or_praises_adds_no_music(message: str):
    assert not Conversation(base("podcast")).say(message).changes


@pytest.mark.parametrize(
    "message",
    [
        "remove my co-host's voice",
        "mute the other speaker",
        "make my guest louder",
        "turn the guest down",
        "去掉嘉宾的声音",
        "把另一个人的声音调小",
    ],
)
def test_one_of_several_voices_is_refused(message: str):
    turn = Conversation(base("podcast")).say(message)
    assert len(turn.refused) == 1
    assert not turn.changes
    assert not turn.unknown


@pytest.mark.parametrize(
    "message", ["remove the voice", "mute my voice", "mute the recording", "my guest sounds too quiet"]
)
def test_the_whole_voice_still_goes(message: str):
    assert Conversation(base("podcast")).say(message).changes


def test_captions_on():
    conversation = Conversation(base("podcast"))
    assert "already" in conversation.say("captions on").reply
    assert not conversation.say("turn captions on").unknown
    conversation.say("hide the captions")
    turn = conversation.say("captions on")
    assert not any(track.hidden for track in turn.timeline.with_role("caption"))
    conversation.say("remove the captions")
    assert "caption" in roles(conversation.say("captions on").timeline)


def test_a_refused_translation_names_no_flag():
    turn = Conversation(base("podcast")).say("translate the captions to French")
    assert "--" not in turn.reply


def test_a_short_length_is_said_once():
    conversation = Conversation(base("podcast"))
    conversation.say("make it 11 s long")
    assert conversation.say("how long is it?").reply == "The video is 11 s long."


def test_a_cover_is_called_by_its_file():
    assert "The cover is now cover.png" in Conversation(base("podcast")).say("use cover.png as the cover").reply
