"""Documents kept true: links lead somewhere, dependencies are explained, examples are legal."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from wavereel.media.probe import probe
from wavereel.media.signals import speech_like, write_sound
from wavereel.timeline.codec import decode_draft

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)|src=\"([^\"]+)\"", text):
        name = target[0] or target[1]
        if not name.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / name).exists(), f"{page.name} links to {name}"


def test_every_dependency_is_explained():
    data = project()
    wanted = [*data["project"]["dependencies"], *data["build-system"]["requires"]]
    wanted += [name for names in data["project"]["optional-dependencies"].values() for name in names]
    wanted += [name for names in data["dependency-groups"].values() for name in names]
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for requirement in wanted:
        name = re.split(r"[\[<>=!~; ]", requirement)[0]
        # A family is listed once, its further members by their endings.
        endings = [name, *(f"-{name.split('-', number)[-1]}" for number in range(1, name.count("-") + 1))]
        assert any(re.search(rf"(?<![\w]){re.escape(ending)}(?![\w-])", text) for ending in endings), name


def test_the_readme_is_short():
    assert (ROOT / "README.md").read_text(encoding="utf-8").count("\n") <= 120


def test_the_example_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(example.splitlines()) <= 10
    monkeypatch.chdir(tmp_path)
    write_sound(tmp_path / "talk.mp3", speech_like(48_000), codec="libmp3lame", tags={"title": "A talk"})
    (tmp_path / "talk.srt").write_text("1\n00:00:00,100 --> 00:00:00,900\nHello there\n", encoding="utf-8")
    exec(compile(example, "README.md", "exec"), {})
    assert "talk.mp4 1.0 s in" in capsys.readouterr().out
    (video,) = probe(tmp_path / "talk.mp4").video
    assert (video.width, video.height, video.frames) == (1080, 1920, 30)


def test_the_example_of_a_draft_is_one():
    text = (ROOT / "docs" / "draft.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    timeline = decode_draft(example)
    assert [track.role for track in timeline.tracks] == ["background", "waveform", "bgm", "title"]
    assert json.loads(example)["m"]["width"] == timeline.size[0]


def test_the_changelog_speaks_of_this_version():
    assert f"## {project()['project']['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
