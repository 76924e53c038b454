"""Edits of what the captions say: phrases, single cues, the glossary, profanity. Times of untouched words are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from pydantic import Field

from wavereel.timeline.edits.base import Area, Edit, Note, Target, Words
from wavereel.timeline.edits.cue_words import TextChange, change_text, change_words, find_phrases
from wavereel.timeline.edits.lexicons import PROFANITY
from wavereel.timeline.edits.masks import found_words, masked_sound, masked_texts, speaking_clips
from wavereel.timeline.edits.rewriting import caption_cues, replaced_in_captions
from wavereel.timeline.edits.surgery import Spot, change_segments, changed, with_meta
from wavereel.timeline.edits.text_places import caption_tracks, text_spots
from wavereel.timeline.edits.words import with_text, with_title_following
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.timeline.model import Segment, Timeline


class ReplaceText(Edit):
    """Replaces a phrase in the captions, or in the titles and texts that are named.

    Case does not matter; in scripts with spaces only whole words are found, in Chinese a phrase anywhere. The times of
    untouched words stay as they are. A phrase that becomes as many words hands them its times one by one; another
    number shares the phrase's time by letters. A phrase that runs from one cue into the next goes to the first one,
    and a cue of which nothing is left goes.

        before   |we|   |made |wave |real|        "we made wave real"
        after    |we|   |made |Wavereel  |        "we made Wavereel"
    """

    area: ClassVar[Area] = "captions"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"find": "wave real", "replace": "Wavereel"},
        {"find": "字目", "replace": "字幕"},
        {"find": "Dreams", "replace": "Nights", "target": "title"},
    )

    op: Literal["replace_text"] = "replace_text"
    find: Words = Field(description="what is there now, 1 to 2000 characters")
    replace: str = Field(max_length=2000, description="what is to be there; empty takes the phrase out")
    target: Target = Field("caption", description="caption for all captions; else a cue, a title, a text, or a role")
    all: bool = Field(True, description="every occurrence; false changes the first one only")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        del notes
        if not self.find.strip():
            raise cannot("nothing_to_change")
        most = None if self.all else 1
        if self.target == "caption" or caption_tracks(timeline, self.target):
            result, count = replaced_in_captions(timeline, self.target, self.find, self.replace, most)
            if not count:
                raise cannot("not_in_captions", text=self.find)
            role = "caption"
        else:
            found = text_spots(timeline, self.target)
            role = timeline.tracks[found[0].track].role
            result, count = _replaced_in_texts(timeline, found, self.find, self.replace, most)
            if not count:
                key = "not_in_captions" if role == "caption" else "not_in_text"
                raise cannot(key, text=self.find, **({} if role == "caption" else {"what": role}))
        if result == timeline:
            raise cannot("same_already", what=role)
        return result


def _replaced_in_texts(
    timeline: Timeline, found: list[Spot], find: str, replace: str, most: int | None
) -> tuple[Timeline, int]:
    count = 0
    new: dict[tuple[int, int], Segment | None] = {}
    followed: list[tuple[str, str]] = []
    for spot in found:
        if count == most:
            break
        segment, text = spot.segment, spot.segment.text or ""
        changes = [TextChange(start, stop, replace.strip()) for start, stop in find_phrases(text, find, most=most)]
        if not changes:
            continue
        count += len(changes)
        after = change_text(text, changes)
        words = change_words(text, segment.words, changes) if segment.words else segment.words
        new[spot.track, spot.index] = changed(segment, text=after, words=words) if after.strip() else None
        if timeline.tracks[spot.track].role == "title" and after.strip():
            followed.append((text, after))
    touched = [spot for spot in found if (spot.track, spot.index) in new]
    result = change_segments(timeline, touched, lambda spot: new[spot.track, spot.index]) if touched else timeline
    for before, after in followed[:1]:
        result = with_title_following(result, before, after)
    return result, count


class SetCueText(Edit):
    """Changes what one cue of the captions says.

    Words that were there before keep their times; the others share the time between their neighbours by letters.

        before   |their |going |home|        "their going home"
        after    |they're|going |home|       "they're going home"
    """

    area: ClassVar[Area] = "captions"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"target": "caption#1", "text": "Good evening, everyone"},)

    op: Literal["set_cue_text"] = "set_cue_text"
    target: Target = Field(description="the cue: its id, or caption#3 for the third one, caption#-1 for the last")
    text: Words = Field(description="what it says from now on, 1 to 2000 characters; line breaks are kept")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        del notes
        text = self.text.strip()
        if not text:
            raise cannot("nothing_to_change")
        found = text_spots(timeline, self.target)
        if any(timeline.tracks[spot.track].role != "caption" for spot in found):
            raise cannot("wrong_kind", what=timeline.tracks[found[0].track].role)
        if len(found) > 1:
            raise cannot("several_there", what="caption", count=len(found))
        return with_text(timeline, found, text)


class SetGlossary(Edit):
    """Says how names and terms are spelled: now in the captions, and whenever captions are written.

    Given as a mapping from what is written wrongly to what is right, or as a list of right spellings, of which case is
    corrected. It adds to the glossary that is there.

        before   |Shivawn was here|     m.glossary -
        after    |Siobhan was here|     m.glossary {"Shivawn": "Siobhan"}
    """

    area: ClassVar[Area] = "captions"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"terms": {"Shivawn": "Siobhan"}},
        {"terms": ["Wavereel", "OpenType"]},
    )

    op: Literal["set_glossary"] = "set_glossary"
    terms: dict[str, str] | tuple[str, ...] = Field(
        min_length=1, max_length=500, description="what is written wrongly and what is right, or the right spellings"
    )

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        del notes
        pairs = self.terms.items() if isinstance(self.terms, dict) else ((term, term) for term in self.terms)
        asked = {wrong.strip(): right.strip() for wrong, right in pairs if wrong.strip() and right.strip()}
        if not asked:
            raise cannot("nothing_to_change")
        before = glossary_of(timeline)
        result = timeline if before | asked == before else with_meta(timeline, glossary=before | asked)
        if any(timeline.tracks[number].segments for number in caption_tracks(timeline)):
            for wrong, right in asked.items():
                result, _ = replaced_in_captions(result, "caption", wrong, right)
        if result == timeline:
            raise cannot("same_already", what="glossary")
        return result


def glossary_of(timeline: Timeline) -> dict[str, str]:
    """The draft's glossary: what is written wrongly, and what is right. A list holds right spellings."""
    said = timeline.meta.extra.get("glossary")
    if isinstance(said, dict):
        held = cast("Mapping[object, object]", said)
        return {wrong: right for wrong, right in held.items() if isinstance(wrong, str) and isinstance(right, str)}
    listed = cast("list[object]", said) if isinstance(said, list) else []
    return {term: term for term in listed if isinstance(term, str)}


class MaskProfanity(Edit):
    """Masks strong language in the captions, and under the words in the sound.

    A word keeps its first letter, a Chinese one is covered whole. In the sound the words' time becomes a `mask` effect
    of the clips that speak then; a cue without times of words shares its time by letters.

        before   |what the |hell |        voice |.................|
        after    |what the |h*** |        voice |.........XXXXX...|
    """

    area: ClassVar[Area] = "captions"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"words": ["hell"], "sound": False})

    op: Literal["mask_profanity"] = "mask_profanity"
    words: tuple[Words, ...] | None = Field(None, max_length=500, description="the words; a short list by default")
    sound: bool = Field(True, description="whether the sound is masked too")
    text: bool = Field(True, description="whether the captions are masked")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        if not self.sound and not self.text:
            raise cannot("nothing_to_change")
        matches = [found for cues in caption_cues(timeline) for found in found_words(cues, self.words or PROFANITY)]
        if not matches:
            raise cannot("no_profanity")
        result = masked_texts(timeline, matches) if self.text else timeline
        if self.sound:
            clips = speaking_clips(timeline)
            if not clips and not self.text:
                raise cannot("no_sound")
            result = masked_sound(result, clips, matches)
        if result == timeline:
            raise cannot("same_already", what="caption")
        notes.append(Note("masked", {"count": sum(len(ranges) for _, ranges in matches)}))
        return result
