"""Tasks that behave and misbehave, for the pool to be tried with."""

import os
import signal
import sys
import time

from wavereel.errors import Cancelled, EditError, InputError, NoCreditsError, TruncatedError


class OwnError(InputError):
    """Of this module, so nobody else knows it."""


def echo(request, context):
    return {"request": request, "pid": os.getpid(), "scratch": str(context.scratch)}


def counting(request, context):
    for step in range(4):
        context.on_progress(step / 3, "count")
        time.sleep(0.11)
    return {}


def waiting(request, context):
    if not context.cancelled.wait(30):
        raise AssertionError("nobody cancelled")
    raise Cancelled("stopped")


def deaf(request, context):
    time.sleep(60)


def burn(request, context):
    while True:
        pass


def hoard(request, context):
    return {"size": len(bytearray(8 << 30))}


def crash(request, context):
    os.kill(os.getpid(), signal.SIGSEGV)


def kill(request, context):
    os.kill(os.getpid(), signal.SIGKILL)


def leave(request, context):
    os._exit(3)


def chatter(request, context):
    sys.stdout.write("this must not reach the protocol")
    sys.stdout.flush()
    os.write(1, b"neither must this")
    return {"ok": True}


def write(request, context):
    with (context.scratch / "big").open("wb") as file:
        file.write(bytes(request["bytes"]))
    return {}


def fail(request, context):
    raise {
        "edit": EditError("no", reason="why", facts={"a": 1}, hint="do"),
        "credits": NoCreditsError("none", data={"required": 2}, retry_after_s=9),
        "truncated": TruncatedError("short", present_ms=5, expected_ms=None),
        "own": OwnError("kept"),
        "fault": ZeroDivisionError("secret detail"),
    }[request["kind"]]


def environment(request, context):
    return {"environ": dict(os.environ), "nice": os.nice(0)}


def unsayable(request, context):
    return {"what": object()}
