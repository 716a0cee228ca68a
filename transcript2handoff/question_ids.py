"""The ids of questions about claims: what is asked, and the claims that it is asked of.

The order of the claims says nothing, so that a question is known again when calls change places.
"""

from collections.abc import Iterable, Mapping


def about(sort: str, claim_ids: Iterable[str]) -> str:
    """The id of a question of this sort about claims."""
    return f"{sort}:{'+'.join(sorted(set(claim_ids)))}"


def followed(question_id: str, now: Mapping[str, str]) -> str:
    """The id of a question whose claims have other ids now; one about no claim stays as it is.

    Args:
        question_id: the id.
        now: the new id of each claim that has one, by the old one.
    """
    sort, colon, told = question_id.partition(":")
    return about(sort, (now.get(one, one) for one in told.split("+"))) if colon else question_id
