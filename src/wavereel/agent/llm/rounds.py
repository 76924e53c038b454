"""The rounds of a message with pydantic-ai; imported when a model is used, and by nothing else.

The HTTP client lives for one message: it follows no redirects, tries nothing twice, reads no more than a bound of
bytes, and takes no keys or account names from the environment of other programs.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from types import NoneType
from typing import TYPE_CHECKING, Any, cast

import httpx2
from openai import AsyncOpenAI, Omit, OpenAIError
from pydantic import TypeAdapter
from pydantic_ai import Agent, ModelSettings
from pydantic_ai.exceptions import AgentRunError, ModelHTTPError, UsageLimitExceeded, UserError
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.tools import ToolDefinition
from pydantic_ai.toolsets.abstract import AbstractToolset, ToolsetTool
from pydantic_ai.usage import UsageLimits

from wavereel.agent.llm.failures import Failure
from wavereel.agent.llm.schemas import all_tools
from wavereel.agent.llm.tools import StoppedError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from pydantic_ai import RunContext
    from pydantic_ai.messages import ModelMessage, ModelResponse
    from pydantic_ai.models import Model, ModelRequestParameters
    from pydantic_ai.toolsets.abstract import SchemaValidatorProt

    from wavereel.agent.llm.endpoint import Endpoint, Limits
    from wavereel.agent.llm.tools import Desk

CONNECT_S = 10.0
MALFORMED_CALLS = 2
"""How often a tool may be called with arguments that are no JSON object before the model is given up."""


class DeskTools(AbstractToolset[None]):
    """The tools of a desk, called one after another in the order in which the model named them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._specs = all_tools()
        self._arguments = cast("SchemaValidatorProt", TypeAdapter(dict[str, Any]).validator)

    @property
    def id(self) -> str:
        """Name for the library's own messages."""
        return "wavereel"

    async def get_tools(self, ctx: RunContext[None]) -> dict[str, ToolsetTool[None]]:  # noqa: ARG002
        """All tools, so that one that was not shown can be called as well; `_Narrow` shows those that are open."""
        return {
            spec.name: ToolsetTool(
                toolset=self,
                tool_def=ToolDefinition(
                    name=spec.name,
                    description=spec.about,
                    parameters_json_schema=spec.parameters,
                    strict=False,
                    sequential=True,
                ),
                max_retries=MALFORMED_CALLS,
                args_validator=self._arguments,
            )
            for spec in self._specs
        }

    async def call_tool(
        self,
        name: str,
        tool_args: dict[str, Any],
        ctx: RunContext[None],  # noqa: ARG002
        tool: ToolsetTool[None],  # noqa: ARG002
    ) -> str:
        """Hands the call to the desk."""
        return self._desk.call(name, tool_args)


class _Narrow(WrapperModel):
    """A model that is shown the tools that are open at a desk, asked again before each round."""

    def __init__(self, wrapped: Model, desk: Desk) -> None:
        super().__init__(wrapped)
        self._desk = desk

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Asks the model."""
        shown = self._desk.open_names()
        tools = [tool for tool in model_request_parameters.function_tools if tool.name in shown]
        narrow = replace(model_request_parameters, function_tools=tools)
        return await super().request(messages, model_settings, narrow)


async def converse(
    endpoint: Endpoint, desk: Desk, system: str, limits: Limits, scripted: object | None = None
) -> tuple[str, bool]:
    """Lets a model work at a desk until it is through with the message.

    Args:
        endpoint: Where the model answers.
        desk: Takes its calls, and holds the message.
        system: The rules and the data.
        limits: Bounds.
        scripted: A model of pydantic-ai's to use instead of the endpoint's, for tests.

    Returns:
        What the model wrote at the end, and whether it was stopped at a bound.

    Raises:
        Failure: It could not be reached, or what came from it cannot be used.
    """
    try:
        async with asyncio.timeout(endpoint.timeout_s):
            if scripted is not None:
                return await _run(cast("Model", scripted), desk, system, limits), False
            async with _model(endpoint, limits) as model:
                return await _run(model, desk, system, limits), False
    except (TimeoutError, UsageLimitExceeded, StoppedError):
        return "", True
    except ModelHTTPError as error:
        raise Failure("refused", error.status_code) from None
    except (AgentRunError, UserError, OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise Failure(_kind_of(error)) from None
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        if desk.fault is not None:
            raise
        raise Failure("unreadable") from None  # what a server sends reaches into the libraries


def _kind_of(error: BaseException) -> str:
    """Whether a server was not reached, or sent what cannot be read; by the first cause."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    reached = not any(isinstance(one, httpx2.TransportError | OSError | httpx2.InvalidURL) for one in chain)
    return "unreadable" if reached else "unreachable"


async def _run(model: Model, desk: Desk, system: str, limits: Limits) -> str:
    agent: Agent[None, str | None] = Agent(
        _Narrow(model, desk),
        output_type=cast("Any", str | None),
        deps_type=NoneType,
        instructions=system,
        toolsets=[DeskTools(desk)],
        retries={"tools": MALFORMED_CALLS, "output": 1},
        model_settings=ModelSettings(max_tokens=limits.reply_tokens),
    )
    bounds = UsageLimits(
        request_limit=limits.rounds,
        input_tokens_limit=limits.input_tokens,
        output_tokens_limit=limits.output_tokens,
    )
    result = await agent.run(desk.text, usage_limits=bounds, infer_name=False)
    return result.output or ""


@asynccontextmanager
async def _model(endpoint: Endpoint, limits: Limits) -> AsyncGenerator[Model]:
    async def cap(response: httpx2.Response) -> None:
        response.stream = _Capped(cast("httpx2.AsyncByteStream", response.stream), limits.reply_bytes)

    timeout = httpx2.Timeout(endpoint.timeout_s, connect=min(CONNECT_S, endpoint.timeout_s))
    async with httpx2.AsyncClient(
        timeout=timeout,
        # Nothing is retried, so no request may meet a connection that its server is about to close.
        limits=httpx2.Limits(max_keepalive_connections=0),
        follow_redirects=False,
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [cap]},
    ) as http:
        client = AsyncOpenAI(
            api_key=endpoint.key or "none",
            base_url=endpoint.url,
            organization="",
            project="",
            default_headers=cast("Any", {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()}),
            timeout=timeout,
            max_retries=0,
            http_client=http,
        )
        provider = OpenAICompatibleProvider("wavereel", openai_client=client)
        yield OpenAIChatModel(endpoint.model, provider=provider)


class _Capped(httpx2.AsyncByteStream):
    """A response's bytes up to a bound."""

    def __init__(self, inner: httpx2.AsyncByteStream, most: int) -> None:
        self._inner = inner
        self._left = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner:
            self._left -= len(chunk)
            if self._left < 0:
                raise httpx2.DecodingError("the answer is larger than allowed")
            yield chunk

    async def aclose(self) -> None:
        """Closes the connection's stream."""
        await self._inner.aclose()
