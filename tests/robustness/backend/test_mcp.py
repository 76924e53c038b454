"""Bodies for `/mcp`, which its SDK reads in the loop that answers everybody."""

import json

import pytest

from wavereel.mcp.endpoint import MAX_MARKS


@pytest.mark.parametrize("one", [b"{},", b'"",', b"0,"])
def test_more_values_than_a_call_has(served, one):
    body = b'{"jsonrpc":"2.0","id":1,"method":"x","params":[' + one * MAX_MARKS + b"0]}"
    status, _, told = served.call("POST", "/mcp", served.token(), {"Content-Type": "application/json"}, body)
    assert (status, told["error"]["data"]["code"]) == (413, 4002)


def test_a_call_goes_through(served):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "x" * 100_000}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    status, _, told = served.call("POST", "/mcp", served.token(), headers, body)
    assert status == 400
    assert "error" in told
