"""Values to plant that are no numbers of cards and people: secrets, days, addresses; and German."""

import datetime
import random
import string
from collections.abc import Callable, Sequence
from typing import Final

from stdnum import iban

from benchmarks.redacting.values import ONES, Maker, Value, card, digits, say

Chance = random.Random
EINS: Final = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
ZEHNER: Final = (
    "zwanzig",
    "dreißig",
    "vierzig",
    "fünfzig",
    "sechzig",
    "siebzig",
    "achtzig",
    "neunzig",
)
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
MONATE: Final = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip
ORDINALS: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth",
)  # fmt: skip
WORDS: Final = ("harbor", "sunflower", "falcon", "winter", "orchid", "thunder", "copper", "meadow")
STREETS: Final = ("Foundry", "Cooper's", "Station", "Old Mill", "Kingsway", "Elm", "St. John's")
STRASSEN: Final = (
    "Musterstraße",
    "Lindenallee",
    "Am Alten Markt",
    "Goethestr.",
    "Hafenweg",
    "Rathausplatz",
)
TOWNS: Final = ("Leeds LS1 4AP", "Austin, TX 78701", "Bristol", "Boston, MA 02110")
ORTE: Final = ("70173 Stuttgart", "20095 Hamburg", "80331 München")


def named(kind: str, befores: Sequence[str], text: Callable[[Chance], str]) -> Maker:
    """A maker of values of a kind, in sentences that begin in one of these ways."""
    return lambda chance: Value(kind, text(chance), chance.choice(befores))


def password(chance: Chance) -> str:
    """A word with capitals, figures and a mark."""
    return chance.choice(WORDS).capitalize() + digits(chance, 3) + chance.choice("!#$%&*")


def spoken_password(chance: Chance) -> str:
    """A word and figures in words, or letters and figures one by one."""
    if chance.random() < 0.5:
        return f"{chance.choice(WORDS)} {say(digits(chance, 3), chance)}"
    letters = " ".join(chance.choices(string.ascii_lowercase, k=5))
    return f"{letters} {say(digits(chance, 3), chance)}"


def key(chance: Chance) -> str:
    """A key of one of five services."""
    letters = "".join(chance.choices(string.ascii_letters + string.digits, k=40))
    capitals = "".join(chance.choices(string.ascii_uppercase + string.digits, k=16))
    return chance.choice(
        (f"sk-{letters}", f"AKIA{capitals}", f"ghp_{letters[:36]}", f"AIza{letters[:35]}",
         f"xoxb-{letters[:24]}")
    )  # fmt: skip


def pin(chance: Chance) -> str:
    """Four figures, written or in words."""
    number = digits(chance, 4)
    return chance.choice((number, " ".join(number), " ".join(ONES[int(one)] for one in number)))


def born(chance: Chance) -> datetime.date:
    """A day on which somebody at work may have been born."""
    return datetime.date(1955, 1, 1) + datetime.timedelta(days=chance.randrange(18_000))


def written_birth(chance: Chance) -> str:
    """The day as people write it."""
    day = born(chance)
    month = MONTHS[day.month - 1]
    return chance.choice(
        (f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}", f"{day.day} {month} {day.year}",
         f"{month} {day.day}, {day.year}")
    )  # fmt: skip


def spoken_birth(chance: Chance) -> str:
    """The day in words."""
    day, month = chance.randrange(15), chance.choice(MONTHS)
    year = (
        f"nineteen {chance.choice(('sixty', 'seventy', 'eighty'))}-{ONES[chance.randrange(1, 10)]}"
    )
    return chance.choice(
        (f"the {ORDINALS[day]} of {month} {year}", f"{month} {ORDINALS[day]}, {year}")
    )


def german_birth(chance: Chance) -> str:
    """The day as Germans write it."""
    day = born(chance)
    return chance.choice((f"{day:%d.%m.%Y}", f"{day.day}. {MONATE[day.month - 1]} {day.year}"))


def address(chance: Chance) -> str:
    """A house in an English street, perhaps with its town."""
    kind = chance.choice(("Street", "Road", "Lane", "Avenue", "Drive", "St", "Rd"))
    house = f"{chance.randrange(1, 900)} {chance.choice(STREETS)} {kind}"
    return house if chance.random() < 0.4 else f"{house}, {chance.choice(TOWNS)}"


def german_address(chance: Chance) -> str:
    """A house in a German street, perhaps with its town."""
    house = f"{chance.choice(STRASSEN)} {chance.randrange(1, 200)}"
    return house if chance.random() < 0.4 else f"{house}, {chance.choice(ORTE)}"


def passport(chance: Chance) -> str:
    """As the United Kingdom, the United States and Germany number them."""
    return chance.choice((digits(chance, 9), f"C{digits(chance, 8)}", f"C01X{digits(chance, 5)}"))


def licence(chance: Chance) -> str:
    """As the United Kingdom and states of America number them."""
    british = f"MORGA{digits(chance, 6)}SM9IJ"
    return chance.choice((british, f"D{digits(chance, 7)}", digits(chance, 8)))


def sagen(number: str, chance: Chance) -> str:
    """Digits in German words: one by one, or in pairs."""
    words: list[str] = []
    rest, pairs = number, chance.random() < 0.4
    while rest:
        if pairs and len(rest) > 1 and rest[0] > "1" and rest[1] > "0":
            one = "ein" if rest[1] == "1" else EINS[int(rest[1])]
            words.append(f"{one}und{ZEHNER[int(rest[0]) - 2]}")
            rest = rest[2:]
        else:
            words.append(EINS[int(rest[0])])
            rest = rest[1:]
    return ", ".join(" ".join(words[n : n + 4]) for n in range(0, len(words), 4))


def german_phone(chance: Chance) -> str:
    """A mobile number, in words."""
    return sagen(f"01{chance.choice(('51', '60', '71', '75'))}{digits(chance, 7)}", chance)


def german_mail(chance: Chance) -> str:
    """An address as it is said."""
    who = chance.choice(("weber", "anna punkt schulz", "m unterstrich koch", "info"))
    at = chance.choice(("at", "ät", "Klammeraffe"))
    firm, ending = (
        chance.choice(("nordwind", "blauer fluss", "bäckerei")),
        chance.choice(("de", "com")),
    )
    return f"{who} {at} {firm} punkt {ending}"


def german_iban(chance: Chance) -> str:
    """The letters, and the figures in words."""
    body = "37040044" + digits(chance, 10)
    return f"D E {sagen(iban.calc_check_digits('DE00' + body) + body, chance)}"


def german_password(chance: Chance) -> str:
    """A word with figures, written or said."""
    word = chance.choice(("Blume", "Winter", "Falke"))
    number = digits(chance, 3)
    return f"{word}{number}" if chance.random() < 0.5 else f"{word.lower()} {sagen(number, chance)}"


PHRASES: Final[dict[str, Maker]] = {
    "password, written": named("SECRET", ("The password is ", "My password: "), password),
    "password, spoken": named("SECRET", ("The password is ",), spoken_password),
    "key of a service": named("SECRET", ("It's ", "Use "), key),
    "pin": named("SECRET", ("The PIN is ", "The door code is "), pin),
    "date of birth, written": named(
        "BIRTH", ("My date of birth is ", "I was born on "), written_birth
    ),
    "date of birth, spoken": named("BIRTH", ("My date of birth is ",), spoken_birth),
    "postal address": named("ADDRESS", ("We are at ", "Ship it to "), address),
    "passport": named("ID", ("My passport number is ",), passport),
    "driving licence": named("ID", ("My driving licence is ",), licence),
    "de: card, spoken": named(
        "CARD", ("Die Kartennummer ist ",), lambda c: sagen(card(c), c)
    ),
    "de: telephone, spoken": named("PHONE", ("Meine Handynummer ist ",), german_phone),
    "de: e-mail, spoken": named("EMAIL", ("Schreiben Sie an ",), german_mail),
    "de: account (iban), spoken": named("ACCOUNT", ("Die IBAN ist ",), german_iban),
    "de: date of birth": named("BIRTH", ("Ich bin geboren am ",), german_birth),
    "de: postal address": named("ADDRESS", ("Wir sitzen in der ",), german_address),
    "de: password": named("SECRET", ("Das Passwort lautet ",), german_password),
}  # fmt: skip
