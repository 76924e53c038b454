"""Where a language model answers, and how much one message may cost there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wavereel.errors import UsageError

if TYPE_CHECKING:
    from wavereel.settings import Settings


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model behind an address that speaks OpenAI's chat completions.

    Attributes:
        url: Up to and with `/v1`.
        model: Its name there.
        key: Sent as a bearer token; empty sends none that means anything.
        timeout_s: What it may take for a whole message, all rounds together.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one message.

    Attributes:
        rounds: How often the model is asked.
        calls: How many tools it may call, in all.
        refusals: How many of its calls may come to nothing.
        input_tokens: Tokens sent, all rounds together.
        output_tokens: Tokens received, all rounds together.
        reply_tokens: Tokens of one answer.
        reply_bytes: Bytes of one answer, as they come from the network.
    """

    rounds: int = 6
    calls: int = 24
    refusals: int = 8
    input_tokens: int = 200_000
    output_tokens: int = 16_000
    reply_tokens: int = 4000
    reply_bytes: int = 4 << 20


def endpoint_of(settings: Settings) -> Endpoint | None:
    """The language model that the settings name; `None` where they name none, and the grammar does all.

    Raises:
        UsageError: An address without a model, or a model without an address.
    """
    if not settings.llm_url and not settings.llm_model:
        return None
    if not settings.llm_url:
        raise UsageError("a language model is named without its address", hint="set llm_url, or unset llm_model")
    if not settings.llm_model:
        raise UsageError("the language model's address is set without its name", hint="set llm_model, or unset llm_url")
    return Endpoint(settings.llm_url, settings.llm_model, settings.llm_key, settings.llm_timeout_s)
