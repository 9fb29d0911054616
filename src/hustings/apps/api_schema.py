"""The description of the interface (OpenAPI 3.1), and the page that shows it to people."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI

from hustings.apps.api_problem import CODES, MEDIA_TYPE, ProblemDetails, Wrong

__all__ = ["Described", "docs"]

ALWAYS = ("malformed", "not_signed_in", "refused", "not_known", "method", "too_many", "failed")
WITH_QUESTION = ("not_valid",)
WITH_BODY = ("conflict", "too_large", "media_type", "not_valid")
REFERENCE = {"$ref": "#/components/schemas/ProblemDetails"}


class Described(NinjaAPI):
    """An interface that describes each of its errors too."""

    def get_openapi_schema(self, **named: Any) -> Any:
        """The description, with the errors of every operation and what every answer carries."""
        schema = super().get_openapi_schema(**named)
        schemas = schema["components"].setdefault("schemas", {})
        schemas["Wrong"] = Wrong.model_json_schema()
        problem = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        problem.pop("$defs", None)
        schemas["ProblemDetails"] = problem
        for path in schema["paths"].values():
            for operation in path.values():
                codes = [*ALWAYS, *(WITH_BODY if "requestBody" in operation else ())]
                if operation.get("parameters"):
                    codes += WITH_QUESTION
                if any(each["name"] == "cursor" for each in operation.get("parameters", ())):
                    codes.append("not_your_cursor")
                describe(operation["responses"], codes)
        return schema


def describe(responses: dict[Any, Any], codes: list[str]) -> None:
    """Add the errors that an operation can answer with."""
    for name in codes:
        code = CODES[name]
        responses.setdefault(code.status, {"description": code.title, "content": {MEDIA_TYPE: {"schema": REFERENCE}}})


def docs(request: HttpRequest) -> HttpResponse:
    """The interface for people: every operation, what it takes and gives, and every code of an error."""
    from hustings.apps.api import api

    schema = api.get_openapi_schema(path_prefix="api/")
    operations = [
        {"path": path, "method": method.upper(), **operation}
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    return render(
        request,
        "tokens/interface.html",
        {"operations": operations, "codes": CODES, "schemas": schema["components"]["schemas"]},
    )
