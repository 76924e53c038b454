"""Segments that are found again: whole, of an age, within bounds, whatever else goes on in the folder."""

import os
import shutil
import stat
import threading
from pathlib import Path

import pytest

from wavereel.media.coded import CodedPicture, SegmentSpool
from wavereel.render.segment_cache import SegmentCache, program_identity

PICTURES = [CodedPicture(b"key" * 50, key=True), CodedPicture(b"", key=False), CodedPicture(b"next" * 20, key=False)]


def spool_in(folder: Path, name: str = "made", pictures: list[CodedPicture] = PICTURES) -> SegmentSpool:
    folder.mkdir(exist_ok=True)
    spool = SegmentSpool(folder / name)
    spool.write(pictures)
    return spool


def put(cache: SegmentCache, key: str, spool: SegmentSpool) -> None:
    cache.keep(key, spool.path, spool.table())


def get(cache: SegmentCache, key: str, into: Path) -> SegmentSpool | None:
    found = cache.find(key, into)
    if found is None:
        return None
    spool = SegmentSpool.found(found.path, found.table)
    assert spool.total_bytes == found.data_bytes
    return spool


@pytest.fixture
def cache(tmp_path: Path) -> SegmentCache:
    return SegmentCache(tmp_path / "segments", max_bytes=1 << 20, max_age_s=3600)


def entries(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "segments").iterdir())


def test_what_was_put_is_found(cache: SegmentCache, tmp_path: Path):
    made = spool_in(tmp_path / "work")
    put(cache, "k", made)
    assert list(made.read()) == PICTURES  # the caller goes on with its own
    made.remove()
    found = get(cache, "k", tmp_path / "again")
    assert found is not None
    assert list(found.read()) == PICTURES
    found.remove()
    assert get(cache, "k", tmp_path / "again") is not None
    assert get(cache, "other", tmp_path / "none") is None


def test_entries_and_their_folder_are_the_owners_alone(cache: SegmentCache, tmp_path: Path):
    put(cache, "k", spool_in(tmp_path / "work"))
    assert [stat.S_IMODE(path.stat().st_mode) for path in entries(tmp_path)] == [0o600]
    assert stat.S_IMODE((tmp_path / "segments").stat().st_mode) == 0o700


def test_what_is_in_use_outlives_its_entry(cache: SegmentCache, tmp_path: Path):
    put(cache, "k", spool_in(tmp_path / "work"))
    found = get(cache, "k", tmp_path / "again")
    shutil.rmtree(tmp_path / "segments")
    assert found is not None
    assert list(found.read()) == PICTURES


def test_one_scope_does_not_find_what_another_put(cache: SegmentCache, tmp_path: Path):
    mine = SegmentCache(tmp_path / "segments", max_bytes=1 << 20, max_age_s=3600, scope="user_1")
    put(mine, "k", spool_in(tmp_path / "work"))
    assert get(cache, "k", tmp_path / "a") is None
    assert get(mine, "k", tmp_path / "b") is not None


@pytest.mark.parametrize("damage", ["cut", "flip", "flip table", "empty", "longer", "not ours"])
def test_a_damaged_entry_is_no_entry_and_goes(cache: SegmentCache, tmp_path: Path, damage: str):
    put(cache, "k", spool_in(tmp_path / "work"))
    shutil.rmtree(tmp_path / "work")
    (path,) = entries(tmp_path)
    data = bytearray(path.read_bytes())
    match damage:
        case "cut":
            del data[-10:]
        case "flip":
            data[5] ^= 1
        case "flip table":
            data[-60] ^= 1
        case "empty":
            data.clear()
        case "longer":
            data += b"more"
        case _:
            data[:] = b"x" * 500
    path.write_bytes(data)
    assert get(cache, "k", tmp_path / "again") is None
    assert entries(tmp_path) == []
    assert not (tmp_path / "again").exists()
    put(cache, "k", spool_in(tmp_path / "work"))
    assert get(cache, "k", tmp_path / "again") is not None


def test_an_entry_is_written_once(cache: SegmentCache, tmp_path: Path):
    put(cache, "k", spool_in(tmp_path / "work", "one"))
    (path,) = entries(tmp_path)
    inode = path.stat().st_ino
    put(cache, "k", spool_in(tmp_path / "work", "two"))
    assert [entry.stat().st_ino for entry in entries(tmp_path)] == [inode]


def test_the_least_recently_used_go_first(tmp_path: Path):
    roomy = SegmentCache(tmp_path / "segments", max_bytes=1 << 20, max_age_s=1e9)
    for number, key in enumerate("abcd"):
        before = set(entries(tmp_path)) if number else set()
        put(roomy, key, spool_in(tmp_path / "work", key))
        (made,) = set(entries(tmp_path)) - before
        os.utime(made, (1_000_000_000 + number, 1_000_000_000 + number))
    size = entries(tmp_path)[0].stat().st_size
    assert get(roomy, "a", tmp_path / "used") is not None
    SegmentCache(tmp_path / "segments", max_bytes=2 * size, max_age_s=1e9).trim()
    found = [key for key in "abcd" if get(roomy, key, tmp_path / f"again-{key}")]
    assert found == ["a", "d"]


def test_what_nobody_used_for_long_is_not_found_and_goes(cache: SegmentCache, tmp_path: Path):
    put(cache, "k", spool_in(tmp_path / "work"))
    (path,) = entries(tmp_path)
    os.utime(path, (1, 1))
    assert get(cache, "k", tmp_path / "again") is None
    left_over = tmp_path / "segments" / ".part-old"
    left_over.touch()
    os.utime(left_over, (1, 1))
    (tmp_path / "segments" / ".part-new").touch()
    cache.trim()
    assert [entry.name for entry in entries(tmp_path)] == [".part-new"]


def test_it_trims_itself_while_it_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("wavereel.render.segment_cache._LEAST_TRIM_BYTES", 1)
    cache = SegmentCache(tmp_path / "segments", max_bytes=2000, max_age_s=3600)
    for number in range(20):
        put(cache, str(number), spool_in(tmp_path / "work", str(number)))
    assert 0 < sum(entry.stat().st_size for entry in entries(tmp_path)) < 3000


def test_what_is_larger_than_all_is_not_kept(tmp_path: Path):
    cache = SegmentCache(tmp_path / "segments", max_bytes=100, max_age_s=3600)
    put(cache, "k", spool_in(tmp_path / "work"))
    assert not (tmp_path / "segments").exists()


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path):
    (tmp_path / "file").touch()
    cache = SegmentCache(tmp_path / "file", max_bytes=1 << 20, max_age_s=3600)
    made = spool_in(tmp_path / "work")
    put(cache, "k", made)
    assert list(made.read()) == PICTURES
    assert get(cache, "k", tmp_path / "again") is None
    cache.trim()


def test_where_there_are_no_links_copies_are_made(cache: SegmentCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    made = spool_in(tmp_path / "work")
    put(cache, "k", made)
    made.remove()
    found = get(cache, "k", tmp_path / "again")
    assert found is not None
    assert list(found.read()) == PICTURES
    assert len(entries(tmp_path)) == 1


def test_threads_that_put_and_get_and_trim_at_once_read_whole_segments(tmp_path: Path):
    cache = SegmentCache(tmp_path / "segments", max_bytes=2000, max_age_s=3600)
    wrong: list[object] = []

    def work(number: int) -> None:
        for step in range(30):
            key = str((number + step) % 5)
            put(cache, key, spool_in(tmp_path / f"work-{number}", f"{step}"))
            found = get(cache, key, tmp_path / f"work-{number}" / f"got-{step}")
            if found is not None and list(found.read()) != PICTURES:
                wrong.append(key)
            cache.trim()

    for number in range(4):
        (tmp_path / f"work-{number}").mkdir()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_program_knows_itself():
    assert len(program_identity()) == 32
    assert program_identity() is program_identity()
