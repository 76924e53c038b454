"""Compiling the kernels never fails an installation."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from wavereel.picture.kernels import build, native

FOLDER = Path(build.__file__).parent


@pytest.fixture
def sources(tmp_path):
    for path in (*FOLDER.glob("*.c"), *FOLDER.glob("*.h")):
        shutil.copy(path, tmp_path)
    return tmp_path


@pytest.mark.skipif(not build.compilers(), reason="no C compiler here")
def test_it_compiles_without_a_warning_into_a_library_that_loads(sources):
    library, report = build.build(sources, strict=True)
    assert library == sources / build.library_name()
    assert report.startswith("built by ")
    assert native.load(library) is not None
    assert sorted(p.suffix for p in sources.iterdir()) == sorted([".c", ".c", ".c", ".h", library.suffix])


def test_no_compiler_is_said(sources, monkeypatch):
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(build.importlib.util, "find_spec", lambda _: None)
    library, report = build.build(sources)
    assert library is None
    assert report.startswith("no C compiler found")


@pytest.mark.skipif(os.name == "nt", reason="needs a program that fails")
def test_a_compiler_that_fails_is_said_and_leaves_nothing(sources, monkeypatch):
    monkeypatch.setenv("CC", "false")
    library, report = build.build(sources)
    assert library is None
    assert report.startswith("could not compile")
    assert {p.suffix for p in sources.iterdir()} == {".c", ".h"}


def test_without_sources_there_is_nothing_to_build(tmp_path):
    library, report = build.build(tmp_path)
    assert library is None
    assert "no C sources" in report


@pytest.mark.skipif(not build.compilers(), reason="no C compiler here")
def test_a_library_of_another_version_is_refused(sources):
    header = sources / "kernels.h"
    header.write_text(header.read_text().replace("#define WR_ABI_VERSION 1", "#define WR_ABI_VERSION 999"))
    library, _ = build.build(sources)
    assert library is not None
    assert native.load(library) is None


def test_the_versions_in_c_and_python_agree():
    assert f"#define WR_ABI_VERSION {native.ABI_VERSION}\n" in (FOLDER / "kernels.h").read_text()


def test_numpy_is_used_when_asked_for(monkeypatch):
    from wavereel.picture.kernels.api import kernels

    monkeypatch.setenv("WAVEREEL_NO_NATIVE", "1")
    kernels.cache_clear()
    try:
        assert kernels().name == "numpy"
    finally:
        monkeypatch.undo()
        kernels.cache_clear()
