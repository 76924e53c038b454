"""A backend whose messages are read by a language model: what is held back for a turn, and what is paid."""

import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.agent.llm.scripted import completion
from tests.agent.llm.scripted import wire as model_server
from tests.protocol.serving import Wire, anonymous, events_of, serving, text_of


@pytest.mark.promise("PRICE-MODEL")
def test_the_most_is_held_back_and_the_price_is_paid(tmp_path: Path, sound: bytes):
    held: list[dict[str, int]] = []
    with model_server() as model:
        settings = {"WAVEREEL_LLM_URL": model.url, "WAVEREEL_LLM_MODEL": "local", "WAVEREEL_WORKERS": 0}
        with serving(tmp_path, WAVEREEL_CREDITS=4, **settings) as served, served.client() as http:
            wire = anonymous(http)
            session = wire.session()
            wire.upload(session, ("talk.wav", sound))

            def balance() -> dict[str, int]:
                return wire.get("/api/credits/balance/simple").json()["data"]

            def watched(*said: str | tuple[str, object]):
                """The model answers, and meanwhile the balance is looked at."""
                data = json.dumps(completion(*said)).encode()

                def reply(handler: BaseHTTPRequestHandler) -> None:
                    with served.client() as beside:
                        looks = Wire(beside, wire.token).get("/api/credits/balance/simple")
                    held.append(looks.json()["data"])
                    handler.send_response(200)
                    handler.send_header("Content-Type", "application/json")
                    handler.send_header("Content-Length", str(len(data)))
                    handler.end_headers()
                    handler.wfile.write(data)

                model.replies.append(reply)

            watched(("set_ratio", {"ratio": "9:16"}))
            watched("OK")
            assert text_of(events_of(wire.say(session, "make it tall")))
            assert held == [{"available": 1, "frozen": 3, "total": 4}] * 2
            assert balance() == {"available": 3, "frozen": 0, "total": 3}
            assert wire.state(session)["state"]["canvas_config"]["ratio"] == "9:16"

            watched("It is two seconds long.")
            wire.say(session, "tell me, how long is it?")
            assert balance() == {"available": 3, "frozen": 0, "total": 3}

            held.clear()
            for number, rate in enumerate((24, 25, 50)):
                watched(("set_fps", {"fps": rate}))
                watched("OK")
                events_of(wire.say(session, f"rate {number}"))
            assert [one["frozen"] for one in held] == [3, 3, 2, 2, 1, 1]
            assert balance() == {"available": 0, "frozen": 0, "total": 0}
