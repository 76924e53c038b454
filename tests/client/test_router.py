"""The router: an action where it is the whole wish, files where they are named, a message otherwise."""

from pathlib import Path

import pytest

from wavereel.client.router import route, wishes_in


@pytest.mark.promise("CLIENT-ROUTER", "CLIENT-ROUTER-WHOLE-WISH")
@pytest.mark.parametrize(
    ("action", "lines"),
    [
        ("export", "export|Export!|please export it|can you download the video?|send me the video|give me the mp4"),
        ("export", "ok export now|导出|请帮我导出视频|下载|把视频发给我|导出一下吧|download|exporting please"),
        ("export", "export it again"),
        ("credits", "credits|how many credits do I have left?|balance|what's my balance|show me the credits"),
        ("credits", "积分|还剩多少积分？|余额|查一下余额"),
        ("status", "status|show tracks|show me the tracks|what is the status of the export?|is the export done?"),
        ("status", "状态|看看状态|显示轨道|导出进度|导出好了吗|show my timeline|is my video ready yet?"),
        ("upload", "upload|upload a file|I want to upload another audio file|上传|我要上传文件"),
        ("preview", "preview|show me a preview|预览|看看预览"),
    ],
)
def test_actions_that_are_the_whole_wish(action: str, lines: str):
    for line in lines.split("|"):
        assert route(line).action == action, line


@pytest.mark.promise("CLIENT-ROUTER-WHOLE-WISH")
@pytest.mark.parametrize(
    "line",
    [
        "add end credits",
        "把'导出'做成标题",
        "把“导出”做成标题",
        'make the title say "export"',
        "add captions and export",
        "don't export yet",
        "how do I export?",
        "credits roll at the end",
        "roll the credits over black",
        "balance the audio",
        "add a progress bar",
        "export for tiktok",
        "upload button in the corner",
        "字幕上写“上传”",
        "片尾加上积分榜",
        "the word status in red",
        "download speeds are the topic: make that the title",
        "turn my podcast audio into a video with captions and a waveform visual",
        "make it vertical",
        "credits for export",
        "mute the second track",
        "visit example.com",
        "remove tracks 2 and 3",
        "export " * 60,
    ],
)  # fmt: skip
def test_anything_else_is_a_message(line: str):
    assert route(line).action == "chat"
    assert route(line).text == line.strip()


@pytest.mark.promise("CLIENT-ROUTER-PARAMETERS")
@pytest.mark.parametrize(
    ("line", "output"),
    [
        ("export 1080p MP4", {"resolution": "1080p", "format": "mp4"}),
        ("Export as a GIF", {"format": "gif"}),
        ("export in 720p at 30 fps in high quality", {"resolution": "720p", "fps": 30, "quality": "high"}),
        ("export 1080 x 1350 please", {"resolution": "1080x1350"}),
        ("export at 29.97fps", {"fps": 29.97}),
        ("export with h.264", {"codec": "h264"}),
        ("export 4k", {"resolution": "3840x2160"}),
        ("导出1080p的MP4", {"resolution": "1080p", "format": "mp4"}),
        ("导出低画质", {"quality": "low"}),
        ("请把视频导出成mov格式", {"format": "mov"}),
    ],
)
def test_parameters_of_an_export(line: str, output: dict):
    found = route(line)
    assert (found.action, dict(found.output)) == ("export", output)


def test_a_name_for_the_export():
    found = route("export in 720p to out.mp4")
    assert (found.action, found.out, dict(found.output)) == ("export", "out.mp4", {"resolution": "720p"})


def test_a_time_of_a_preview():
    assert route("preview at 1:05").at_ms == 65_000
    assert route("预览3秒").at_ms == 3000
    assert route("export at 1:05").action == "chat"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("talk.mp3", "my talk.mp3", "cover.png", "录音.mp3", "notes.txt", "talk2.mp3"):
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


@pytest.mark.promise("CLIENT-ROUTER-FILES")
@pytest.mark.parametrize(
    ("line", "files", "rest"),
    [
        ("talk.mp3", ["talk.mp3"], ""),
        ("upload talk.mp3", ["talk.mp3"], ""),
        ("~/talk.mp3", ["talk.mp3"], ""),
        ("talk.mp3 turn it into a video", ["talk.mp3"], "turn it into a video"),
        ("upload talk.mp3 and add captions", ["talk.mp3"], "add captions"),
        ("here is talk.mp3, make it square", ["talk.mp3"], "make it square"),
        ("my talk.mp3 make it vertical", ["my talk.mp3"], "make it vertical"),
        ("'my talk.mp3' make it vertical", ["my talk.mp3"], "make it vertical"),
        ("my\\ talk.mp3", ["my talk.mp3"], ""),
        ("talk.mp3 and cover.png: make a video", ["talk.mp3", "cover.png"], "make a video"),
        ("use cover.png as the background", ["cover.png"], "use cover.png as the background"),
        ("make a video from talk.mp3", ["talk.mp3"], "make a video from talk.mp3"),
        ("the same for talk2.mp3", ["talk2.mp3"], "the same for talk2.mp3"),
        ("把录音.mp3做成视频", ["录音.mp3"], "做成视频"),
        ("上传talk.mp3，然后加字幕", ["talk.mp3"], "加字幕"),
        ("notes.txt", ["notes.txt"], ""),
        ("talk2.mp3 use it as background music", ["talk2.mp3"], "talk2.mp3 use it as background music"),
        ("talk2.mp3, as music at 20%", ["talk2.mp3"], "talk2.mp3 as music at 20%"),
        ("talk.mp3 use this for a video with lo-fi music", ["talk.mp3"], "use this for a video with lo-fi music"),
        ("cover.png 当封面", ["cover.png"], "cover.png 当封面"),
        ("录音.mp3 这是背景音乐，音量20%", ["录音.mp3"], "录音.mp3 这是背景音乐，音量20%"),
        ("录音.mp3 做一个带音乐的视频", ["录音.mp3"], "做一个带音乐的视频"),
        ("talk.mp3 add music", ["talk.mp3"], "add music"),
        ("talk.mp3, add some music please", ["talk.mp3"], "add some music please"),
        ("录音.mp3 加音乐", ["录音.mp3"], "加音乐"),
        ("add music talk.mp3", ["talk.mp3"], "use talk.mp3 as the background music"),
        ("加音乐 录音.mp3", ["录音.mp3"], "用录音.mp3做背景音乐"),
        ("add my song talk.mp3", ["talk.mp3"], ""),
    ],
)
def test_files_in_a_line(here: Path, line: str, files: list[str], rest: str):
    found = route(line)
    assert ([file.path.name for file in found.files], found.text, found.action) == (files, rest, "upload")


def test_a_dropped_address_of_a_file(here: Path):
    found = route(f"file://{here}/my%20talk.mp3")
    assert [file.path for file in found.files] == [here / "my talk.mp3"]


@pytest.mark.promise("CLIENT-ROUTER-FILES")
def test_addresses_in_a_line(here: Path):
    found = route("https://example.org/a.mp3, make it vertical")
    assert (found.urls, found.text) == (("https://example.org/a.mp3",), "make it vertical")
    assert route('"https://example.org/a.mp3"').urls == ("https://example.org/a.mp3",)
    assert route('end with the text "https://example.org"').action == "chat"
    assert route("下载 https://example.org/a.mp3 做成视频").urls == ("https://example.org/a.mp3",)


@pytest.mark.parametrize("line", ["missing.mp3 please", "talk", ".", "..", "/", "a\0b.mp3", "x" * 30_000])
def test_what_is_no_file(here: Path, line: str):
    assert not route(line).files


def test_wishes_beside_others():
    assert wishes_in("add captions and export it") == {"export"}
    assert wishes_in("加字幕然后导出") == {"export"}
    assert wishes_in("add end credits") == frozenset()
    assert wishes_in('the title says "export"') == frozenset()
    assert wishes_in("add captions but don't export") == frozenset()
    assert wishes_in("no captions, then export", even_negated=True) == {"export"}
