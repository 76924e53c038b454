"""A server that is killed again and again while users chat and export: nothing is lost, nothing is done twice."""

import os
import random
import threading
import time

import pytest
from tests.kills.serving import Server, User
from tests.worker.hosting import is_gone, kill

from wavereel.media.signals import clicks, write_sound

KILLS = int(os.environ.get("KILLS", "20"))
CREDITS, EXPORT_PRICE, EDIT_PRICE = 1000, 3, 1
USERS = 3
TRY_LATER = (4002, 5030)
"""A child that is killed twice over one task, and a server that is busy, say so."""


@pytest.fixture
def server(tmp_path):
    made = Server(
        tmp_path / "data", lease_s=1.5, credits=CREDITS, price_export=EXPORT_PRICE, price_captions=0, workers=2
    )
    yield made
    made.close()


class Busy(threading.Thread):
    """A user who edits and exports until told to stop, and remembers what was asked."""

    def __init__(self, user, seed, over):
        super().__init__(name=f"user-{seed}", daemon=True)
        self.user, self.rng, self.over = user, random.Random(seed), over
        self.said, self.finished, self.exports, self.problem = 0, 0, {}, None

    def run(self):
        try:
            while not self.over.is_set():
                self.said += 1
                self.finished += self.user.say(f"call it 'Title {self.said}'")
                draft = self.user.state()["state"]["draft"]
                if draft.get("t") and self.rng.random() < 0.4 and len(self.exports) < 4:
                    name = f"r{len(self.exports)}"
                    answer = self.user.export(name, draft)
                    assert answer["code"] in (0, *TRY_LATER), answer
                    if answer["code"] == 0:
                        self.exports[name] = draft
        except BaseException as error:
            self.problem = error
            raise


def test_users_who_go_on_through_kills_find_everything_once(server, tmp_path):
    seed = int(os.environ.get("KILLS_SEED", time.time_ns() % 1_000_000))
    print(f"KILLS_SEED={seed}")  # noqa: T201 - repeats the run
    rng = random.Random(seed)
    sound = tmp_path / "clicks.wav"
    write_sound(sound, clicks(48_000 * 8, [24_000]), codec="pcm_s16le")
    users = [User(server, f"client-{number}") for number in range(USERS)]
    for user in users:
        assert user.upload(sound)["code"] == 0
        assert user.say("make a video with a waveform, no captions")
    over = threading.Event()
    busy = [Busy(user, seed + number, over) for number, user in enumerate(users)]
    for one in busy:
        one.start()
    seen = set()
    for _ in range(KILLS):
        time.sleep(rng.uniform(0.2, 5.0))  # now amid the start, now amid the work
        children = server.children()
        seen.update(children)
        if rng.random() < 0.3 and children:
            kill(rng.choice(children))
            continue
        server.kill()
        if rng.random() < 0.4:
            for pid in children:
                kill(pid)
        server.start()
    over.set()
    for one in busy:
        one.join(120)
        assert one.problem is None and not one.is_alive()
    for one in busy:
        settled(one)
    seen.update(server.children())
    server.process.terminate()
    server.process.wait(60)
    deadline = time.monotonic() + 20
    while not all(is_gone(pid) for pid in seen):
        assert time.monotonic() < deadline, "processes outlived their server"
        time.sleep(0.05)
    server.start()


def settled(one):
    """Whether all that a user asked for came out once."""
    deadline = time.monotonic() + 400
    while True:
        ends = [one.user.poll(name) for name in one.exports]
        balance = one.user.credits()
        if all(end["status"] in ("completed", "failed") for end in ends) and balance["frozen"] == 0:
            break
        assert time.monotonic() < deadline, (ends, balance)
        time.sleep(0.1)
    done = [end for end in ends if end["status"] == "completed"]
    broken = [end["error"] for end in ends if end["status"] == "failed"]
    assert all("interrupted" in error for error in broken), broken
    revisions = one.user.revisions()
    edits = len([revision for revision in revisions if revision.get("said")])
    assert balance["total"] == CREDITS - EXPORT_PRICE * len(done) - EDIT_PRICE * edits, (balance, len(done), edits)
    said = [revision["said"] for revision in revisions if revision.get("said")]
    assert len(said) == len(set(said)), "a message was done twice"
    assert len(said) - 1 >= one.finished, (said, one.finished)
    draft = one.user.state()["state"]["draft"]
    assert draft["rev"] == revisions[-1]["rev"]
    print(len(said), one.said, one.finished, len(done), broken)  # noqa: T201 - what the kills came to
