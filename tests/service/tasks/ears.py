"""A recogniser that hears what a test says, and remembers it as the real one does."""

from dataclasses import dataclass, field

from wavereel.errors import Cancelled
from wavereel.speech.words import Word


@dataclass
class Transcript:
    language: str
    words: list[Word]
    notices: tuple[str, ...] = ()


@dataclass
class Ears:
    """What the two ports of recognition are replaced by; `heard` counts how often somebody listened."""

    said: str = "hello and welcome to the show"
    kept: dict[tuple[str, str | None], Transcript] = field(default_factory=dict)
    heard: int = 0
    wait: bool = False
    error: Exception | None = None

    def recognition(self, cache_dir, model_dir):
        """In place of `Recognition`."""

        def hear(windows, *, language, model, content, on_ms, cancelled):
            self.heard += 1
            on_ms(1000)
            if self.error is not None:
                raise self.error
            if self.wait:
                cancelled.wait(20)
            if cancelled.is_set():
                raise Cancelled("stopped")
            words = [Word(text, 200 + 300 * n, 450 + 300 * n) for n, text in enumerate(self.said.split())]
            self.kept[content, language] = Transcript(language or "en", words)
            return self.kept[content, language]

        return hear

    def recollection(self, cache_dir, model_dir):
        """In place of `Recollection`."""
        return lambda *, content, language, model: self.kept.get((content, language))


def listen_with(ears: Ears, monkeypatch) -> Ears:
    """Lets tasks hear with these."""
    monkeypatch.setattr("wavereel.service.tasks.desk.Recognition", ears.recognition)
    monkeypatch.setattr("wavereel.service.tasks.desk.Recollection", ears.recollection)
    return ears
