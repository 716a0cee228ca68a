"""Refusals of a request, in the words and with the codes of the original."""


class RequestRefused(Exception):  # noqa: N818 - an answer of the server, no error of ours
    """A request that the original would refuse: status, and the members of the error object."""

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        status: int = 400,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code
        self.status = status


def missing(place: str) -> RequestRefused:
    """A parameter that must be there."""
    return RequestRefused(
        f"Missing required parameter: '{place}'.", param=place, code="missing_required_parameter"
    )


def unknown(place: str) -> RequestRefused:
    """A parameter that nobody knows."""
    return RequestRefused(f"Unknown parameter: '{place}'.", param=place, code="unknown_parameter")


def wrong_type(place: str, value: object, *, expected: str) -> RequestRefused:
    """A value of another type than the one expected."""
    got = "null" if value is None else f"a {type(value).__name__}"
    return RequestRefused(
        f"Invalid type for '{place}': expected {expected}, but got {got} instead.",
        param=place,
        code="invalid_type",
    )


def wrong_value(place: str, value: object, *, choices: tuple[str, ...]) -> RequestRefused:
    """A value that is none of the choices."""
    listed = ", ".join(f"'{choice}'" for choice in choices[:-1]) + f", and '{choices[-1]}'"
    return RequestRefused(
        f"Invalid value: '{value}'. Supported values are: {listed}.",
        param=place,
        code="invalid_value",
    )
