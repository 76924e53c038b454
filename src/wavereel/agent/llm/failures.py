"""Why a language model did not serve a message, in one sentence of each language."""

from __future__ import annotations

from typing import Literal

Kind = Literal["unreachable", "refused", "unreadable", "nothing", "missing"]

_SO = ("so the built-in grammar read the message", "所以由内置语法来理解这句话")

_REASONS: dict[str, tuple[str, str]] = {
    "unreachable": ("the language model could not be reached", "连不上语言模型"),
    "refused": ("the language model answered with an error (HTTP {status})", "语言模型返回了错误（HTTP {status}）"),
    "busy": ("the language model takes no more messages for now (HTTP 429)", "语言模型暂时不再接受请求（HTTP 429）"),
    "key": ("the language model does not accept the key (HTTP {status})", "语言模型不接受这个密钥（HTTP {status}）"),
    "unreadable": ("the language model's answer could not be read", "语言模型的回答无法读取"),
    "nothing": ("the language model did nothing of what was asked", "语言模型没有做任何事"),
    "missing": ("the language model needs the extra llm to be installed", "使用语言模型需要先安装llm附加包"),
}

STOPPED = (
    "the language model was stopped at a limit before it was through; what it had done stays",
    "语言模型达到上限，中途停下了；已做的部分保留",
)


class Failure(Exception):
    """A language model did not serve.

    Args:
        kind: Why.
        status: Of HTTP, where it answered with an error.
    """

    def __init__(self, kind: str, status: int = 0) -> None:
        named = "busy" if status == 429 else "key" if status in (401, 403) else kind
        super().__init__(f"{named} {status}" if status else named)
        self.kind = named
        self.status = status

    def sentences(self) -> tuple[str, str]:
        """What is said to the user, in English and Chinese, without a final stop."""
        english, chinese = (text.format(status=self.status) for text in _REASONS[self.kind])
        return f"{english}, {_SO[0]}", f"{chinese}，{_SO[1]}"
