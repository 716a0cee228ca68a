"""What HubSpot says when it refuses, in our words and sorted by what helps."""

import json
from typing import Any, Final

from transcript2handoff.crm.answers import Answer, asked_to_wait, short
from transcript2handoff.crm.records import Request
from transcript2handoff.errors import (
    CrmAccessError,
    CrmBusyError,
    CrmConflictError,
    CrmError,
    CrmGoneError,
    CrmRefusedError,
    CrmSetupError,
    CrmUnreachableError,
)

_WAITS: Final = {"SECONDLY": 1.0, "TEN_SECONDLY_ROLLING": 10.0, "DAILY": 3600.0}
"""Seconds after which a used-up limit is looked at again, where HubSpot does not say when."""
_LOCKED_SECONDS: Final = 2.0
_TAKEN: Final = "CONFLICTING_UNIQUE_VALUE"
_UNKNOWN: Final = ("PROPERTY_DOESNT_EXIST", "INVALID_ASSOCIATION_TYPE")


def hubspot_error(request: Request, answer: Answer) -> CrmError | None:
    """What is wrong with an answer; None if nothing is."""
    if answer.status < 300:
        return None
    body = answer.body if isinstance(answer.body, dict) else {}
    said = short(body.get("message") or f"status {answer.status}")
    return (
        _passing(answer, body, said)
        or _not_allowed(answer.status, body, said)
        or _not_there(request, answer.status, body, said)
        or _refused(body, answer.status, said)
    )


def _not_allowed(status: int, body: dict[str, Any], said: str) -> CrmError | None:
    if status == 401:
        return CrmAccessError(
            f"HubSpot does not accept the token: {said} Make a new one in the app's settings."
        )
    if status == 403:
        return CrmAccessError(
            f"The HubSpot app may not do this: {said}{_scopes(body)} Give it the scopes."
        )
    return None


def _not_there(request: Request, status: int, body: dict[str, Any], said: str) -> CrmError | None:
    if status != 404:
        return None
    if body.get("category") == "OBJECT_NOT_FOUND":
        return CrmGoneError(f"HubSpot does not have this record: {said}")
    return CrmSetupError(
        f"HubSpot has no such address: {request.path.partition('?')[0]}. Check the version of the "
        "API."
    )


def _passing(answer: Answer, body: dict[str, Any], said: str) -> CrmError | None:
    wait = asked_to_wait(answer)
    match answer.status:
        case 429:
            policy = str(body.get("policyName", ""))
            return CrmBusyError(
                f"HubSpot's limit is used up ({policy or 'no policy named'}): {said}",
                wait=_WAITS.get(policy) if wait is None else wait,
            )
        case 423:
            return CrmBusyError(
                f"HubSpot has locked the record: {said}",
                wait=_LOCKED_SECONDS if wait is None else wait,
            )
        case status if status >= 500 or status in (408, 425, 477):
            return CrmUnreachableError(
                f"HubSpot failed with status {status}: {said} It will be tried again.", wait=wait
            )
    return None


def _refused(body: dict[str, Any], status: int, said: str) -> CrmError:
    everything = json.dumps(body)
    if status == 409 or _TAKEN in everything:
        return CrmConflictError(f"HubSpot has this one already: {said}")
    if any(code in everything for code in _UNKNOWN):
        return CrmSetupError(
            f"HubSpot lacks a property or an association: {said} docs/crm.md says what to set up."
        )
    return CrmRefusedError(f"HubSpot does not take this (status {status}): {said}")


def _scopes(body: dict[str, Any]) -> str:
    """The scopes that it names as missing."""
    errors = body.get("errors")
    named: list[str] = []
    for error in errors if isinstance(errors, list) else []:
        context = error.get("context") if isinstance(error, dict) else None
        for scopes in context.values() if isinstance(context, dict) else ():
            named += map(str, scopes if isinstance(scopes, list) else [scopes])
    return f" It lacks {short(', '.join(named))}" if named else ""
