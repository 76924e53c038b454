"""The stock clients of google-adk against this server; `make test-compat` runs this, `make test` does not."""

import pytest
from tests.compat.run import VERSIONS, play


@pytest.mark.promise("ADK-RUN-SSE")
@pytest.mark.parametrize("version", VERSIONS)
def test_the_stock_client_and_the_web_pages_reader_work_unchanged(version: str):
    play(version)
