"""Forms: their files whatever the pieces they come in, and nothing of forms that are none."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.errors import LimitError, UnreadableError, WavereelError
from wavereel.server.multipart import MAX_FIELD_BYTES, MAX_PART_HEADER_BYTES, MAX_PARTS, FormReader


class Kept:
    """A receiver in memory."""

    def __init__(self, filename: str, limit_bytes: int = 1 << 20) -> None:
        self.filename = filename
        self.limit_bytes = limit_bytes
        self.data = bytearray()
        self.refusal: WavereelError | None = None
        self.finished = self.aborted = False

    def write(self, chunk) -> None:
        self.data += chunk
        if len(self.data) > self.limit_bytes:
            self.refusal = LimitError("too long")
            raise self.refusal

    def finish(self) -> None:
        self.finished = True

    def abort(self) -> None:
        self.aborted = True


def reader(limit_bytes: int = 1 << 20, spare_bytes: int = 1 << 20) -> FormReader:
    begin = lambda filename: Kept(filename, limit_bytes)  # noqa: E731
    return FormReader("multipart/form-data; boundary=XX", begin, max_files=3, spare_bytes=spare_bytes)  # type: ignore[arg-type]


def part(name: str, content: bytes, filename: str | None = None, more: str = "") -> bytes:
    named = "" if filename is None else f'; filename="{filename}"'
    head = f'--XX\r\nContent-Disposition: form-data; name="{name}"{named}\r\n{more}\r\n'
    return head.encode() + content + b"\r\n"


END = b"--XX--\r\n"


def files(form: FormReader) -> list[tuple[str, bytes]]:
    return [(one.filename, bytes(one.data)) for one in form.receivers]  # type: ignore[attr-defined]


@pytest.mark.promise("UPLOAD-FILE-PART")
def test_files_under_either_name_and_nothing_else():
    form = reader()
    form.feed(part("files", b"one", "a.mp3") + part("note", b"hello") + part("other", b"x", "b.mp3"))
    form.feed(part("file", b"two", "c.mp3") + END)
    form.finish()
    assert files(form) == [("a.mp3", b"one"), ("c.mp3", b"two")]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("filename*=UTF-8''%e6%a0%87%20a.mp3", "标 a.mp3"),
        ("filename*=iso-8859-1'en'%fc.mp3", "ü.mp3"),
        ("filename*=utf-8''%ff.mp3; x=y", "\ufffd.mp3"),
        ("filename*=UTF-8''other.mp3; filename=\"plain.mp3\"", "plain.mp3"),
        ("filename*=koi8-r''a.mp3", None),
        ("filename*=a.mp3", None),
    ],
)
def test_a_file_may_be_named_in_percent_signs(said: str, name: str | None):
    form = reader()
    form.feed(f'--XX\r\nContent-Disposition: form-data; name="files"; {said}\r\n\r\none\r\n'.encode() + END)
    if name is None:
        with pytest.raises(UnreadableError, match="no file"):
            form.finish()
    else:
        assert files(form) == [(name, b"one")]
    assert all(one.finished for one in form.receivers)  # type: ignore[attr-defined]


@given(st.binary(max_size=300) | st.just(b"\r\n--XX" * 5) | st.just(b"\r\n--X" * 40 + b"\r"), st.data())
def test_any_pieces_give_the_same_files(content: bytes, data: st.DataObject):
    if b"\r\n--XX" in b"\r\n" + content:
        content = content.replace(b"--XX", b"--XY")
    body = part("files", content, "a.bin") + part("files", b"end", "b.bin") + END
    form = reader()
    while body:
        size = data.draw(st.integers(1, max(1, len(body))))
        form.feed(body[:size])
        body = body[size:]
    form.finish()
    assert files(form) == [("a.bin", content), ("b.bin", b"end")]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_are_refused(body: bytes):
    form = reader()
    try:
        form.feed(body)
        form.feed(b"--XX\r\n" + body)
        form.finish()
    except (UnreadableError, LimitError):
        form.abort()
    assert all(one.aborted or one.finished for one in form.receivers)  # type: ignore[attr-defined]


@pytest.mark.parametrize("cut", range(1, len(part("files", b"abc", "a.mp3")) + len(END) - 2, 7))
def test_a_form_that_ends_early_is_none(cut: int):
    form = reader()
    form.feed((part("files", b"abc", "a.mp3") + END)[:cut])
    with pytest.raises(UnreadableError, match="not whole"):
        form.finish()


@pytest.mark.parametrize(
    "header",
    ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 300, ""],
)
def test_a_boundary_is_needed(header: str):
    with pytest.raises(UnreadableError, match="boundary"):
        FormReader(header, Kept, max_files=1, spare_bytes=1)  # type: ignore[arg-type]


def test_a_form_without_a_file_is_told_so():
    form = reader()
    form.feed(part("files", b"no name") + END)
    with pytest.raises(UnreadableError, match="no file"):
        form.finish()


def hostile() -> Iterator[tuple[str, bytes]]:
    yield "files", b"".join(part("files", b"", f"{n}.mp3") for n in range(4))
    yield "parts", b"".join(part("x", b"") for _ in range(MAX_PARTS + 1))
    yield "a header", part("files", b"", "a" * MAX_PART_HEADER_BYTES)
    yield "headers", part("files", b"", "a", "".join(f"X-{n}: 1\r\n" for n in range(40)))
    yield "a name", b"--XX\r\n" + b"x" * (MAX_PART_HEADER_BYTES + 1)
    yield "a field", part("x", b"y" * (MAX_FIELD_BYTES + 1))


@pytest.mark.promise("UPLOAD-COUNTS")
@pytest.mark.parametrize(("what", "body"), list(hostile()), ids=lambda value: value if isinstance(value, str) else "")
def test_counts_and_lengths_are_bounded(what: str, body: bytes):
    # The library has bounds of its own for headers, and they may be the first to hold.
    refusals = (LimitError, UnreadableError) if "header" in what or "name" in what else LimitError
    with pytest.raises(refusals):
        reader().feed(body)


def test_a_file_that_is_too_long_does_not_cost_the_others():
    form = reader(limit_bytes=10)
    form.feed(part("files", b"x" * 11, "a.mp3") + part("files", b"fine", "b.mp3") + END)
    form.finish()
    assert [one.refusal is None for one in form.receivers] == [False, True]


def test_what_follows_a_refused_file_is_bounded():
    form = reader(limit_bytes=10, spare_bytes=100)
    form.feed(part("files", b"x" * 11, "a.mp3")[:-2] + b"y" * 100)
    with pytest.raises(LimitError):
        form.feed(b"y" * 101)


def test_names_come_as_they_are():
    form = reader()
    for name in ("ü.mp3", "../../etc/passwd", "a b;c.mp3"):
        form.feed(part("files", b"", name))
    assert [name for name, _ in files(form)] == ["ü.mp3", "../../etc/passwd", "a b;c.mp3"]
