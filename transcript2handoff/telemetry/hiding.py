"""No secret stands in a log: what is written passes here last."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

from pydantic import BaseModel, SecretBytes, SecretStr

HIDDEN: Final = "[hidden]"
SHORTEST: Final = 6
"""Characters of a secret that is looked for as such; a shorter one is found by accident."""

_NAMES: Final = re.compile(
    r"authorization|cookie|password|passwd|secret|credential|signature|(api|access|private|model|session)_?key"
    r"|(^|[_.-])token$",
    re.IGNORECASE,
)
_OURS: Final = re.compile(r"\bt2h_([A-Za-z0-9-]{1,48})_[A-Za-z0-9_-]{8,}")
_SCHEMES: Final = re.compile(r"\b(Bearer|Basic|Token)\s+[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE)
_SIGNED: Final = re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*")
_QUERY: Final = re.compile(
    r"([?&#;](?:[a-z_-]*(?:token|secret|password|signature|credential|key)|code|state|sig)=)"
    r"[^&\s\"'<>]+",
    re.IGNORECASE,
)
_SETUP: Final = re.compile(r"(/(?:setup|invitation|invite)#)[^\s\"'<>]+")
_USER: Final = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s/@]+@", re.IGNORECASE)
_FORMS: Final = (
    (_OURS, rf"t2h_\1_{HIDDEN}"),
    (_SCHEMES, rf"\1 {HIDDEN}"),
    (_SIGNED, HIDDEN),
    (_QUERY, rf"\1{HIDDEN}"),
    (_SETUP, rf"\1{HIDDEN}"),
    (_USER, rf"\1{HIDDEN}@"),
)
_known: set[str] = set()


def hide(*secrets: SecretStr | str | None) -> None:
    """Learn secrets of this process, so that they are hidden wherever they turn up."""
    for secret in secrets:
        text = secret.get_secret_value() if isinstance(secret, SecretStr) else secret
        if text and len(text) >= SHORTEST:
            _known.add(text)


def hide_all_in(value: object, *, name: str = "") -> None:
    """Learn every secret in a record, a mapping or a list, by its type or its name."""
    if isinstance(value, SecretStr) or (isinstance(value, str) and _NAMES.search(name)):
        hide(value)
    elif isinstance(value, BaseModel):
        hide_all_in(vars(value))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            hide_all_in(item, name=str(key))
    elif isinstance(value, list | tuple):
        for item in value:
            hide_all_in(item, name=name)


def hidden(text: str) -> str:
    """A text without the secrets that are known, and without what has the form of one."""
    for secret in _known:
        text = text.replace(secret, HIDDEN)
    for form, instead in _FORMS:
        text = form.sub(instead, text)
    return text


def clean(value: Any, *, name: str = "") -> Any:  # noqa: ANN401 - logs take values of every kind
    """A value for the log; what a secret's name says to be one is hidden whole."""
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, SecretStr | SecretBytes) or (name and _NAMES.search(name)):
        return HIDDEN
    if isinstance(value, Mapping):
        return {hidden(str(key)): clean(item, name=str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(item) for item in value]
    return hidden(value if isinstance(value, str) else str(value))


def without_secrets(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The processor of structlog that hides; it stands right before the renderer."""
    return {
        name: value if name.startswith("_") else clean(value, name=name)
        for name, value in event.items()
    }
