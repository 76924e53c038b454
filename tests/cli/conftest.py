"""A program that does nothing but remember what it was asked, in place of the real one."""

import sys
import types
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from wavereel.service.requests import MakeRequest, MakeResult


@dataclass
class FakeApp:
    """Remembers requests; `fails` maps the name of an input to what is raised for it."""

    requests: list[MakeRequest] = field(default_factory=list)
    fails: dict[str, BaseException] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    during: object = None

    def make(self, request, on_progress, cancelled) -> MakeResult:
        self.requests.append(request)
        if callable(self.during):
            self.during(cancelled)
        source = request.audio or request.draft
        if source.name in self.fails:
            raise self.fails[source.name]
        output = request.output or source.with_suffix(".mp4")
        return MakeResult(output, (), None, 65_000, 4_300_000, 2.0, 3.5, {"painting": 1.5}, self.notices)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> FakeApp:
    fake = FakeApp()
    module = types.ModuleType("wavereel.app")
    module.build_app = lambda settings: fake
    monkeypatch.setitem(sys.modules, "wavereel.app", module)
    return fake


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
