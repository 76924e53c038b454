"""What a sound says of itself."""

import pytest

from wavereel.media.signals import tone, write_sound
from wavereel.service.facts import look_at_sound


class Shelf:
    def add(self, path, info, kind):
        return f"asset://{path.name}"


@pytest.mark.parametrize(
    ("tags", "number"),
    [
        ({"track": "42/50"}, "42"),
        ({"track": "42", "genre": "Podcast"}, "42"),
        ({"track": "7", "genre": "News & Politics"}, "7"),
        ({"track": "9", "genre": "Folk"}, ""),
        ({"track": "0"}, ""),
    ],
)
def test_a_song_is_no_episode(tmp_path, tags, number):
    path = tmp_path / "sound.mp3"
    write_sound(path, tone(9600), codec="libmp3lame", tags=tags)
    facts, notices = look_at_sound(path, Shelf(), tmp_path, salvage=False)
    assert facts.number == number
    assert notices == []
