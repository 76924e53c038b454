"""The prompts and lines that a skill shows do what it says when they are typed."""

import re

import pytest
from tests.agent.evaluation.bases import base
from tests.skills.packages import PACKAGES, Package

from wavereel.agent.conversation import Conversation
from wavereel.client.profiles import BUILT_IN
from wavereel.client.router import route

PROMPTS = [(package, prompt) for package in PACKAGES for prompt in package.prompts]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_there_are_three_prompts(package: Package):
    conversion, export, main = package.prompts
    assert re.match(r"(convert|make|turn)\b", conversion)
    assert re.fullmatch(r"export (720p|1080p) MP4", export)
    assert main.count(" ") > 8


@pytest.mark.promise("CLIENT-GREETING")
@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_the_client_greets_with_the_same_prompts(package: Package):
    profile = BUILT_IN[package.name]
    assert list(profile.examples[0]) == package.prompts
    assert profile.version == package.front["metadata"]["version"]


@pytest.mark.promise("CLIENT-GREETING", "CLIENT-ROUTER")
@pytest.mark.parametrize(("package", "prompt"), PROMPTS, ids=lambda value: getattr(value, "name", value))
def test_the_client_routes_an_example_prompt(package: Package, prompt: str):
    found = route(prompt)
    assert found.action == ("export" if prompt.startswith("export") else "chat")
    assert found.output == ({"resolution": prompt.split()[1], "format": "mp4"} if found.action == "export" else {})


@pytest.mark.promise("CLIENT-GREETING")
@pytest.mark.parametrize(("package", "prompt"), PROMPTS, ids=lambda value: getattr(value, "name", value))
def test_an_example_prompt_works_when_it_is_typed(package: Package, prompt: str):
    if prompt.startswith("export"):
        turn = Conversation(base("podcast")).say(prompt)
        assert turn.action == "export"
        assert turn.output["resolution"] in prompt
        assert turn.output["format"] == "mp4"
        return
    turn = Conversation(base("fresh_picture" if "image" in prompt else "fresh")).say(prompt)
    assert turn.changes
    assert not turn.refused
    assert not turn.questions
    assert not turn.unknown
    assert any(track.segments for track in turn.timeline.tracks)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_wishes_of_the_text_work_when_they_are_typed(package: Package):
    (sent,) = re.findall(r'"parts":\[\{"text":"([^"]+)"', package.commands)
    wishes = [sent, "soft music at 20%", *re.findall(r'then one change at a time \("([^"]+)"', package.body)]
    for wish in wishes:
        turn = Conversation(base("podcast")).say(wish)
        assert turn.changes, wish
        assert not turn.unknown, wish


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_the_timeline_line_has_the_form_of_the_programs_own(package: Package):
    (line,) = re.findall(r"^`(Timeline .+)`$", package.body, re.MULTILINE)
    label = r"(?:Video|BGM|Voice|SFX|Audio|Title|Captions|Text)"
    track = rf'\d\. {label}: (?:"[^"]+"|[\w. ]+) \(\d+-\d+s(?:, \d+%)?\)'
    assert re.fullmatch(rf"Timeline \(3 tracks\): {track} {track} {track}", line)
