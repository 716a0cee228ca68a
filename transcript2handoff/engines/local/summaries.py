"""Writes the one line of a claim from the words that prove it, in the third person.

Where the words cannot be told that way for sure, the line is the tidied quote in quotation marks
with who said it. Never is a denial, a hedge or a condition left out, nor a word put in that
neither the sentence nor the names of the deal hold (but for ``ADDED_WORDS``).
"""

import re
from dataclasses import replace
from typing import Final, NamedTuple

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.lines import capital, head_of, of_person, of_vendor
from transcript2handoff.engines.local.questions import asked, is_question
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.engines.local.retelling import first_name, form, retell
from transcript2handoff.engines.local.speaking import (
    DEEDS,
    capitals,
    company,
    dated,
    spoken_to,
    voice_of,
)
from transcript2handoff.extract.wording import (
    MOST_WORDS,
    content_words,
    in_digits,
    qualifiers,
    quoted,
    shorten,
    strangers,
    tidy,
    words_of,
)
from transcript2handoff.facts import Competitor, Fact, Kind, Stakeholder, Term

THIN: Final = 3
"""A line of fewer telling words needs what was said before it to be understood."""
COMPLETING: Final = 6
"""A sentence of at most this many words can complete the one before it."""
CONTEXT: Final = 4
"""Fewer words of what was said before do not help."""
_TERM_LABELS: Final = {
    "price": "Price",
    "seats": "Number",
    "discount": "Discount",
    "length": "Contract length",
    "start": "Start",
    "renewal": "Renewal",
    "payment": "Payment",
    "sla": "Service level",
    "budget": "Budget",
    "procurement": "Procurement",
}


class Retelling(NamedTuple):
    """The line of a claim; ``fell_back`` if it is the quote itself."""

    text: str
    fell_back: bool


def summary(reading: Reading, candidate: Candidate, fact: Fact) -> str:
    """What a colleague would write down, at most 25 words, nothing that was not said."""
    return write(reading, candidate, fact).text


def write(reading: Reading, candidate: Candidate, fact: Fact) -> Retelling:
    """The line of a claim, and whether it is retold or quoted."""
    line = _line(reading, candidate, fact)
    line = _ended(shorten(line)) if line else None
    if line and _holds(reading, candidate, line):
        return Retelling(line, fell_back=False)
    return Retelling(_fallback(reading, candidate, fact), fell_back=True)


def _ended(line: str) -> str:
    """With a full stop, where a date at the end has taken it along."""
    return line if line[-1] in ".!?…”)" else f"{line}."


def _line(reading: Reading, candidate: Candidate, fact: Fact) -> str | None:
    if candidate.support:
        return _granted(reading, candidate)
    told = _told(reading, candidate.sentence, candidate.kind)
    match fact:
        case Stakeholder():
            return of_person(candidate.sentence, fact, told)
        case Competitor():
            return of_vendor(fact, told)
        case Term():
            return _of_term(reading, candidate, told, fact)
        case _:
            return _in_context(reading, candidate, told)


def _told(reading: Reading, sentence: Sentence, kind: Kind) -> str | None:
    """A sentence in the third person, without what is around it."""
    text, named = spoken_to(reading, capitals(reading, tidy(sentence.text)))
    if not text:
        return None
    if is_question(text):
        return _asking(reading, sentence, kind)
    if kind in DEEDS:
        text = _with_doer(_completed(reading, sentence, text))
    voice = voice_of(reading, sentence, kind, you=named)
    text = _with_names(reading, sentence, text)
    return retell(in_digits(dated(reading, text, kind)), voice)


def _with_names(reading: Reading, sentence: Sentence, text: str) -> str:
    """Put the one person who was named just before for a "he" or "she" at the head."""
    match = form("third").match(text)
    preceding = reading.preceding(sentence)
    if not match or not preceding:
        return text
    people = {person.name.split()[0] for person in reading.roster.mentioned(preceding.plain)}
    known = {part.lower() for person in reading.roster.people for part in person.name.split()}
    people |= {
        re.sub(r"['’]s?$", "", entity.text)
        for entity in reading.entities_in(preceding)
        if entity.label == "PERSON" and not set(entity.text.lower().split()) & known
    }
    if len(people) != 1 or (sentence.speaker and sentence.speaker.split()[0] in people):
        return text
    ending = {"'s": " is", "'ll": " will"}.get(match[2] or "", match[2] or "")
    return f"{people.pop()}{ending}{text[match.end() :]}"


def _with_doer(text: str) -> str:
    """Put the speaker before "happy to send it"."""
    if not form("subjectless").match(text):
        return text
    verb = "am " if form("being").match(text) else ""
    return f"I {verb}{text[:1].lower()}{text[1:]}"


def _completed(reading: Reading, sentence: Sentence, text: str) -> str:
    """With the "By Friday." that follows as a sentence of its own."""
    following = reading.following(sentence)
    if following and len(following.text.split()) <= COMPLETING:
        words = tidy(following.text)
        if form("completing").match(words) and not form("first_or_second").search(words):
            return f"{text.rstrip('.')} {words[:1].lower()}{words[1:]}"
    return text


def _asking(reading: Reading, sentence: Sentence, kind: Kind) -> str | None:
    """A question as told: "Marta asks whether …"; none where nobody knows who asks."""
    text, named = spoken_to(reading, capitals(reading, tidy(sentence.text)))
    question = asked(text)
    who = sentence.speaker or (company(reading, sentence.side) if sentence.side else None)
    if question is None or who is None:
        return None
    voice = voice_of(reading, sentence, kind, you=named)
    told = retell(in_digits(question.statement), replace(voice, doing=False))
    who = first_name(who, voice)
    return f"{who} asks {question.word} {_uncapital(told, question.statement)}." if told else None


def _uncapital(told: str, was: str) -> str:
    """As a clause inside a sentence: the capital goes unless it is a name's."""
    first = told.split(" ", 1)[0]
    same = first.lower() == was.split(" ", 1)[0].lower()
    return told[:1].lower() + told[1:] if same and first != was.split(" ", 1)[0] else told


def _granted(reading: Reading, candidate: Candidate) -> str | None:
    """A request and its yes as one statement: "Will you migrate it?" – "Yep"."""
    request, answer = candidate.support[0], candidate.sentence
    said = tidy(answer.text)
    more = "" if form("bare_yes").match(said) else tidy(form("yes").sub("", said))
    told = _told(reading, replace(answer, text=more), candidate.kind) if more else None
    if more and told is None:
        return None
    if told and len(content_words(more)) > THIN and not form("about").search(more):
        return _with_context(told, request)
    wish = _wish(reading, request)
    if wish is None:
        return _with_context(told, request) if told else None
    if told and form("goes_on").match(told):
        told = told[:1].lower() + told[1:]
    return f"{wish.rstrip('.')}: {told}" if told else wish


def _wish(reading: Reading, request: Sentence) -> str | None:
    """What a request asks the seller to do, as done by the seller."""
    text, _ = spoken_to(reading, capitals(reading, tidy(request.text)))
    question = asked(text) if is_question(text) else None
    if question is None or question.word != "whether" or qualifiers(question.statement)["not"]:
        return None
    polite = re.sub(r"^you (?:could|would)\b", "you will", question.statement, flags=re.IGNORECASE)
    voice = replace(voice_of(reading, request, "promise"), doing=True)
    return retell(in_digits(f"{dated(reading, polite, 'promise')}."), voice)


def _in_context(reading: Reading, candidate: Candidate, told: str | None) -> str | None:
    """The line itself, with what was said before it where it is thin."""
    if told is None:
        return None
    if candidate.kind in DEEDS and not form("verb").search(told):
        if candidate.kind != "next_step":
            return None
        told = f"Meeting: {told}"
    return _explained(reading, candidate.sentence, told)


def _explained(reading: Reading, sentence: Sentence, line: str) -> str:
    said = content_words(sentence.text)
    unclear = form("about").search(sentence.text)
    if len(said) >= (THIN + 1 if unclear else THIN):
        return line
    before = _before(reading, sentence)
    return _with_context(line, before) if before else line


def _before(reading: Reading, sentence: Sentence) -> Sentence | None:
    """What a thin sentence follows: the sentence before, else what the other said, or asked."""
    preceding = reading.preceding(sentence)
    if preceding and _tells(preceding):
        return preceding
    turn = [s for s in reading.of_turn(sentence.turn - 1) if _tells(s)]
    questions = [s for s in turn if s.text.endswith("?")]
    return (questions or turn)[-1] if turn else None


def _tells(sentence: Sentence) -> bool:
    return len(content_words(sentence.text)) > 1


def _with_context(line: str, before: Sentence) -> str:
    room = MOST_WORDS - len(line.split())
    said = tidy(before.text).rstrip(".").replace("“", "'").replace("”", "'").replace('"', "'")
    if room < CONTEXT or not said:
        return line
    return f"{line.rstrip('.')} (“{shorten(said, most=room)}”)."


def _of_term(reading: Reading, candidate: Candidate, told: str | None, term: Term) -> str | None:
    if told is None:
        return None
    label = _TERM_LABELS[term.type]
    line = told if form("verb").search(told) else f"{label}: {told}"
    return _explained(reading, candidate.sentence, line)


def _holds(reading: Reading, candidate: Candidate, line: str) -> bool:
    """Whether a line may stand: short, nobody's "I" left, nothing lost and nothing invented."""
    outside = re.sub(r"“[^”]*”", "", line)
    left = form("first_or_second").search(re.sub(r"\bUS\b", "", outside))
    if left or len(line.split()) > MOST_WORDS:
        return False
    if qualifiers(tidy(candidate.sentence.text)) - qualifiers(line):
        return False
    return not strangers(line, _known(reading, candidate))


def _known(reading: Reading, candidate: Candidate) -> frozenset[str]:
    deal = reading.context.deal
    turn = candidate.sentence.turn
    said = [s.text for n in (turn - 1, turn, turn + 1) for s in reading.of_turn(n)]
    told = (candidate.sentence, *candidate.support)
    said += [in_digits(s.text) for s in told]
    names = [name for name in (deal.seller, deal.customer, candidate.subject) if name]
    names += [person.name for person in reading.roster.people]
    return words_of(" ".join((*said, *names, candidate.detail or "")))


def _fallback(reading: Reading, candidate: Candidate, fact: Fact) -> str:
    """The quote itself, with who said it or whom it is about."""
    sentence = candidate.sentence
    match fact:
        case Stakeholder():
            lead: str | None = head_of(fact)
        case Competitor():
            lead = capital(fact.name)
        case _:
            lead = sentence.speaker
    line = quoted(sentence.text, speaker=lead)
    if candidate.support:
        return _with_context(line, candidate.support[0])
    return (
        line if isinstance(fact, Stakeholder | Competitor) else _explained(reading, sentence, line)
    )
