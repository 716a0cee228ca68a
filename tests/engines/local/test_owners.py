import pytest
import spacy

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.owners import meant_by
from transcript2handoff.engines.local.promise_fields import read_promise
from transcript2handoff.engines.local.reading import read
from transcript2handoff.extract.names import Person

INES, MAREK, PRIYA = "Ines Halloran", "Marek Dvorak", "Priya Raman"


@pytest.fixture
def promise(talk, context):
    """The promise that Ines makes, with what the finder is sure of."""

    def make(said, *later, **labels):
        reading = read(talk((INES, said), *later), context, pipeline=spacy.blank("en"))
        sentence = reading.sentences[0]
        return read_promise(
            reading, Candidate(kind="promise", sentence=sentence, confidence=0.9, labels=labels)
        )

    return make


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        ("Marek will send you the mapping sheet.", MAREK),
        ("I'll have Marek build the sandbox.", MAREK),
        ("I'll send you the report.", INES),
        ("The report, in your inbox tomorrow.", INES),
        ("We'll drop the setup fee and give you a discount.", INES),
        ("It should be in the June release, I believe.", None),
        ("Priya will love it, I'll send it over.", INES),
        ("I'll have Rosalind write the importer in the pilot.", "Rosalind"),
        ("I'll get Tomasz on my team to check it.", "Tomasz"),
        ("I can have Snowflake connected by Friday.", INES),
        ("We bill from January so Marek can begin in peace.", INES),
        ("So Marek will send it over.", MAREK),
        ("I'll send it under the terms that Marek will insist upon.", INES),
        ("We'd give you Marek for the first month.", MAREK),
    ],
)
def test_who_is_to_do_it(promise, said, owner):
    assert promise(said).owner == owner


def test_a_colleague_takes_over_only_in_so_many_words(promise):
    offer = "I can do a sandbox with your branding."
    assert promise(offer, (MAREK, "I'll build it myself.")).owner == MAREK
    assert promise(offer, (MAREK, "I'll send you the terms.")).owner == INES
    assert promise(offer, (PRIYA, "I'll try it myself.")).owner == INES


def test_what_the_finder_is_sure_of_goes_before_the_words(promise):
    told = promise("We'll send it.", strength="hedged", type="feature", owner="nobody")
    assert (told.strength, told.type, told.owner) == ("hedged", "feature", None)
    assert promise("The parser is built by then.", owner="speaker").owner == INES
    assert promise("I'll send it.", owner="speaker").owner == INES
    assert promise("Marek will send it.", owner="other").owner == MAREK


def person(name, side="seller"):
    return Person(name, side, None, present=True)


@pytest.mark.parametrize(
    ("heard", "people", "meant"),
    [
        ("Divinda Sahoda", [person("Devinder Sahota"), person("Ines Halloran")], "Devinder Sahota"),
        ("Maric", [person("Marek Dvorak")], None),
        ("Halorin", [person("Ines Halloran")], None),
        ("Ines Haloran", [person("Ines Halloran", side="customer")], None),
        ("Marian", [person("Marion Ash"), person("Marianne Ash")], None),
    ],
)
def test_a_misheard_name_is_taken_only_where_one_person_fits(heard, people, meant):
    found = meant_by(heard, people=tuple(people), side="seller")
    assert (found.name if found else None) == meant
