"""What a process may take, and what it says it has taken."""

import subprocess
import sys

import pytest


@pytest.mark.skipif(sys.platform != "linux", reason="other platforms count a child's memory from its start")
def test_what_the_parent_held_is_not_counted_as_the_child_s():
    child = "from wavereel.worker.limits import peak_bytes; print(peak_bytes())"
    parent = (
        "import subprocess, sys\nheld = bytearray(b'1') * (400 << 20)\n"
        f"subprocess.run([sys.executable, '-c', {child!r}], check=True, close_fds=False)\n"
    )
    told = subprocess.run([sys.executable, "-c", parent], check=True, capture_output=True, text=True).stdout
    assert 1 << 20 < int(told) < 200 << 20
