"""The skill packages as the tests read them."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

SKILLS = Path(__file__).parents[2] / "skills"
NAMES = ("video-a2e", "free-podcast-video")


@dataclass(frozen=True)
class Package:
    """One skill: its folder, the front matter and the body of its SKILL.md."""

    name: str

    @property
    def folder(self) -> Path:
        return SKILLS / self.name

    @cached_property
    def text(self) -> str:
        return (self.folder / "SKILL.md").read_text(encoding="utf-8")

    @cached_property
    def _parts(self) -> tuple[str, str]:
        found = re.match(r"\A---\n(.*?)\n---\n(.*)\Z", self.text, re.DOTALL)
        assert found, f"{self.name} has no front matter"
        return found[1], found[2]

    @cached_property
    def front(self) -> dict[str, Any]:
        return yaml.safe_load(self._parts[0])

    @property
    def body(self) -> str:
        return self._parts[1]

    @property
    def openclaw(self) -> dict[str, Any]:
        return self.front["metadata"]["openclaw"]

    @cached_property
    def sections(self) -> dict[str, str]:
        """Bodies of the numbered sections by their titles, and of the bold paragraphs of chat by theirs."""
        pieces = re.split(r"^## \d+\. (.+)$", self.body, flags=re.MULTILINE)
        found = dict(zip(pieces[1::2], pieces[2::2], strict=True))
        bold = re.split(r"^\*\*([^*]+?)[.:]\*\*", self.body, flags=re.MULTILINE)
        for title, text in zip(bold[1::2], bold[2::2], strict=True):
            found[title] = re.split(r"^## ", text, flags=re.MULTILINE)[0]
        return found

    @property
    def commands(self) -> str:
        """All shell blocks, one after the other."""
        return "\n".join(re.findall(r"```bash\n(.*?)```", self.body, re.DOTALL))

    @property
    def prompts(self) -> list[str]:
        """The example prompts of the greeting."""
        return re.findall(r"^> - `(.+)`$", self.sections["Greeting"], re.MULTILINE)


PACKAGES = [Package(name) for name in NAMES]
