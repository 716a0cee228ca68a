"""Keys for programs and accounts of people, for whoever runs the machine of the service."""

import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from transcript2handoff.access.principal import SCOPES, UserRole
from transcript2handoff.cli.base import app
from transcript2handoff.cli.operate import opened, say
from transcript2handoff.cli.options import AsJson
from transcript2handoff.console import ERR, OUT, print_json
from transcript2handoff.deal import first_fault
from transcript2handoff.errors import InputError
from transcript2handoff.settings import read_settings

if TYPE_CHECKING:
    # The database takes a while to import; commands for one call do without it.
    from transcript2handoff.access.keys import MadeKey
    from transcript2handoff.store import Transaction
    from transcript2handoff.store.deed import Action
    from transcript2handoff.store.keys import KeyRecord
    from transcript2handoff.store.users import UserRecord

HERE: Final = "command_line"
"""Who did it, in the audit: whoever may read the folder of the service."""
_ALL_BUT_ADMIN: Final = [scope for scope in SCOPES if scope != "admin"]
_Given = TypeVar("_Given", bound=BaseModel)

keys = typer.Typer(help="Keys for programs.", no_args_is_help=True)
people = typer.Typer(help="People with an account.", no_args_is_help=True)
app.add_typer(keys, name="keys", rich_help_panel=None)
app.add_typer(people, name="users", rich_help_panel=None)

KeyId = Annotated[
    str, typer.Argument(metavar="ID", help="What stands between t2h_ and the secret.")
]
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The e-mail address of the account.")]


def _note(tx: "Transaction", action: "Action", matter: str, subject: str) -> None:
    from transcript2handoff.store import Deed

    tx.note(Deed(actor=HERE, action=action, matter=matter, subject=subject))


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Option("--name", help="What the key is for.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope", help=f"What it may do, repeatable: {', '.join(SCOPES)}. All but admin else."
        ),
    ] = None,
    user: Annotated[
        str | None,
        typer.Option("--user", metavar="EMAIL", help="Whose key it is: it sees their deals alone."),
    ] = None,
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=3650, help="Days for which it holds.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and show it, this once; the service keeps a digest of it."""
    from transcript2handoff.access.keys import KeyWish, make

    with opened(as_json=as_json) as store, store.write() as tx:
        wish = given(
            KeyWish,
            name=name,
            user_id=_person(tx, user).id if user else None,
            scopes=tuple(scope or _ALL_BUT_ADMIN),
            expires=tx.now + datetime.timedelta(days=days) if days else None,
        )
        made = make(tx, wish)
        _note(tx, "add", "key", made.record.id)
    _show_key(made, as_json=as_json)


def _show_key(made: "MadeKey", *, as_json: bool) -> None:
    if as_json:
        print_json({**_told_key(made.record), "key": made.shown})
        return
    ERR.print("Keep this key; it is not shown again.", markup=False)
    # Whatever the terminal: the key, its line end, and nothing else on standard output.
    typer.echo(made.shown)


def _told_key(key: "KeyRecord") -> dict[str, object]:
    return key.model_dump(mode="json", exclude={"digest"})


@keys.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List the keys, those too that do not hold any more."""
    from transcript2handoff.access.keys import is_over
    from transcript2handoff.store import every
    from transcript2handoff.store import keys as stored

    with opened(as_json=as_json) as store, store.read() as tx:
        found = list(every(lambda window: stored.listed(tx, window)))
        over = {key.id for key in found if is_over(key, tx.now)}
    if as_json:
        print_json([_told_key(key) for key in found])
        return
    for key in found:
        state = "over" if key.id in over else f"until {key.expires:%F}" if key.expires else "holds"
        used = f"used {key.used:%F %H:%M}" if key.used else "never used"
        OUT.print(
            f"{key.id}  {state:<16} {used:<22} {' '.join(key.scopes):<40} {key.name}", markup=False
        )


@keys.command("revoke")
def revoke_key(key_id: KeyId, as_json: AsJson = False) -> None:
    """Let a key hold no more, from now on, nor any that was made with it."""
    from transcript2handoff.access.keys import revoke

    with opened(as_json=as_json) as store, store.write() as tx:
        revoked = revoke(tx, key_id)
        for each in revoked:
            _note(tx, "change", "key", each.id)
    key = revoked[0]
    say(f"The key {key.id} does not hold any more.", _told_key(key), as_json=as_json)


@keys.command("rotate")
def rotate_key(
    key_id: KeyId,
    hours: Annotated[
        float, typer.Option("--overlap", min=0, max=720, help="Hours that the old key still holds.")
    ] = 24.0,
    as_json: AsJson = False,
) -> None:
    """Make a key in the place of another one, and show it, this once."""
    from transcript2handoff.access.keys import replace

    with opened(as_json=as_json) as store, store.write() as tx:
        made = replace(tx, key_id, overlap=datetime.timedelta(hours=hours))
        _note(tx, "change", "key", key_id)
        _note(tx, "add", "key", made.record.id)
    _show_key(made, as_json=as_json)


@people.command("create")
def create_user(
    email: Email,
    name: Annotated[str, typer.Option("--name", help="How they are called.")],
    role: Annotated[
        UserRole,
        typer.Option("--role", help="Own deals (ae), those handed over to them (csm), or all."),
    ],
    as_json: AsJson = False,
) -> None:
    """Give somebody an account, and print a link by which they choose a password."""
    from transcript2handoff.access.links import invitation
    from transcript2handoff.store import users
    from transcript2handoff.store.users import NewUser

    with opened(as_json=as_json) as store, store.write() as tx:
        user = users.add(tx, given(NewUser, name=name, email=email, role=role))
        link = invitation(tx, user, read_settings().public_url)
        _note(tx, "add", "user", user.id)
    if as_json:
        print_json({**_told_user(user), "link": link})
        return
    ERR.print("Send this link to them; it holds for seven days, and once.", markup=False)
    OUT.print(link, markup=False)


def _told_user(user: "UserRecord") -> dict[str, object]:
    return user.model_dump(mode="json", exclude={"password_hash"})


@people.command("list")
def list_users(as_json: AsJson = False) -> None:
    """List the accounts, the disabled ones too."""
    from transcript2handoff.store import every, users

    with opened(as_json=as_json) as store, store.read() as tx:
        found = list(every(lambda window: users.listed(tx, window)))
    if as_json:
        print_json([_told_user(user) for user in found])
        return
    for user in found:
        state = "disabled" if user.disabled else user.role
        OUT.print(f"{user.id}  {state:<10} {user.email:<40} {user.name}", markup=False)


@people.command("disable")
def disable_user(email: Email, as_json: AsJson = False) -> None:
    """Let somebody in no more, and end all that is open for them."""
    from transcript2handoff.store import users

    with opened(as_json=as_json) as store, store.write() as tx:
        user = users.disable(tx, _person(tx, email).id)
        _note(tx, "change", "user", user.id)
    say(f"{user.email} is not let in any more.", _told_user(user), as_json=as_json)


def _person(tx: "Transaction", email: str) -> "UserRecord":
    from transcript2handoff.store import users

    found = users.by_email(tx, email)
    if found is None:
        raise InputError(
            f"Nobody has an account with the address {email}. `t2h users list` names all of them."
        )
    return found


def given(kind: type[_Given], **values: Any) -> _Given:  # noqa: ANN401
    """A record of what was typed in."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise InputError(f"That does not fit: {first_fault(error)}.") from error
