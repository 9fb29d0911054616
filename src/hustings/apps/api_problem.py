"""Every error of the interface in one shape: problem details (RFC 9457), with a code that does not change."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import ConfigDict, Field, JsonValue

from hustings.apps.permission import Refused
from hustings.errors import BadInput, HustingsError

__all__ = ["CODES", "MEDIA_TYPE", "ApiProblem", "ProblemDetails", "Problems", "handle"]

MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/"


@dataclass(frozen=True, kw_only=True)
class Code:
    """What a code means, and the status that it comes with."""

    status: int
    title: str


CODES = {
    "malformed": Code(status=400, title="The request cannot be read."),
    "not_signed_in": Code(status=401, title="Send a token that is in force, or sign in."),
    "refused": Code(status=403, title="You may not do this."),
    "scope": Code(status=403, title="The token is not for this."),
    "no_csrf_token": Code(status=403, title="A signed-in page has to prove that it is ours: send X-CSRFToken."),
    "not_known": Code(status=404, title="There is no such thing here."),
    "method": Code(status=405, title="This address does not take this method."),
    "conflict": Code(status=409, title="What you ask for does not fit what is the case now."),
    "gone": Code(status=410, title="It was here and is over."),
    "too_large": Code(status=413, title="The request is too large."),
    "media_type": Code(status=415, title="Send application/json."),
    "not_valid": Code(status=422, title="The request does not fit its description."),
    "not_your_cursor": Code(status=409, title="This cursor belongs to another query or another caller."),
    "too_many": Code(status=429, title="Too many calls; wait a minute."),
    "failed": Code(status=500, title="Something failed here. It was undone; tell the operator the request's name."),
    "not_ready": Code(status=503, title="The installation is not ready. Try again."),
}
BY_STATUS = {code.status: name for name, code in reversed(CODES.items())}


NAMES: list[JsonValue] = [*sorted(CODES)]


class Wrong(Schema):
    """One thing that is wrong with a request."""

    model_config = ConfigDict(extra="forbid")
    where: str = Field(description="Path to the part that is wrong.", examples=["query.limit"])
    expected: str = Field(description="What would be right.")


class ProblemDetails(Schema):
    """An error, after RFC 9457."""

    model_config = ConfigDict(extra="forbid")
    type: str = Field(description="Where the code is explained, relative to this host.")
    title: str = Field(description="The code in words.")
    status: int = Field(ge=400, le=599)
    code: str = Field(
        description="What went wrong, for programs; it does not change.", json_schema_extra={"enum": NAMES}
    )
    detail: str = Field(description="What went wrong this time.")
    request: str = Field(description="Names this request to the operator.")
    conditions: list[str] = Field(default=[], description="The conditions of access that failed.")
    problems: list[Wrong] = Field(default=[], description="Every single thing that is wrong with the request.")


@dataclass
class ApiProblem(Exception):
    """Raised by what answers programs."""

    code: str
    detail: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    conditions: list[str] = field(default_factory=list)
    problems: list[Wrong] = field(default_factory=list)


def answer(request: HttpRequest, problem: ApiProblem) -> HttpResponse:
    """The response that tells a problem."""
    code = CODES[problem.code]
    body = ProblemDetails(
        type=f"/api/docs#{problem.code}",
        title=code.title,
        status=code.status,
        code=problem.code,
        detail=problem.detail or code.title,
        request=getattr(request, "name_for_operator", ""),
        conditions=problem.conditions,
        problems=problem.problems,
    )
    response = HttpResponse(body.model_dump_json(), status=code.status, content_type=MEDIA_TYPE)
    for name, value in problem.headers.items():
        response[name] = value
    if code.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="Hustings"'
    return response


def of_validation(error: ValidationError) -> ApiProblem:
    """Every part of a request that does not fit."""
    wrong = [
        Wrong(where=".".join(str(part) for part in each["loc"]) or "body", expected=str(each["msg"]))
        for each in error.errors
    ]
    return ApiProblem("not_valid", f"{len(wrong)} part(s) of the request do not fit.", problems=wrong)


def handle(api: NinjaAPI) -> None:
    """Let the interface tell each of our errors, and those of what it stands on, in this shape."""

    def tell(kind: type[Exception], how: Callable[[Exception], ApiProblem]) -> None:
        def told(request: HttpRequest, error: Any) -> HttpResponse:
            return answer(request, how(error))

        api.add_exception_handler(kind, told)

    def refused(error: Exception) -> ApiProblem:
        assert isinstance(error, Refused)
        return ApiProblem("refused", str(error), conditions=[each.value for each in error.decision.failed])

    def bad_input(error: Exception) -> ApiProblem:
        assert isinstance(error, BadInput)
        return ApiProblem(
            "not_valid",
            error.what,
            problems=[Wrong(where=each.where, expected=f"{each.expected}. {each.do}") for each in error.problems],
        )

    def http(error: Exception) -> ApiProblem:
        assert isinstance(error, HttpError)
        return ApiProblem(BY_STATUS.get(error.status_code, "malformed"))

    def itself(error: Exception) -> ApiProblem:
        assert isinstance(error, ApiProblem)
        return error

    def validation(error: Exception) -> ApiProblem:
        assert isinstance(error, ValidationError)
        return of_validation(error)

    tell(ApiProblem, itself)
    tell(AuthenticationError, lambda _: ApiProblem("not_signed_in"))
    tell(Refused, refused)
    tell(PermissionDenied, lambda _: ApiProblem("refused"))
    tell(Http404, lambda _: ApiProblem("not_known"))  # hidden and never there: the same words
    tell(ValidationError, validation)
    tell(RequestDataTooBig, lambda _: ApiProblem("too_large"))
    tell(SuspiciousOperation, lambda _: ApiProblem("malformed"))
    tell(BadInput, bad_input)
    tell(HustingsError, lambda error: ApiProblem("conflict", str(error)))
    tell(HttpError, http)


class Problems:
    """Names each call, keeps its answer out of every cache, and puts errors that never reached us into our shape."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        request.name_for_operator = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        kind = response.get("Content-Type", "")
        if response.status_code >= HTTPStatus.BAD_REQUEST and kind != MEDIA_TYPE:
            kept = {"Allow": ", ".join(sorted(response["Allow"].split(", ")))} if "Allow" in response else {}
            name = BY_STATUS.get(response.status_code, "malformed" if response.status_code < 500 else "failed")
            response = answer(request, ApiProblem(name, headers=kept))
        response["Cache-Control"] = "private, no-store"
        response["X-Request-Name"] = request.name_for_operator  # type: ignore[attr-defined]
        return response
