"""Histories that are kept within a size."""

from __future__ import annotations

from wavereel.timeline.history import HEAD_LINE, TRACK_LINE, track_name, tree_of_line


def shortened(data: bytes, max_bytes: int) -> bytes:
    """The lines of a history without its oldest revisions, so that they are `max_bytes` at most; one always stays.

    Nothing is read but the names of tracks: lines that this program has written are taken as they are.
    """
    lines = data.split(b"\n")
    sizes = {track_name(line): len(line) for line in lines if line.startswith(TRACK_LINE)}
    needed: set[str] = set()
    total, first = 0, len(lines)
    for index in range(len(lines) - 1, -1, -1):
        head = tree_of_line(lines[index]) if lines[index].startswith(HEAD_LINE) else {}
        if not head:
            continue
        fresh = {str(name) for name in head.get("tracks") or ()} - needed
        total += len(lines[index]) + sum(sizes.get(name, 0) for name in fresh)
        if total > max_bytes and needed:
            break
        needed |= fresh
        first = index
    kept = [
        line
        for index, line in enumerate(lines)
        if (line.startswith(TRACK_LINE) and track_name(line) in needed)
        or (index >= first and line.startswith(HEAD_LINE))
    ]
    return b"".join(line + b"\n" for line in kept)
