"""People, keys, sessions and deeds, as requests and answers have them."""

import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from transcript2handoff.access import Principal, Scope
from transcript2handoff.access.keys import MadeKey
from transcript2handoff.access.passwords import Attempt, Password
from transcript2handoff.access.sessions import Session
from transcript2handoff.deal import Name, Record
from transcript2handoff.store.audit import AuditRecord
from transcript2handoff.store.keys import KeyRecord
from transcript2handoff.store.users import Email, Role, UserRecord

_Moment = Annotated[
    AwareDatetime,
    Field(
        ge=datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC),
        le=datetime.datetime(2099, 12, 31, tzinfo=datetime.UTC),
    ),
]
_EMAIL = {"examples": ["ana@seller.example"]}
_TOKEN = Annotated[
    str,
    Field(
        min_length=1, max_length=200, repr=False, description="What stands behind `#` in the link."
    ),
]


class UserOut(Record):
    """Somebody with an account."""

    id: str
    name: str
    email: str
    role: Role
    has_password: bool
    """Or they prove themselves elsewhere alone."""
    created: datetime.datetime
    disabled: datetime.datetime | None

    @classmethod
    def of(cls, user: UserRecord) -> Self:
        """What is shown of an account."""
        told = user.model_dump(include=cls.model_fields.keys() - {"has_password"})
        return cls(has_password=user.password_hash is not None, **told)


class ColleagueOut(Record):
    """Somebody to whom a deal can be handed."""

    id: str
    name: str
    role: Role

    @classmethod
    def of(cls, user: UserRecord) -> Self:
        """What everybody is told of an account."""
        return cls(id=user.id, name=user.name, role=user.role)


class ColleagueList(Record):
    """Everybody who is let in, by name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [{"id": "user-2", "name": "Maeve Lindqvist", "role": "csm"}]}]
        }
    )

    items: tuple[ColleagueOut, ...]


class InvitedOut(Record):
    """Somebody who may choose a password now."""

    user: UserOut
    link: str | None = None
    """Give it to them; it works once, for seven days. It is told this one time."""


class NewUserBody(Record):
    """Somebody who gets an account."""

    name: Annotated[Name, Field(examples=["Ana Reyes"])]
    email: Annotated[Email, Field(**_EMAIL)]
    role: Role


class UserChangeBody(Record):
    """What is to be changed of an account: the fields that are given."""

    name: Name | None = None
    email: Email | None = None
    role: Role | None = None
    disabled: bool | None = None
    """Whether they are let in no more. What they did stays theirs."""


class SignInBody(Record):
    """An e-mail address and a password."""

    email: Annotated[Email, Field(**_EMAIL)]
    password: Attempt


class SetUpBody(Record):
    """Whoever becomes the first administrator."""

    token: _TOKEN
    name: Annotated[Name, Field(examples=["Ana Reyes"])]
    email: Annotated[Email, Field(**_EMAIL)]
    password: Password


class InvitationBody(Record):
    """A password that is chosen by an invitation."""

    token: _TOKEN
    password: Password


class ProviderReturn(BaseModel):
    """What a browser brings back from an identity provider."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: Annotated[str, Field(min_length=1, max_length=200, repr=False)]
    code: Annotated[str | None, Field(max_length=4000, repr=False)] = None
    iss: Annotated[str | None, Field(max_length=500)] = None
    error: Annotated[str | None, Field(max_length=200)] = None


class PasswordBody(Record):
    """A password that takes the place of another one."""

    now: Attempt | None = None
    """The password until now; nothing for whoever has had none."""
    new: Password


class SetUpOut(Record):
    """Whether anybody has an account yet."""

    set_up: bool


class WaysOut(Record):
    """How people can sign in."""

    password: bool
    provider: bool
    """By an identity provider: open `/v1/sign-in/provider` in the browser."""


class CallerOut(Record):
    """Who asks, and what they may do."""

    id: str
    name: str
    kind: str
    role: str
    scopes: tuple[Scope, ...]
    csrf_token: str | None = None
    """For the header `X-CSRF-Token`; with a session alone."""

    @classmethod
    def of(cls, caller: Principal, csrf_token: str | None) -> Self:
        """What a caller is told of themselves."""
        told = caller.model_dump(include={"id", "name", "kind", "role"})
        return cls(scopes=tuple(sorted(caller.scopes)), csrf_token=csrf_token, **told)


class SessionOut(Record):
    """A session that has begun; its secret is in a cookie."""

    user: UserOut
    csrf_token: str
    """For the header `X-CSRF-Token` of whatever changes something."""
    expires: datetime.datetime

    @classmethod
    def of(cls, session: Session) -> Self:
        """What is shown of a session."""
        return cls(
            user=UserOut.of(session.user), csrf_token=session.csrf_token, expires=session.expires
        )


class NewKeyBody(Record):
    """A key to be made."""

    name: Annotated[Name, Field(examples=["nightly import"])]
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1, max_length=4)]
    mine: bool = True
    """Whether it sees what you see. An administrator may make one of nobody, which sees all."""
    expires: Annotated[_Moment | None, Field(examples=["2027-01-01T00:00:00Z"])] = None


class ReplacementBody(Record):
    """How a key is replaced."""

    overlap_hours: Annotated[int, Field(ge=0, le=24 * 30)] = 24
    """How long the key before still holds."""


class KeyOut(Record):
    """A key, without its secret."""

    id: str
    name: str
    user_id: str | None
    scopes: tuple[str, ...]
    created: datetime.datetime
    expires: datetime.datetime | None
    used: datetime.datetime | None
    replaces: str | None

    @classmethod
    def of(cls, key: KeyRecord) -> Self:
        """What is shown of a key."""
        return cls(**key.model_dump(exclude={"digest"}))


class MadeKeyOut(Record):
    """A key that was made."""

    key: KeyOut
    secret: str | None = None
    """Send it as `Authorization: Bearer SECRET`. It is told this one time."""

    @classmethod
    def of(cls, made: MadeKey) -> Self:
        """The key with its secret."""
        return cls(key=KeyOut.of(made.record), secret=made.shown)

    def without_secret(self) -> Self:
        """The same, for whoever asks again."""
        return self.model_copy(update={"secret": None})


class DeedOut(Record):
    """A line of the audit."""

    number: int
    at: datetime.datetime
    actor: str
    action: str
    matter: str
    subject: str
    details: dict[str, int | bool | str]
    digest: str

    @classmethod
    def of(cls, deed: AuditRecord) -> Self:
        """What is shown of a deed."""
        return cls.model_validate(deed.model_dump())


class AuditCheckOut(Record):
    """Whether the audit is what was written."""

    whole: bool
    deeds: int | None = None
    """How many there are, if it is."""
    head: str | None = None
    """The last one, to be noted elsewhere: its number, a colon, and its digest."""
    fault: str | None = None
    """From where on it is not."""
