"""The service file: who may send webhooks, the CRM, the recorders, and how people sign in.

It is YAML. No secret stands in it: where one belongs, the file says ``{env: NAME}`` for a variable
of the environment, or ``{file: PATH}`` for a file of its own, beside the service file or anywhere.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NoReturn, TypeVar

from pydantic import (
    BaseModel,
    Field,
    JsonValue,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails

from transcript2handoff.crm import DEAL_FIELDS, HUBSPOT_URL, OPPORTUNITY_FIELDS
from transcript2handoff.crm.hubspot_plan import HubSpotVersion
from transcript2handoff.crm.salesforce_plan import SalesforceVersion
from transcript2handoff.deal import Record, Text
from transcript2handoff.errors import ServiceFileError
from transcript2handoff.webhooks import SOURCES, Endpoint, FieldMapping
from transcript2handoff.words import Language
from transcript2handoff.yaml_text import YamlTextError, faults, plain_yaml

LARGEST: Final = 1 << 18
"""Of the file, and of each file with a secret, in bytes."""
SECRETS: Final = ("secrets", "keys", "secret", "token", "client_secret", "cookie_secret")
"""Fields whose value never stands in the file itself."""
_REFERENCES: Final = ("env", "file")
_BESIDE: Final = ("name", "mapping")
"""Fields of a webhook that are no part of what is agreed with its sender."""
_M = TypeVar("_M", bound=BaseModel)

Sending = Literal["never", "with_consent", "unless_refused"]
WebhookName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}\z")]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.\[\]:-]+/?\z")]
SafeAddress = Annotated[str, StringConstraints(pattern=r"^https://[a-z0-9.-]+/?\z")]
HostName = Annotated[str, StringConstraints(pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}\z")]


class Webhook(Record):
    """One address at which somebody may send: ``POST /v1/webhooks/NAME``."""

    name: WebhookName
    endpoint: Endpoint
    """Its source, and the secrets or keys that prove it."""
    mapping: FieldMapping | None = None
    """Where in a payload the fields of the deal stand."""

    @model_validator(mode="before")
    @classmethod
    def _of_one_list(cls, given: object) -> object:
        """In the file all fields of a webhook stand beside each other."""
        if not isinstance(given, Mapping) or "endpoint" in given:
            return given
        agreed = {name: value for name, value in given.items() if name not in _BESIDE}
        return {**{name: given[name] for name in _BESIDE if name in given}, "endpoint": agreed}


class HubSpotConnection(Record):
    """How HubSpot is reached. Nothing is written there unless ``write`` is on."""

    token: SecretStr
    url: Address = HUBSPOT_URL
    version: HubSpotVersion = "v3"
    portal: Text | None = None
    """The account that the token is of; events of others are put aside."""
    write: bool = False
    poll: bool = False
    """Whether won deals are asked for, should a webhook have got lost."""
    language: Language = "en"
    """Of what is written."""
    sending: Sending | None = None
    """When words of a call may be written there; as ``T2H_SENDING`` says if nothing is said."""
    mapping: FieldMapping = DEAL_FIELDS


class SalesforceConnection(Record):
    """How Salesforce is reached. Nothing is written there unless ``write`` is on."""

    url: Address
    client_id: Text
    client_secret: SecretStr
    version: SalesforceVersion = "v67.0"
    write: bool = False
    poll: bool = False
    """Whether won opportunities are asked for, should a message have got lost."""
    language: Language = "en"
    """Of what is written."""
    sending: Sending | None = None
    """When words of a call may be written there; as ``T2H_SENDING`` says if nothing is said."""
    mapping: FieldMapping = OPPORTUNITY_FIELDS


class Crms(Record):
    """The CRMs that are connected."""

    hubspot: HubSpotConnection | None = None
    salesforce: SalesforceConnection | None = None


class GongAccess(Record):
    """How calls are asked of Gong: its API has an address for each customer."""

    key: Text
    secret: SecretStr
    url: SafeAddress = "https://api.gong.io"
    hosts: tuple[HostName, ...] = ("gong.io",)
    """Recordings are fetched from these hosts and what is below them."""


class ServiceFile(Record):
    """What the file says; an empty one connects nothing."""

    webhooks: Annotated[tuple[Webhook, ...], Field(max_length=100)] = ()
    crm: Crms = Crms()
    gong: GongAccess | None = None
    access: Mapping[str, JsonValue] = Field(default_factory=dict, repr=False)
    """How people sign in, with secrets in their place: for ``access_as``."""

    @model_validator(mode="after")
    def _each_name_once(self) -> "ServiceFile":
        names = [one.name for one in self.webhooks]
        if doubles := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"several webhooks have the same name: {', '.join(doubles)}")
        return self

    def webhook(self, name: str) -> Webhook | None:
        """The webhook of this name, if there is one."""
        return next((one for one in self.webhooks if one.name == name), None)

    def access_as(self, kind: type[_M]) -> _M:
        """The section ``access`` as what it is for.

        Raises:
            ServiceFileError: fields do not fit; the message names them.
        """
        try:
            return kind.model_validate(self.access)
        except ValidationError as error:
            raise ServiceFileError(
                f"The section access of the service file does not fit: {faults(error)}."
            ) from None


def read_service_file(path: Path, environment: Mapping[str, str] | None = None) -> ServiceFile:
    """Read the file, and the secrets that it names.

    Args:
        path: of the file.
        environment: where variables are looked up; that of this process if none is given.

    Raises:
        ServiceFileError: it cannot be read, a field does not fit or a secret is not there; the
            message names the field and repeats no secret.
    """
    text = _text(path, str(path))
    try:
        given = plain_yaml(text, where=str(path))
    except YamlTextError as error:
        raise ServiceFileError(str(error)) from error
    if given is not None and not isinstance(given, dict):
        raise ServiceFileError(f"{path} does not describe a service: it is no list of fields.")
    secrets = _Secrets(path, os.environ if environment is None else environment)
    try:
        return ServiceFile.model_validate(secrets.put_into(given or {}))
    except ValidationError as error:
        # The error itself holds the values, secrets among them.
        raise ServiceFileError(
            f"{path} does not describe a service: {faults(_as_written(error))}."
        ) from None


class _Secrets:
    """Puts secrets where the file refers to them."""

    def __init__(self, path: Path, environment: Mapping[str, str]) -> None:
        self._path = path
        self._environment = environment

    def put_into(self, value: object, at: tuple[str, ...] = ()) -> object:
        """The value with each reference replaced by what it refers to."""
        if isinstance(value, dict):
            if len(value) == 1 and next(iter(value)) in _REFERENCES:
                return self._referred(value, at)
            return {name: self.put_into(one, (*at, name)) for name, one in value.items()}
        if isinstance(value, list):
            return [
                self.put_into(one, (*at, f"entry {number}")) for number, one in enumerate(value, 1)
            ]
        if isinstance(value, str) and _is_secret(at):
            self._refuse(at, "no secret stands in this file; write {env: NAME} or {file: PATH}")
        return value

    def _referred(self, reference: Mapping[str, object], at: tuple[str, ...]) -> str:
        ((way, target),) = reference.items()
        if not isinstance(target, str) or not target:
            self._refuse(at, f"{way} needs one name")
        return self._variable(target, at) if way == "env" else self._file(target, at)

    def _variable(self, name: str, at: tuple[str, ...]) -> str:
        value = self._environment.get(name, "").strip()
        if not value:
            self._refuse(at, f"the environment variable {name} is not set, or is empty")
        return value

    def _file(self, name: str, at: tuple[str, ...]) -> str:
        value = _text(self._path.parent / name, f"{self._path}, {', '.join(at)}: {name}").strip()
        if not value:
            self._refuse(at, f"the file {name} is empty")
        return value

    def _refuse(self, at: tuple[str, ...], why: str) -> NoReturn:
        raise ServiceFileError(f"{self._path}, {', '.join(at)}: {why}.")


def _is_secret(at: tuple[str, ...]) -> bool:
    names = [step for step in at if not step.startswith("entry ")]
    # A mapping may have a field of any name; what stands there are names of fields.
    return "mapping" not in names and bool(names) and names[-1] in SECRETS


def _text(path: Path, where: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        text = content.decode()
    except OSError as error:
        raise ServiceFileError(f"{where} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise ServiceFileError(f"{where} is not in UTF-8, or its name is no path.") from error
    if len(content) > LARGEST:
        raise ServiceFileError(f"{where} is larger than {LARGEST} bytes.")
    return text


def _as_written(error: ValidationError) -> ValidationError:
    """The error with places as they are in the file."""
    return ValidationError.from_exception_data(
        error.title, [_line(dict(one)) for one in error.errors(include_url=False)]
    )


def _line(fault: Mapping[str, Any]) -> InitErrorDetails:
    line = InitErrorDetails(type=fault["type"], loc=tuple(_place(fault["loc"])), input=None)
    if "ctx" in fault:
        line["ctx"] = fault["ctx"]
    return line


def _place(steps: tuple[int | str, ...]) -> Iterator[int | str]:
    sources = [source.model_fields["source"].default for source in SOURCES]
    for before, step in zip((None, *steps), steps, strict=False):
        if step != "endpoint" and not (before == "endpoint" and step in sources):
            yield step
