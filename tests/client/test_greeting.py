"""The prompts that the client suggests, typed as they stand."""

import json
import wave
from pathlib import Path

import pytest

from wavereel.cli.main import main
from wavereel.client.profiles import BUILT_IN
from wavereel.client.router import route
from wavereel.client.suggestions import next_steps

EXAMPLES = sorted({text for profile in BUILT_IN.values() for texts in profile.examples for text in texts})
EXPORTS = [text for text in EXAMPLES if "export" in text or "导出" in text]


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(b"\x00\x10\x00\xf0" * 16000)
    return path


def said(capsys: pytest.CaptureFixture[str], tone: Path, *texts: str) -> list[dict]:
    arguments = [argument for text in texts for argument in ("--say", text)]
    with pytest.raises(SystemExit) as ended:
        main(["edit", str(tone.with_suffix(".json")), "--media", str(tone), *arguments, "--json"])
    assert not ended.value.code
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_greeting_has_three_prompts_one_of_them_an_export():
    for profile in BUILT_IN.values():
        for texts in profile.examples:
            assert len(texts) == 3
            assert sum(text in EXPORTS for text in texts) == 1


@pytest.mark.promise("CLIENT-GREETING")
@pytest.mark.parametrize("text", EXPORTS)
def test_an_export_with_a_size(text: str):
    found = route(text)
    assert found.action == "export"
    assert found.output["resolution"].endswith("p")


@pytest.mark.promise("CLIENT-GREETING")
@pytest.mark.parametrize("text", [text for text in EXAMPLES if text not in EXPORTS])
def test_a_wish_makes_a_video(tone: Path, capsys: pytest.CaptureFixture[str], text: str):
    assert route(text).action == "chat"
    [answer] = said(capsys, tone, text)
    assert {track["tt"] for track in answer["draft"]["t"]} >= {0, 1}


@pytest.mark.promise("CLIENT-NEXT-STEPS")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_next_steps_are_understood(tone: Path, capsys: pytest.CaptureFixture[str], lang: str):
    wishes = [step.strip("“”") for step in next_steps({"t": [{"tt": 1, "m": {"role": "voice"}, "sg": []}]}, lang)]
    wishes += [step.strip("“”") for step in next_steps({}, lang)]
    assert route(wishes[-1]).action == "export"
    wishes = [wish for wish in wishes if route(wish).action == "chat"]
    answers = said(capsys, tone, "convert my audio to a video", *wishes)
    assert [answer["refused"] for answer in answers] == [[]] * len(answers)
