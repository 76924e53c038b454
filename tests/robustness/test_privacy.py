"""Nothing is written outside the folders that were named, and nothing calls home."""

import os
import subprocess
import sys

import pytest

DETECT = """
import numpy as np
from wavereel.errors import MissingPartError
from wavereel.speech.activity import find_speech
try:
    find_speech(np.zeros(16_000, np.float32))
except MissingPartError:
    raise SystemExit(9)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="homes are named by other variables")
def test_the_speech_detector_keeps_no_log_of_its_use(tmp_path):
    for name in ("home", "tmp"):
        (tmp_path / name).mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))}
    environment |= {"HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp")}
    done = subprocess.run([sys.executable, "-c", DETECT], env=environment, check=False)
    if done.returncode == 9:
        pytest.skip("the speech detector is not installed")
    assert done.returncode == 0
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
