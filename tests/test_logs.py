"""Log lines go to the file that was asked for, and nowhere else."""

import logging
from pathlib import Path

import pytest

from wavereel.errors import OutputError
from wavereel.logs import keep_quiet, start_logging, stop_logging


def test_lines_and_tracebacks_go_to_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "deep" / "wavereel.log"
    handler = start_logging(path)
    try:
        logging.getLogger("wavereel.somewhere").debug("a detail")
        try:
            raise KeyError("lost")
        except KeyError:
            logging.getLogger("wavereel").exception("a fault")
    finally:
        stop_logging(handler)
    text = path.read_text(encoding="utf-8")
    assert "a detail" in text and "KeyError: 'lost'" in text and "wavereel.somewhere" in text
    assert capsys.readouterr() == ("", "")
    assert handler not in logging.getLogger("wavereel").handlers


def test_a_log_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="log"):
        start_logging(tmp_path / "file" / "wavereel.log")


def test_nothing_reaches_standard_error_unasked(capfd: pytest.CaptureFixture[str]):
    handlers = logging.getLogger().handlers[:]
    try:
        logging.getLogger().handlers = []
        keep_quiet()
        logging.getLogger("wavereel").error("hidden")
        logging.getLogger("some.library").error("hidden too")
    finally:
        logging.getLogger().handlers = handlers
        logging.captureWarnings(False)
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_loses_lines_and_nothing_else(capsys: pytest.CaptureFixture[str]):
    handler = start_logging(Path("/dev/full"))
    try:
        for _ in range(3):
            logging.getLogger("wavereel.somewhere").error("lost")
    finally:
        stop_logging(handler)
    assert capsys.readouterr() == ("", "")
