"""Texts and transcripts without a person: what they said, and their name wherever it stands.

Anywhere, whole names and e-mail addresses are put out. Near the person, that is in their own deals
and calls, single parts of the name are put out as well ("Thanks, Priya"), unless they stand in the
name of somebody or something else that is to be kept. Who is called by a part of the name there
("Priya", "Priya N.") is taken to be the person. A name that is also a word of the language
("Will", "May") is put out where it is written with a capital: rather a word too many than a person
too few. Other spellings, nicknames and descriptions are known only if they are told.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final, Self

from pydantic import Field, StringConstraints, model_validator

from transcript2handoff.deal import Name, Record
from transcript2handoff.transcript import Source, Speaker, Transcript, Turn

ERASED: Final = "[erased]"
"""What stands in the place of words that were put out."""
NOTHING: Final = r"(?!)"
"""A pattern that fits nowhere."""
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_BETWEEN: Final = r"(?:[\s,._+-]{1,3}|%20|\\n)"
"""Between two words of a name, also in the address of a page and in JSON."""
_NO_NAMES: Final = frozenset(["mr", "mrs", "ms", "dr", "prof", "frau", "herr", "sir"])

Address = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^@\s]+@[^@\s]+$")]


class Who(Record):
    """A person to be erased, by all names and e-mail addresses under which they are known."""

    names: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    emails: Annotated[tuple[Address, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        for name in self.names:
            if not _is_long(name):
                raise ValueError(f"{name!r} is too short to be told from other words")
        if not self.emails and not any(map(_is_telling, self.names)):
            raise ValueError(
                "give an e-mail address or a whole name: a first name alone would fit many others"
            )
        return self

    def also(self, *, names: Iterable[str] = (), emails: Iterable[str] = ()) -> Self:
        """The same person under further names and addresses, without those that would fit all."""
        told = (*self.names, *filter(_is_long, names))
        reached = (*self.emails, *(email for email in emails if "@" in email))
        return self.model_copy(
            update={"names": tuple(dict.fromkeys(told)), "emails": tuple(dict.fromkeys(reached))}
        )

    def is_name(self, text: str | None) -> bool:
        """Whether a text is a name of theirs, in whole or in part: "Priya", "Nair, Priya"."""
        told = _folded(text or "")
        return any(
            _stand_in(told, whole) or _stand_in(whole, told) for whole in map(_folded, self.names)
        )

    def is_email(self, text: str | None) -> bool:
        """Whether a text is an e-mail address of theirs."""
        return text is not None and text.strip().lower() in {each.lower() for each in self.emails}


@dataclass(frozen=True)
class Eraser:
    """Finds a person in texts, and puts them out.

    Attributes:
        addresses: finds their e-mail addresses, which go first, for they may hold names.
        names: finds their names, and as the group ``kept`` what only looks like them.
    """

    addresses: re.Pattern[str]
    names: re.Pattern[str]

    @classmethod
    def anywhere(cls, who: Who) -> Self:
        """Whole names and addresses alone; a name of one word is no whole one."""
        names = who.model_copy(update={"names": tuple(filter(_is_telling, who.names))})
        return cls(_addresses(who), _compiled(_whole(names), kept=(), parts=()))

    @classmethod
    def near(cls, who: Who, keeping: Iterable[str] = (), *, any_case: bool = False) -> Self:
        """Parts of the names too.

        Args:
            who: the person.
            keeping: names of others; of several words if they are people, for "Tom" alone may be
                either Tom.
            any_case: also where a part is written without a capital.
        """
        own = set(map(_folded, who.names))
        kept = [name for name in keeping if _words(name) and _folded(name) not in own]
        parts = [part for name in who.names for part in _parts(name)]
        if any_case:
            parts = [f"(?i:{part})" for part in parts]
        names = _compiled(_whole(who), kept=map(_spelled, kept), parts=parts)
        return cls(_addresses(who), names)

    def names_them(self, text: str) -> bool:
        """Whether the person stands in a text."""
        return self.put_out(text) != text

    def put_out(self, text: str) -> str:
        """The text without the person."""
        return self.names.sub(
            lambda found: found["kept"] or ERASED, self.addresses.sub(ERASED, text)
        )

    def put_out_json(self, text: str) -> str:
        """JSON without the person, in its names of fields too; what is none is taken as a text."""
        try:
            data = json.loads(text)
            told = self._without(data)
        except (ValueError, RecursionError):
            return self.put_out(text)
        return text if told == data else json.dumps(told, ensure_ascii=False)

    def json_names_them(self, text: str) -> bool:
        """Whether the person stands in JSON, however its letters are written."""
        return self.put_out_json(text) != text

    def _without(self, data: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
        match data:
            case str():
                return self.put_out(data)
            case list():
                return [self._without(each) for each in data]
            case dict():
                return {self.put_out(name): self._without(each) for name, each in data.items()}
            case _:
                return data


def marks(who: Who) -> tuple[str, ...]:
    """What a person is known again by: names as words in a fixed order, addresses in small letters.

    A name of one word tells nobody from others, and is none of them.
    """
    names = (" ".join(sorted(_folded(name))) for name in who.names if _is_telling(name))
    return (*names, *(email.strip().lower() for email in who.emails))


def without(transcript: Transcript, who: Who, keeping: Iterable[str] = ()) -> Transcript:
    """A transcript without a person.

    The words of the turns that they speak are put out as a whole, and so is their name wherever
    it stands. Turns keep their numbers and seconds; a turn whose words have changed loses the
    seconds of the single words. If something has changed, the version is one more; otherwise it is
    the very transcript.

    Args:
        transcript: a call.
        who: the person.
        keeping: names of others that hold parts of theirs: the two companies, colleagues.
    """
    others = [each.name or each.id for each in transcript.speakers if not _is_them(each, who)]
    kept = [*keeping, *(name for name in others if len(_words(name)) > 1)]
    told = _without(transcript, who, Eraser.near(who, kept))
    if not any(turn.text != turn.text.lower() for turn in told.turns):
        told = _without(told, who, Eraser.near(who, kept, any_case=True))
    if told == transcript:
        return transcript
    return told.model_copy(update={"version": transcript.version + 1})


def _without(transcript: Transcript, who: Who, eraser: Eraser) -> Transcript:
    theirs = spoken_turns(transcript, who)
    ids = {speaker.id for speaker in transcript.speakers if _is_them(speaker, who)}
    renamed = _renamed(transcript, ids, eraser)
    turns = tuple(_turn(turn, eraser, renamed, whole=turn.n in theirs) for turn in transcript.turns)
    return transcript.model_copy(
        update={
            "turns": turns,
            "speakers": tuple(
                _speaker(each, eraser, renamed, whole=each.id in ids)
                for each in transcript.speakers
            ),
            "notes": tuple(map(eraser.put_out, transcript.notes)),
            "source": transcript.source and _source(transcript.source, eraser),
        }
    )


def spoken_turns(transcript: Transcript, who: Who) -> frozenset[int]:
    """The numbers of the turns that a person speaks."""
    ids = {speaker.id for speaker in transcript.speakers if _is_them(speaker, who)}
    return frozenset(turn.n for turn in transcript.turns if turn.speaker in ids)


def _is_them(speaker: Speaker, who: Who) -> bool:
    return who.is_name(speaker.name or speaker.id)


def _renamed(transcript: Transcript, ids: set[str], eraser: Eraser) -> dict[str, str]:
    """New ids for speakers whose ids name the person, as imported transcripts have them."""
    taken = {speaker.id for speaker in transcript.speakers}
    renamed: dict[str, str] = {}
    for speaker in transcript.speakers:
        told = eraser.put_out(speaker.id)
        if told != speaker.id or (speaker.id in ids and speaker.name is None):
            renamed[speaker.id] = next(_free(ERASED, taken))
            taken.add(renamed[speaker.id])
    return renamed


def _free(name: str, taken: set[str]) -> Iterator[str]:
    number = 1
    while True:
        told = name if number == 1 else f"{name} {number}"
        if told not in taken:
            yield told
        number += 1


def _turn(turn: Turn, eraser: Eraser, renamed: dict[str, str], *, whole: bool) -> Turn:
    text = ERASED if whole else eraser.put_out(turn.text)
    speaker = renamed.get(turn.speaker, turn.speaker) if turn.speaker else None
    words = turn.words if text == turn.text else ()
    return turn.model_copy(update={"text": text, "speaker": speaker, "words": words})


def _speaker(speaker: Speaker, eraser: Eraser, renamed: dict[str, str], *, whole: bool) -> Speaker:
    update: dict[str, str | None] = {"id": renamed.get(speaker.id, speaker.id)}
    if whole:
        update |= {"name": ERASED, "title": None, "reason": None}
    else:
        told = {"name": speaker.name, "title": speaker.title, "reason": speaker.reason}
        update |= {name: text and eraser.put_out(text) for name, text in told.items()}
    return speaker.model_copy(update=update)


def _source(source: Source, eraser: Eraser) -> Source:
    return source.model_copy(update={"file": eraser.put_out(source.file)})


def _words(name: str) -> list[str]:
    return [word for word in _WORD.findall(name) if word.lower() not in _NO_NAMES]


def _folded(name: str) -> frozenset[str]:
    return frozenset(unicodedata.normalize("NFC", word).casefold() for word in _words(name))


def _is_long(name: str) -> bool:
    return any(len(word) > 1 for word in _words(name))


def _is_telling(name: str) -> bool:
    """Whether a name says who somebody is among all people: one word does not, but in Chinese."""
    words = _words(name)
    return len(words) > 1 or any(word.lower() == word.upper() for word in words)


def _stand_in(some: frozenset[str], all_: frozenset[str]) -> bool:
    """Whether all of the words are among the others, some of them perhaps as initials."""
    firsts = {word[0] for word in all_}
    return bool(some & all_) and all(
        word in all_ or (len(word) == 1 and word in firsts) for word in some
    )


def _addresses(who: Who) -> re.Pattern[str]:
    told = "|".join(map(re.escape, who.emails)) or NOTHING
    return re.compile(rf"(?<![\w.+-])(?:{told})(?![\w@]|[.-]\w)", re.IGNORECASE)


def _whole(who: Who) -> Iterator[str]:
    for name in sorted(who.names, key=len, reverse=True):
        yield f"(?i:{_spelled(name)})"


def _spelled(name: str) -> str:
    """The words of a name in their order, or the last one first, however they are set apart."""
    words = [_letters(word) for word in _words(name)]
    orders = [words] if len(words) < 2 else [words, [words[-1], *words[:-1]]]
    return "(?:" + "|".join(_BETWEEN.join(order) for order in orders) + ")"


def _letters(word: str) -> str:
    """A word whose accents are letters of their own, or parts of letters."""
    forms = dict.fromkeys(unicodedata.normalize(form, word) for form in ("NFC", "NFD"))
    told = "|".join(map(re.escape, forms))
    return "(?:" + re.sub("['’]", "['’]", told) + ")"


def _parts(name: str) -> Iterator[str]:
    """The words of a name that may stand for the person; no initials, and no "von" or "de"."""
    for word in _words(name):
        if len(word) > 1 and not word[0].islower():
            yield "|".join(map(_letters, dict.fromkeys([word, word.capitalize(), word.upper()])))


def _compiled(
    whole: Iterable[str], *, kept: Iterable[str], parts: Iterable[str]
) -> re.Pattern[str]:
    """Whole names first, then what is kept, then parts of names: the first that fits counts."""
    others = "|".join([re.escape(ERASED), *(f"(?i:{each})" for each in kept)])
    alternatives = [
        *whole,
        f"(?P<kept>{others})",
        *parts,
    ]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(alternatives)})(?![^\W_])")
