"""What functions of the API have answered, as the records that they say."""

from typing import Any, Protocol, TypeVar, cast

Shown = TypeVar("Shown")


class Listed(Protocol):
    """A page of a list."""

    @property
    def items(self) -> tuple[Any, ...]:
        """What is on it."""
        ...

    @property
    def after(self) -> str | None:
        """Where the next page begins."""
        ...


def answer_as(kind: type[Shown], answer: object) -> Shown:
    """An answer that is a record of one kind."""
    assert isinstance(answer, kind), type(answer)
    return answer


def listed(answer: object) -> Listed:
    """An answer that is a page of a list."""
    return cast(Listed, answer)
