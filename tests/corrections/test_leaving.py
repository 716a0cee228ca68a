"""What is left of corrections when a person is erased from their call."""

from tests.corrections.calling import signed
from transcript2handoff.corrections import NEW_VOICE, Who, apply, left_over, making, parsed, to_line
from transcript2handoff.corrections.signing import Signature
from transcript2handoff.erasure import ERASED, without
from transcript2handoff.erasure import Who as Person


def name(desk, speaker, **told):
    return desk.add(making.speaker_changed(desk.proof, speaker, Who(**told), signed()))


def left(desk, person):
    told = without(desk.now, person)
    lines = map(to_line, desk.corrections)
    return told, parsed(
        left_over(lines, told, put_out=lambda text: text.replace("Dee Day", ERASED))
    )


def test_what_people_said_of_others_stays_and_fits_the_transcript_without_the_person(desk):
    name(desk, "S1", side="customer")
    name(desk, "S2", name="Beau Ray")
    name(desk, "S3", name="Dee Day")
    desk.fix(1, "May", "March")
    desk.add(making.turn_moved(desk.proof, 5, "S1", signed()))
    name(desk, "S2", name="Beau Raye")
    desk.undo(name(desk, "S1", title="AE"))
    told, lines = left(desk, Person(names=("Dee Day",)))
    assert [(one.speaker, one.name, one.side, one.outline) for one in lines] == [
        ("S1", None, "customer", None),
        ("S2", "Beau Raye", None, None),
    ]
    # A transcript that is read is named anew.
    forgot = told.model_copy(update={"speakers": desk.heard.speakers})
    again = apply(forgot, lines)
    assert again.notices == ()
    assert again.transcript.speaker("S1").side == "customer"
    assert again.transcript.speaker("S2").name == "Beau Raye"
    assert "March" in again.transcript.turn(1).text
    assert again.transcript.turn(4).text == ERASED


def test_the_name_of_the_person_is_put_out_of_what_stays(desk):
    signature = Signature(by="Dee Day", at=signed().at)
    desk.add(making.speaker_changed(desk.proof, "S1", Who(title="AE"), signature))
    desk.add(making.turn_moved(desk.proof, 4, NEW_VOICE, signed()))
    _, lines = left(desk, Person(names=("Dee Day",)))
    assert [one.by for one in lines] == [ERASED]
