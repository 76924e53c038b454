"""Starts and kills hosts of render workers, for tests that need real processes."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Host:
    """A running `tests.worker.host`, and what it said of its workers."""

    def __init__(self, folder, count=1, lease_s=15.0):
        environ = os.environ | {"PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.worker.host", str(folder), str(count), str(lease_s)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environ,
        )
        self.count = count
        self._said = queue.SimpleQueue()
        self._pids = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self._said.put(json.loads(line))

    def pids(self, patience_s=20.0):
        """The workers, once there are as many as there should be."""
        deadline = time.monotonic() + patience_s
        while True:
            while not self._said.empty():
                self._pids = self._said.get()
            if len(self._pids) == self.count:
                return self._pids
            assert time.monotonic() < deadline, "no workers"
            time.sleep(0.01)

    def kill(self):
        """As a power cut would end it; its workers find out by themselves."""
        self.process.kill()
        self._reaped()

    def close(self):
        self.process.stdin.close()
        self._reaped()

    def _reaped(self):
        self.process.wait(30)
        self._reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if not pipe.closed:
                pipe.close()


def send(pid, number):
    """A signal to a process that may be gone already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def stop(pid):
    return send(pid, signal.SIGSTOP)


def go_on(pid):
    return send(pid, signal.SIGCONT)


def kill(pid):
    return send(pid, signal.SIGKILL)


def is_gone(pid):
    if not send(pid, 0):
        return True
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"
