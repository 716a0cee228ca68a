"""The description of the service: one form for everything that goes wrong, with examples.

Routes name the statuses of their problems; here each becomes a reference to a shared response, with
an example of every kind of problem that has this status.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from transcript2handoff.api.idempotency import HEADER, NEVER
from transcript2handoff.api.problem_kinds import FRAMEWORK, INVALID, KINDS, Kind
from transcript2handoff.api.problems import MEDIA_TYPE, Fault, Problem

_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})
_OF_EVERY_OPERATION: Final = (400, 422, 429, 500, 503)
_OF_A_BODY: Final = (408, 413, 415)
_OF_A_POST: Final = (409,)
_OF_A_CALLER: Final = (401, 403)
_REFERENCE: Final = "#/components/responses/"
_SCHEMAS: Final = "#/components/schemas/"
_IDEMPOTENCY: Final = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"},
    "description": "A new one for each request, such as a UUID. The same request with the same key "
    "is done once, and answered as before with the header `Idempotency-Replayed: true`; another "
    "request with it is refused (422), and so is one that is still being worked on (409). Answers "
    "are kept for a day.",
    "example": "0b2f6a3e-6a52-4a39-9a5c-5a3f7f0c2a11",
}


def with_frame(schema: dict[str, Any]) -> dict[str, Any]:
    """The description of the routes, with everything that the frame does around them."""
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = Problem.model_json_schema(ref_template=f"{_SCHEMAS}{{model}}")
    schemas["Problem"].pop("$defs", None)
    schemas["Fault"] = Fault.model_json_schema()
    components["responses"] = {
        _name(status): _response(status, kinds) for status, kinds in sorted(_by_status().items())
    }
    for path, method, operation in _operations(schema):
        _complete(path, method, operation)
    return schema


def _operations(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            if method in _METHODS:
                yield path, method, operation


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Say of an operation what the frame does before it and around it."""
    responses = operation.setdefault("responses", {})
    named = {int(code) for code, told in responses.items() if MEDIA_TYPE in told.get("content", {})}
    for status in sorted({*named, *_of_frame(method, operation)} & _by_status().keys()):
        responses[str(status)] = {"$ref": f"{_REFERENCE}{_name(status)}"}
    if method == "post" and not path.startswith(NEVER):
        operation.setdefault("parameters", []).append(_IDEMPOTENCY)


def _of_frame(method: str, operation: Mapping[str, Any]) -> set[int]:
    statuses = {*_OF_EVERY_OPERATION}
    if "requestBody" in operation:
        statuses.update(_OF_A_BODY)
    if method == "post":
        statuses.update(_OF_A_POST)
    if operation.get("security"):
        statuses.update(_OF_A_CALLER)
    return statuses


def _by_status() -> dict[int, list[Kind]]:
    found: dict[int, list[Kind]] = {}
    for kind in (*FRAMEWORK.values(), INVALID, *KINDS.values()):
        known = found.setdefault(kind.status, [])
        if kind.name not in {each.name for each in known}:
            known.append(kind)
    return found


def _name(status: int) -> str:
    return f"Problem{status}"


def _response(status: int, kinds: list[Kind]) -> dict[str, Any]:
    headers = {name for kind in kinds for name in kind.headers}
    return {
        "description": "; ".join(kind.title for kind in kinds) + ".",
        "headers": {name: {"schema": {"type": "string"}} for name in sorted(headers)},
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": f"{_SCHEMAS}Problem"},
                "examples": {kind.name: {"value": _example(kind)} for kind in kinds},
            }
        },
    }


def _example(kind: Kind) -> dict[str, Any]:
    faults = (
        (Fault(detail="Input should be less than or equal to 200", pointer="query:limit"),)
        if kind is INVALID
        else ()
    )
    problem = Problem(
        type=f"/problems/{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=kind.detail,
        instance="/v1/deals",
        request_id="5f2b9c0c2d8e4f0f8f7b1c7a54c3f7a1",
        errors=faults,
    )
    return problem.model_dump(mode="json", exclude_defaults=True)
