"""A server from its socket to its end: what `wavereel serve` runs."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
import threading
from contextlib import ExitStack, suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING

import uvicorn

from wavereel.app import build_app
from wavereel.errors import OutputError, UsageError, WavereelError
from wavereel.logs import start_logging, stop_logging
from wavereel.server.application import build_server
from wavereel.server.origins import is_loopback
from wavereel.server.transport import server_options
from wavereel.worker.supervisor import Supervisor

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

    from wavereel.settings import Settings

_LOG = logging.getLogger(__name__)

GRACE_S = 5
"""So long open requests may go on when the server is told to stop; what they started is not lost."""

BACKLOG = 1024
MAX_FILES = 16_384
MAX_CONNECTIONS = 8_000
_DOCUMENTED_ADDRESS = ("192.0.2.1", 9)
"""RFC 5737: nobody's. Asking for the way there sends nothing, and tells which of our addresses others see."""


class _Server(uvicorn.Server):
    """Says where it is when it answers."""

    said: str = ""

    def leave(self, _number: int, _frame: FrameType | None) -> None:
        """Ends as after any other signal; an exception out of the loop would leave its threads waiting."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(self.said)
            sys.stdout.flush()


def run_server(settings: Settings) -> None:
    """Serves until a signal ends it. Jobs that run are given back to the queue, and go on when a server starts again.

    Raises:
        UsageError: Two settings contradict each other.
        OutputError: The port is taken, or the data folder cannot be written.
    """
    if settings.adk_no_auth and not is_loopback(settings.host):
        hint = "listen on 127.0.0.1, or let clients send a token"
        raise UsageError("ADK's endpoints may do without a token on a loopback address only", hint=hint)
    os.umask(0o077)
    _take_files()
    folder = settings.data_folder
    with ExitStack() as stack:
        listener = stack.enter_context(listen(settings.host, settings.port))
        handler = _log_into(folder / "logs" / "server.log", settings.log_level)
        stack.callback(stop_logging, handler)
        library = logging.getLogger("uvicorn.error")
        library.setLevel(logging.ERROR)  # what is no HTTP is anybody's to send, and no news
        library.addHandler(handler)
        stack.callback(library.removeHandler, handler)
        supervisor = Supervisor(settings, folder)
        backend = build_app(settings).backend(folder, notifier=supervisor)
        stack.callback(backend.close)
        backend.core.bound = address_of(listener)
        supervisor.start()
        stack.callback(supervisor.close)
        config = uvicorn.Config(
            build_server(backend, settings, supervisor=supervisor),
            lifespan="on",
            timeout_graceful_shutdown=GRACE_S,
            limit_concurrency=MAX_CONNECTIONS,
            **server_options(),
        )
        server = _Server(config)
        server.said = greeting(settings, backend.core.base_url)
        _LOG.info("serving %s from %s", backend.core.bound, folder)
        _run(server, listener)


def _run(server: _Server, listener: socket.socket) -> None:
    """Serves until a signal; uvicorn looks after two of them, and a closed terminal is a third."""
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, server.leave)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:  # uvicorn hands on the signal that ended it
        _LOG.info("told to stop")
    if not server.started:
        raise WavereelError("the server did not start", hint="read logs/server.log in the data folder")
    with suppress(OSError):
        sys.stderr.write("wavereel: stopping\n")


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound, so that a port that is taken is noticed before anything else is started.

    Raises:
        OutputError: It cannot be had.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        found = socket.socket(family, kind, protocol)
    except OSError as error:
        raise OutputError(f"cannot listen on {host} ({error.strerror})", hint="choose another --host") from None
    try:
        if os.name != "nt":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(BACKLOG)
    except OSError as error:
        found.close()
        if error.errno == errno.EADDRINUSE:
            message = f"port {port} of {host} is in use"
            raise OutputError(message, hint="stop what uses it, or choose another with --port") from None
        raise OutputError(f"cannot listen on {host}:{port} ({error.strerror})", hint="choose another --port") from None
    found.set_inheritable(False)
    return found


def address_of(listener: socket.socket) -> str:
    """How others write the address of a socket; for one that listens everywhere, the address that the network sees."""
    host, port = listener.getsockname()[:2]
    if ip_address(host).is_unspecified:
        host = _outward()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def greeting(settings: Settings, base: str) -> str:
    """What is said when the server answers."""
    lines = [f"Wavereel serves {base}", f"  data: {settings.data_folder}"]
    lines.append(f"  try:  curl -X POST -H 'X-Client-Id: me' {base}/api/auth/anonymous-token")
    if not is_loopback(settings.host):
        lines.append("  warning: whoever reaches this address may ask for a token and use this machine")
        if not settings.public_url:
            lines.append("  warning: links carry the address above; name another with --public-url")
    return "\n".join(lines) + "\n"


def _log_into(path: Path, level: str) -> logging.Handler:
    try:
        return start_logging(path, level)
    except OutputError as error:
        raise OutputError(error.message, hint="choose another folder with --data") from None


def _take_files() -> None:
    """Lets the server hold as many connections as the system gives it; the usual bound is a thousand."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _outward() -> str:
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(_DOCUMENTED_ADDRESS)
            return str(probe.getsockname()[0])
    except OSError:
        return "127.0.0.1"
