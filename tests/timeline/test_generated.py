"""What the program made itself."""

from wavereel.timeline.codec import timeline_from_tree
from wavereel.timeline.generated import generated_media


def test_music_covers_and_patterns_are_listed_once_and_grounds_are_not():
    bed = {"d": 4000, "g": {"k": "music", "mood": "jazz", "seed": 3}, "m": {"name": "Jazz"}}
    timeline = timeline_from_tree(
        {
            "t": [
                {"tt": 0, "m": {"role": "background"}, "sg": [{"d": 9000, "g": {"k": "pattern", "sty": "stars"}}]},
                {
                    "tt": 0,
                    "m": {"role": "overlay"},
                    "sg": [{"d": 9000, "g": {"k": "pattern", "sty": "cover", "seed": 7}}],
                },
                {"tt": 0, "m": {"role": "progress"}, "sg": [{"d": 9000, "g": {"k": "progress"}}]},
                {"tt": 1, "m": {"role": "bgm"}, "sg": [bed, bed]},
            ]
        }
    )
    found = generated_media(timeline)
    assert [(one["kind"], one["prompt"], one["seed"], one["file_type"]) for one in found] == [
        ("background", "stars", None, "image"),
        ("cover", "cover", 7, "image"),
        ("music", "jazz", 3, "audio"),
    ]
    assert found[2]["filename"] == "Jazz" and found[2]["duration"] == 4.0
    assert len({one["file_id"] for one in found}) == 3
