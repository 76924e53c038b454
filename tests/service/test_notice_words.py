"""Notices of sounds and captions in the language of a reply."""

import pytest

from wavereel.service.notice_words import notice_text
from wavereel.speech.recognise import NO_SPEECH


def test_english_stays_as_it_is():
    assert notice_text(NO_SPEECH, "en") == NO_SPEECH


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (NO_SPEECH, "没有听到说话声，所以没有字幕。"),
        ("no captions: this does not sound like English", "没有字幕：听起来不是英语，需要安装多语言的识别模型。"),
        ("no captions: talk.wav is damaged", "没有字幕：talk.wav is damaged。"),
        (
            "12 of 40 s of speech were not understood and have no words",
            "40秒说话声中有12秒没有听懂，那里没有字幕。",
        ),
        ("the captions of the draft are not made yet; the video has none", "字幕还没有生成，视频里没有字幕。"),
        ("something else", "something else"),
    ],
)
def test_chinese_where_there_are_words_for_it(notice, said):
    assert notice_text(notice, "zh") == said
