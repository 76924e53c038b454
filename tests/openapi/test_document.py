"""The server keeps to its own document; `make test-openapi` runs this, `make test` does not."""

from tests.openapi.run import main


def test_nothing_is_found():
    assert main(["--max-examples", "20", "--continue-on-failure"]) == 0
