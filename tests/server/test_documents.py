"""The OpenAPI document: whole, and about the routes that there are."""

import json
import re

from fastapi.routing import APIRoute
from tests.server.conftest import Near


def test_the_document_is_whole(near: Near):
    answer = near.http.get("/openapi.json")
    document = answer.json()
    assert document["openapi"].startswith("3.1")
    for reference in re.findall(r'"#/components/schemas/([^"]+)"', answer.text):
        assert reference in document["components"]["schemas"], reference
    operations = [one for path in document["paths"].values() for one in path.values()]
    ids = [one["operationId"] for one in operations]
    assert len(set(ids)) == len(ids)
    assert all(one.get("summary") for one in operations)


def test_every_route_of_the_api_is_in_it(near: Near):
    paths = near.http.get("/openapi.json").json()["paths"]
    for route in near.http.app.routes:  # type: ignore[attr-defined]
        if isinstance(route, APIRoute) and route.include_in_schema:
            path = re.sub(r":path\}", "}", route.path)
            for method in route.methods:
                assert method.lower() in paths[path], route.path


def test_every_refusal_has_the_envelope(near: Near):
    document = near.http.get("/openapi.json").json()
    for path, methods in document["paths"].items():
        if not path.startswith("/api/"):
            continue
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert response["content"]["application/json"]["schema"]["$ref"].endswith("/Failure"), path


def test_the_examples_of_secrets_are_none(near: Near):
    assert "nmv_usr_" not in json.dumps(near.http.get("/openapi.json").json())
