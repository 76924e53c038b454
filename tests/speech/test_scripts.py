import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.speech.scripts import is_spoken, join_words, printable, split_words, wide_marks

TEXT = st.text(
    st.one_of(
        st.sampled_from(list("the quick, brown. \n\t“”‘’()[]«»-—…!?'\"")),
        st.sampled_from(list("今天天气很好，。！？「」『』（）、的了在是我ーっァ")),
        st.sampled_from(list("안녕하세요 สวัสดีครับ ນີ້ ကောင်း ភាសា مرحبا שלום नमस्ते")),
        st.characters(),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, world!", ["Hello,", "world!"]),
        ("  two\u00a0parts\n", ["two", "parts"]),
        ("今天好。", ["今", "天", "好。"]),
        ("他说：「你好！」然后走了。", ["他", "说：", "「你", "好！」", "然", "后", "走", "了。"]),
        ("用iPhone拍3张照片", ["用", "iPhone", "拍", "3", "张", "照", "片"]),
        ("Speech SDK是什么？", ["Speech", "SDK", "是", "什", "么？"]),
        ("안녕 하세요.", ["안녕", "하세요."]),
        ("\ufeffa\x00b\u200d", ["ab\u200d"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_words_of_a_text(text: str, words: list[str]):
    assert split_words(text) == words


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["Hello,", "world!"], "Hello, world!"),
        (["今", "天", "好。"], "今天好。"),
        (["用", "iPhone", "拍"], "用iPhone拍"),
        (["Speech", "SDK", "是"], "Speech SDK是"),
        (["안녕", "하세요."], "안녕 하세요."),
        (["said", "“yes”", "twice"], "said “yes” twice"),
    ],
)
def test_text_of_words(words: list[str], text: str):
    assert join_words(words) == text


@given(TEXT)
def test_words_survive_being_written_and_read(text: str):
    words = split_words(text)
    assert split_words(join_words(words)) == words
    assert all(word and not any(char.isspace() for char in word) for word in words)


@given(TEXT)
def test_nothing_that_is_printed_gets_lost(text: str):
    assert "".join(split_words(text)) == "".join(printable(text).split())


def test_a_thai_syllable_keeps_its_marks():
    assert split_words("ที่นี่") == ["ที่", "นี่"]


@pytest.mark.parametrize(
    ("word", "shown"), [("了,", "了，"), ("吗?", "吗？"), ("3.5", "3.5"), ("end.", "end."), (".", ".")]
)
def test_full_width_marks(word: str, shown: str):
    assert wide_marks(word) == shown


@pytest.mark.parametrize(
    ("text", "spoken"), [("—", False), ("...", False), ("5", True), ("a", True), ("%", True), ("", False)]
)
def test_what_is_said(text: str, spoken: bool):
    assert is_spoken(text) is spoken
