# ruff: noqa: E501
"""What a reply says: what changed and was before, what was clamped, what is back after an undo, and what can be next."""

import re

import pytest
from tests.agent.evaluation.bases import base
from tests.agent.evaluation.judge import language_of

from wavereel.agent.conversation import Conversation
from wavereel.timeline.codec import timeline_tree

_STEP = re.compile(r"“((?:[^“”]|“[^“”]*”)+)”")


def said(name: str, *messages: str) -> list[str]:
    """The replies, without what could be next."""
    talk = Conversation(base(name))
    return [_without_steps(talk.say(message).reply) for message in messages]


def _without_steps(reply: str) -> str:
    return "\n".join(line for line in reply.split("\n") if not line.startswith(("Next you could say", "接下来可以说")))


def steps(reply: str) -> list[str]:
    """The things to say next that a reply names."""
    line = reply.split("\n")[-1]
    return _STEP.findall(line) if line.startswith(("Next you could say", "接下来可以说")) else []


CASES = [
    ("music", ["make the title yellow", "undo", "redo"], ["The title is now yellow (was white).", "Undone: the title is white again (was yellow).", "Redone: the title is now yellow (was white)."]),
    ("zh_music", ["标题改成黄色", "撤销", "重做"], ["标题颜色改为黄色（原为白色）。", "已撤销：标题颜色恢复为白色（刚才是黄色）。", "已重做：标题颜色改为黄色（原为白色）。"]),
    ("titles", ["put the logo at the bottom left and make it smaller", "undo"], ["The logo is now at the bottom left (was at the top right) and smaller (5.8% of the width, was 7.5%).", "Undone: the logo is at the top right and as large as before (7.5% of the width)."]),
    ("zh_titles", ["标志放左下角", "撤销"], ["标志移到左下角（原在右上角）。", "已撤销：标志回到右上角。"]),
    ("titles", ["move the lower third to the top", "undo"], ["The lower third is now at the top (was at the bottom left).", "Undone: the lower third is at the bottom left again."]),
    ("fresh", ["turn it into a video", "undo"], ['The video is 2:00 long, in the midnight theme, and called "talk". It has the background, the cover, the waveform, the progress bar, the voice (talk.mp3) and the captions (to be written when the video is made).', "Undone: the timeline is empty again (was 2:00 long)."]),
    ("zh_fresh", ["做成视频", "撤销"], ["视频长2分钟，主题是midnight，名为“访谈”。里面有背景、封面、波形、进度条、人声（访谈.mp3）和字幕（会在制作视频时生成）。", "已撤销：时间线空了（刚才长2分钟）。"]),
    ("music", ["cut from 30s to 40s", "undo"], ["Cut 30-40 s (10 s): the video is now 1:50 long (was 2:00).", "Undone: 30-40 s (10 s) are back: the video is 2:00 long again (was 1:50)."]),
    ("zh_music", ["剪掉最后5秒", "撤销"], ["剪掉了最后5秒，视频现在长1分55秒（原为2分钟）。", "已撤销：恢复了最后5秒，视频现在长2分钟（刚才是1分55秒）。"]),
    ("music", ["music at 500%"], ["The music is now at 400% (was 30%).\n500% is too much, so 400% was used, which is the most."]),
    ("zh_music", ["10倍速"], ["人声速度改为4倍（原为1倍），视频现在长30秒（原为2分钟）。\n10倍太大了，所以用了4倍，这是上限。"]),
    ("music", ["make the title #6ef3d6", "title white"], ["The title is now light mint (#6ef3d6; was white).", "The title is now white (was light mint, #6ef3d6)."]),
    ("music", ["make it vertical"], ["The picture is now vertical, 1080x1920, 9:16 (was 1920x1080); to fit it, the waveform has 48 bars (was 64) and the title is at size 80 (was 96)."]),
    ("music", ["remove the second title", "title white"], ["Not done, “remove the second title”: There is only one title.", "That is so already: nothing seen or heard has changed."]),
    ("titles", ["make the third title red", "all titles yellow"], ["Not done, “make the third title red”: There are only 2 titles.", "The titles are now yellow (was white)."]),
    ("zh_titles", ["第三个标题改红色", "所有标题黄色"], ["没有做“第三个标题改红色”：只有2个标题。", "所有标题颜色改为黄色（原为白色）。"]),
    ("video", ["add captions"], ["The captions are like that already."]),
    ("music", ["captions off", "captions on"], ["Removed the captions (40 cues).", "Added the captions (to be written when the video is made)."]),
    ("music", ["make the title yellow", "make it red", "undo 2 steps"], ["The title is now yellow (was white).", "The title is now red (was yellow).", "Undone, 2 steps: the title is white again (was red)."]),
    ("podcast", ["add lo-fi music at 20%", "no ducking", "reset"], ["Added the music (Lo-fi, 20%). The waveform is now driven by the voice.", "The music is no longer lowered under speech.", "Back to the start: the music (Lo-fi) is gone again. The waveform is driven by all sound again."]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "messages", "replies"), CASES, ids=lambda value: value[0] if isinstance(value, list) else value
)
def test_what_is_said(name: str, messages: list[str], replies: list[str]):
    assert said(name, *messages) == replies


class Heard:
    """Knows the words of any sound."""

    def facts(self, timeline, entry):
        return None

    def silences(self, timeline, gap_ms):
        return None

    def cues(self, timeline):
        return [{"text": "hello there", "start_ms": 200, "end_ms": 1400}]


def test_that_captions_wait_is_not_said_once_they_are_written():
    reply = Conversation(base("fresh"), resolver=Heard()).say("turn it into a video").reply
    assert "the captions (1 cue)" in reply
    assert "when the video is made" not in reply


TALKS = [
    ("music", ["make the title yellow", "make it vertical", "music at 35%", "cut the first 10 seconds", "captions in the pop look", "remove the progress bar", "undo", "bigger waveform", "background navy", "theme paper"]),
    ("zh_music", ["标题改成黄色", "改成竖屏", "音乐音量35%", "剪掉前10秒", "字幕用卡拉OK样式", "去掉进度条", "撤销", "波形大一点", "背景改成藏青色", "换成paper主题"]),
    ("podcast", ["make the title bigger", "remove the title", "remove the waveform", "use beach.jpg as background", "undo", "add an end card 'Bye'"]),
    ("zh_podcast", ["标题大一点", "删掉标题", "去掉波形", "用海滩.jpg做背景", "撤销", "加片尾卡“再见”"]),
    ("titles", ["remove the captions", "make the logo smaller", "make the logo smaller", "remove the end card", "make it square"]),
    ("zh_titles", ["去掉字幕", "标志小一点", "去掉片尾卡", "改成方形", "音乐最后3秒淡出"]),
    ("song", ["waveform gold", "add captions", "undo", "make it square", "remove the title"]),
    ("video", ["make it vertical", "captions off", "add lo-fi music", "title at the top", "title red"]),
    ("fresh", ["make it vertical", "undo", "theme neon", "add jazz music at 40%"]),
    ("zh_fresh", ["竖屏", "撤销", "换成neon主题", "加爵士音乐，音量40%"]),
    ("bare", ["make it vertical", "title Hi"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "messages"), TALKS, ids=[name for name, _ in TALKS])
def test_what_can_be_said_next_does_something_when_it_is_typed(name: str, messages: list[str]):
    talk = Conversation(base(name))
    before: list[str] = []
    for message in messages:
        turn = talk.say(message)
        proposed = steps(turn.reply)
        assert len(proposed) == len(set(proposed)) <= 3
        assert language_of(turn.reply) == ("zh" if name.startswith("zh") else "en")
        if len(proposed) > 1:
            assert proposed != before
        before = proposed
        for step in proposed:
            tried = Conversation(talk.timeline, history=talk.history)
            found = tried.say(step)
            assert not found.refused and not found.questions and not found.unknown, (message, step, found.reply)
            assert found.action or timeline_tree(found.timeline) != timeline_tree(talk.timeline), (
                message,
                step,
                found.reply,
            )


def test_what_was_done_refused_or_undone_is_not_proposed():
    for messages, words in [
        (["remove the music"], ("music",)),
        (["add lo-fi music at 20%", "undo"], ("music",)),
        (["make the title yellow and replace Zz with Yy in the captions"], ("yellow", "caption")),
        (["make the title yellow", "undo"], ("title",)),
        (["back to 16:9", "make it square", "make it 16:9"], ("vertical", "square")),
        (["turn it into a video", "undo"], ("video",)),
    ]:
        name = "fresh" if "video" in words else "podcast" if "add lo-fi" in messages[0] else "music"
        talk = Conversation(base(name))
        turns = [talk.say(message) for message in messages]
        assert not any(word in step for step in steps(turns[-1].reply) for word in words), turns[-1].reply
