"""Build hook: compiles the C kernels into the wheel, and beside their sources for an editable install.

A wheel with the library is tagged for this platform and any Python 3, since nothing in it is tied to an interpreter.
Where nothing can compile, the wheel is pure: NumPy then does the library's work.
"""

from __future__ import annotations

import importlib.util
import sys
import sysconfig
from pathlib import Path
from typing import Any, Protocol

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_KERNELS = Path("src/wavereel/picture/kernels")


class _Build(Protocol):
    def build(self, folder: Path | None = None, *, strict: bool = False) -> tuple[Path | None, str]: ...


class KernelsBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the library to the wheel that is being built."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles, and names the library and the wheel's tag in `build_data`."""
        del version
        if self.target_name != "wheel":
            return
        folder = Path(self.root) / _KERNELS
        library, report = _load(folder / "build.py").build(folder)
        self.app.display_info(f"kernels: {report}")
        if library is None:
            return
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{_platform_tag()}"
        build_data["artifacts"].append(f"/{_KERNELS.as_posix()}/{library.name}")


def _load(path: Path) -> _Build:
    """The module that compiles, from its file: the package itself is not installed yet."""
    spec = importlib.util.spec_from_file_location("wavereel_kernels_build", path)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _platform_tag() -> str:
    """This platform as a wheel's name says it."""
    name = sysconfig.get_platform()
    if sys.platform == "darwin":
        name = name.replace("universal2", _mac_machine())
    return name.replace("-", "_").replace(".", "_")


def _mac_machine() -> str:
    """A library compiled here runs on this machine's processor alone."""
    import platform

    return platform.machine()
