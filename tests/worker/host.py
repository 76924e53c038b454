"""A process that looks after render workers, as a server does: `python -m tests.worker.host FOLDER COUNT LEASE_S`.

It prints the ids of its workers whenever they change, one line of JSON each time, and ends with its standard input.
"""

import json
import sys
import threading
from pathlib import Path

from wavereel.settings import Settings
from wavereel.worker.supervisor import Supervisor


def main():
    folder, count, lease_s = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    settings = Settings(cache_dir=folder / "cache", data_dir=folder, lease_s=lease_s)
    supervisor = Supervisor(settings, folder, count=count)
    supervisor.start()
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    said = None
    while not over.wait(0.02):
        pids = supervisor.pids()
        if pids != said:
            said = pids
            sys.stdout.write(json.dumps(pids) + "\n")
            sys.stdout.flush()
    supervisor.close()


if __name__ == "__main__":
    main()
