"""Skills as the client knows them: headers from a name or a folder, the platform from where it stands, installing."""

import json
from pathlib import Path

import pytest

from wavereel.client.install import AGENTS, MARKER
from wavereel.client.profiles import BUILT_IN, platform_of, profile_of, skills_folder
from wavereel.errors import UsageError

PAGE = "---\nname: my-skill\ndescription: x\n{}---\n\n# Body\nversion: 9\n"


def skill_in(folder: Path, front: str = 'version: "1.2.3"\n') -> Path:
    folder.mkdir(parents=True)
    (folder / "SKILL.md").write_text(PAGE.format(front), encoding="utf-8")
    return folder


@pytest.mark.promise("CLIENT-SKILL-FOLDER")
@pytest.mark.parametrize(
    ("front", "version"),
    [
        ('version: "1.2.3"\n', "1.2.3"),
        ('metadata:\n  version: "2.0"\n  other:\n    version: 7\n', "2.0"),
        ("version: 1\nmetadata:\n  version: 2\n", "1"),
        ('metadata: {"version": "3.1", "x": 1}\n', "3.1"),
        ("", ""),
    ],
)
def test_a_folder_gives_name_and_version(tmp_path: Path, front: str, version: str):
    profile = profile_of(str(skill_in(tmp_path / "my-skill", front)))
    assert (profile.name, profile.version, profile.platform) == ("my-skill", version, "unknown")
    assert profile_of(str(tmp_path / "my-skill" / "SKILL.md")).name == "my-skill"


@pytest.mark.promise("CLIENT-PLATFORM")
@pytest.mark.parametrize(
    ("place", "platform"),
    [
        ("skills/x", "unknown"),
        (".claude/skills/x", "unknown"),
        (".cursor/skills/x", "cursor"),
        (".cursor/x", "unknown"),
        (".openclaw/skills/x", "clawhub"),
        (".clawhub/x", "clawhub"),
    ],
)
def test_the_platform(tmp_path: Path, place: str, platform: str):
    folder = skill_in(tmp_path / place)
    assert platform_of(folder) == platform
    (folder / ".clawhub").mkdir()
    (folder / ".clawhub" / "origin.json").write_text("{}", encoding="utf-8")
    assert platform_of(folder) == "clawhub"
    assert profile_of(str(folder), "github").platform == "github"
    assert profile_of("video-a2e", "github").platform == "github"


@pytest.mark.parametrize("front", ["name: other\nversion: a\tb\n"])
def test_what_cannot_stand_in_a_header_is_left_out(tmp_path: Path, front: str):
    assert profile_of(str(skill_in(tmp_path / "x", front))).version == ""
    assert profile_of("video-a2e", "a\r\nb").platform == "unknown"


def test_what_is_no_skill(tmp_path: Path):
    for text in ("nothing", str(tmp_path), ""):
        with pytest.raises(UsageError):
            profile_of(text)


def test_the_skills_that_come_along_have_the_version_of_their_page():
    for name in BUILT_IN:
        assert profile_of(name).version == profile_of(str(skills_folder() / name)).version


@pytest.mark.promise("CLIENT-SKILL-FOLDER")
@pytest.mark.parametrize("agent", sorted(AGENTS))
def test_installing(skill, folder, agent: str):
    ran = skill("install", "--agent", agent, "--base", "http://10.0.0.7:8080", "--json")
    assert ran.code == 0
    paths = [Path(path) for path in json.loads(ran.out)["paths"]]
    assert [path.name for path in paths] == list(BUILT_IN)
    for path in paths:
        assert path.parent == Path(AGENTS[agent]).expanduser()
        page = (path / "SKILL.md").read_text(encoding="utf-8")
        assert "{baseDir}" not in page
        assert f"--skill {path}" in page
        assert "http://10.0.0.7:8080" in page
        assert json.loads((path / MARKER).read_text(encoding="utf-8"))["base"] == "http://10.0.0.7:8080"
        assert profile_of(str(path)).name == path.name
    assert skill("install", "--agent", agent).code == 0
    assert "http://127.0.0.1:8080" in (paths[0] / "SKILL.md").read_text(encoding="utf-8")


def test_installing_replaces_nothing_of_others(skill, folder):
    theirs = skill_in(folder / "skills" / "video-a2e")
    assert skill("install", "--to", "skills").code == 2
    assert "my-skill" in (theirs / "SKILL.md").read_text(encoding="utf-8")
    assert skill("install").code == 2
    assert skill("install", "--agent", "emacs").code == 2
    assert skill("install", "--to", "x", "--skill", "nothing").code == 2
    assert skill("install", "--to", "x", "--skill", "video-a2e").code == 0
    assert [path.name for path in Path("x").iterdir()] == ["video-a2e"]
