"""Stand-ins for a name, and names that begin like one."""

import pytest

from transcript2handoff.speakers import is_generic, role_side


@pytest.mark.parametrize(
    "label",
    [
        "Speaker 1",
        "SPEAKER_00",
        "spk-b",
        "S2",
        "Unknown",
        "Unknown speaker 2",
        "unidentified caller",
        "Guest X",
        "Participant",
        "Organiser",
        "anonymous",
        "me",
        "n/a",
        "Customer 1",
        "Sales Rep",
    ],
)
def test_a_stand_in_is_generic(label):
    assert is_generic(label)


@pytest.mark.parametrize(
    "name", ["Mei", "Sam", "Su", "Hosta", "Guesto", "Leada", "Repp", "Yous", "Malek", "Unknownia"]
)
def test_a_name_that_begins_like_a_stand_in_is_none(name):
    assert not is_generic(name)


@pytest.mark.parametrize(
    ("label", "side"),
    [
        ("Agent", "seller"),
        ("AE", "seller"),
        ("Sales Rep 2", "seller"),
        ("Customer B", "customer"),
        ("client_1", "customer"),
        ("Speaker 1", None),
        ("Clienta", None),
    ],
)
def test_a_role_has_a_side(label, side):
    assert role_side(label) == side
