"""What Salesforce says when it refuses, in our words and sorted by what helps."""

from typing import Any, Final

from transcript2handoff.crm.answers import Answer, asked_to_wait, short
from transcript2handoff.crm.records import Request
from transcript2handoff.errors import (
    CrmAccessError,
    CrmBusyError,
    CrmError,
    CrmGoneError,
    CrmRefusedError,
    CrmSetupError,
    CrmUnreachableError,
)

_USED_UP: Final = "REQUEST_LIMIT_EXCEEDED"
_USED_UP_SECONDS: Final = 900.0
"""The limit counts the last 24 hours, and there is no ``Retry-After``."""
_CROWDED_SECONDS: Final = 10.0
_LOCKED: Final = frozenset({"UNABLE_TO_LOCK_ROW", "DUPLICATE_VALUE"})
"""The second: two upserts of a new key at once. The next one finds it there."""
_NO_RIGHT: Final = frozenset(
    {
        "INVALID_SESSION_ID",
        "API_DISABLED_FOR_ORG",
        "API_CURRENTLY_DISABLED",
        "INSUFFICIENT_ACCESS",
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
    }
)
_NO_SUCH: Final = frozenset(
    {
        "INVALID_FIELD",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "INVALID_TYPE",
        "UNSUPPORTED_API_VERSION",
        "MALFORMED_QUERY",
    }
)
_DELETED: Final = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"})
_PASSING_STATUS: Final = frozenset({408, 425, 429})


def salesforce_error(request: Request, answer: Answer) -> CrmError | None:
    """What is wrong with an answer; None if nothing is."""
    if answer.status < 300:
        return None
    code, said = _first(answer)
    return (
        _passing(answer, code, said)
        or _setup(request, answer, code, said)
        or CrmRefusedError(
            f"Salesforce does not take this (status {answer.status}, {code or 'no code'}): {said}"
        )
    )


def _first(answer: Answer) -> tuple[str, str]:
    """Code and message of the first error."""
    body: Any = answer.body
    first = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, dict):
        return "", short(f"status {answer.status}")
    code = first.get("errorCode") or first.get("error") or ""
    said = first.get("message") or first.get("error_description") or f"status {answer.status}"
    return str(code), short(said)


def _passing(answer: Answer, code: str, said: str) -> CrmError | None:
    wait = asked_to_wait(answer)
    if code == _USED_UP:
        seconds = _CROWDED_SECONDS if "concurrent" in said.lower() else _USED_UP_SECONDS
        return CrmBusyError(
            f"Salesforce's limit of requests is used up: {said}",
            wait=seconds if wait is None else wait,
        )
    if code in _LOCKED:
        return CrmBusyError(f"Somebody else is changing the record in Salesforce: {said}")
    if answer.status >= 500 or answer.status in _PASSING_STATUS:
        return CrmUnreachableError(
            f"Salesforce failed with status {answer.status}: {said} It will be tried again.",
            wait=wait,
        )
    return None


def _setup(request: Request, answer: Answer, code: str, said: str) -> CrmError | None:
    if answer.status == 401 or code in _NO_RIGHT:
        return CrmAccessError(
            f"Salesforce does not let this user do it: {said} Check the external client app and "
            "the permission set of its user."
        )
    if answer.status == 300:
        return CrmRefusedError(
            "Salesforce has several records of the same key, and has written nothing: "
            f"{request.path.partition('?')[0]}. Delete all but one, and make the key unique."
        )
    if code in _NO_SUCH or (answer.status == 404 and _is_about_setup(request, said)):
        return CrmSetupError(
            f"Salesforce lacks a field, an object or this version: {said} docs/crm.md says what to "
            "set up."
        )
    if code in _DELETED or answer.status == 404:
        return CrmGoneError(f"Salesforce does not have this record: {said}")
    return None


def _is_about_setup(request: Request, said: str) -> bool:
    """Whether a 404 is not about a record; the code is the same for both."""
    if "__c/" not in request.path:
        return request.method == "GET"
    return "updateOnly" not in request.path or "external id field" in said.lower()
