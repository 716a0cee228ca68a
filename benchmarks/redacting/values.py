"""Values to plant: private ones of several countries, and decoys."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import phonenumbers
from stdnum import iban, luhn
from stdnum.de import idnr
from stdnum.es import dni
from stdnum.fr import nir
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.us import ssn

ONES: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS: Final = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NAMES: Final = ("dana", "whitfield", "arjun", "o'neil", "marta", "kowalski", "li", "jensen", "roy")
FIRMS: Final = ("acme", "northwind", "iron horse", "blue-river", "k and l", "pellworth")
ENDINGS: Final = ("com", "co uk", "de", "io", "com au", "org", "fr")
REGIONS: Final = ("US", "US", "GB", "GB", "DE", "FR", "AU", "IE", "NL", "IN", "ES", "CA")


@dataclass(frozen=True)
class Value:
    """A value, the label that should stand for it, and the sentence around it."""

    kind: str
    text: str
    before: str
    after: str = "."


Chance = random.Random
Maker = Callable[[Chance], Value]


def card(chance: Chance) -> str:
    """Digits of a card of one of three networks."""
    prefix, size = chance.choice((("4", 16), ("53", 16), ("37", 15)))
    body = prefix + digits(chance, size - len(prefix) - 1)
    return body + luhn.calc_check_digit(body)


def phone(chance: Chance) -> phonenumbers.PhoneNumber:
    """A number that exists in one of a dozen countries."""
    region = chance.choice(REGIONS)
    kind = chance.choice(
        (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
    )
    example = phonenumbers.example_number_for_type(region, kind)
    assert example is not None
    while True:
        national = str(example.national_number)
        number = phonenumbers.PhoneNumber(
            country_code=example.country_code,
            national_number=int(national[:-4] + digits(chance, 4)),
        )
        if phonenumbers.is_valid_number(number):
            return number


def digits(chance: Chance, size: int) -> str:
    """So many random digits."""
    return "".join(chance.choices("0123456789", k=size))


def until(chance: Chance, size: int, is_valid: Callable[[str], bool]) -> str:
    """Random digits that pass a check."""
    while not is_valid(number := digits(chance, size)):
        pass
    return number


def say(number: str, chance: Chance) -> str:
    """Digits in words, as people say them: one by one, doubles, pairs; with pauses."""
    zero = chance.choice(("zero", "oh"))
    style = chance.choice(("single", "single", "double", "pair"))
    words: list[str] = []
    rest = number
    while rest:
        if style == "double" and len(rest) > 1 and rest[0] == rest[1]:
            words.append(f"double {zero if rest[0] == '0' else ONES[int(rest[0])]}")
            rest = rest[2:]
        elif style == "pair" and len(rest) > 1 and "0" not in rest[:2] and chance.random() < 0.5:
            words.append(pair(rest[:2]))
            rest = rest[2:]
        else:
            words.append(zero if rest[0] == "0" else ONES[int(rest[0])])
            rest = rest[1:]
    return paused(words, chance)


def pair(two: str) -> str:
    """Two digits as one number."""
    if two[0] == "1":
        return TEENS[int(two[1])]
    return f"{TENS[int(two[0]) - 2]}-{ONES[int(two[1])]}"


def paused(words: Sequence[str], chance: Chance) -> str:
    """The words with a comma, a filler or the end of a sentence here and there."""
    text = words[0]
    step = chance.choice((3, 4))
    for n, word in enumerate(words[1:], start=1):
        pause = chance.choice((", ", " ", ". ", ", uh, ")) if n % step == 0 else " "
        text += pause + (word.capitalize() if pause == ". " else word)
    return text


def heard(number: str, chance: Chance) -> str:
    """Digits as a recognizer writes them: in groups, or one by one."""
    if chance.random() < 0.3:
        return " ".join(number)
    if chance.random() < 0.2:
        return number
    size = chance.choice((3, 4))
    return chance.choice((" ", "-", ", ")).join(
        number[n : n + size] for n in range(0, len(number), size)
    )


def mailbox(chance: Chance) -> tuple[str, str]:
    """An address, written and spoken."""
    local = chance.sample(NAMES, chance.choice((1, 2)))
    firm, ending = chance.choice(FIRMS), chance.choice(ENDINGS)
    joint, joint_said = chance.choice(((".", " dot "), ("_", " underscore "), ("-", " dash ")))
    written = f"{joint.join(local)}@{firm.replace(' ', '')}.{ending.replace(' ', '.')}"
    domain = f"{firm.replace('-', ' dash ')} dot {ending.replace(' ', ' dot ')}"
    said = f"{joint_said.join(local)} at {domain}"
    return written, said


def _named(kind: str, befores: Sequence[str], text: Callable[[Chance], str]) -> Maker:
    return lambda chance: Value(kind, text(chance), chance.choice(befores))


CARD_TALK: Final = ("The card number is ", "Put it on my Visa, ", "Okay, it's ", "Right. ")
CALL_TALK: Final = (
    "My cell is ",
    "Call me back on ",
    "What's the best number, it's ",
    "Reach me at ",
)
MAIL_TALK: Final = ("Send it to ", "My email is ", "It's ", "You can write to ")


def _written_phone(chance: Chance) -> str:
    form = chance.choice(
        (phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    )
    return phonenumbers.format_number(phone(chance), form)


def _national(chance: Chance) -> str:
    written = phonenumbers.format_number(phone(chance), phonenumbers.PhoneNumberFormat.NATIONAL)
    return "".join(filter(str.isdecimal, written))


def _iban(chance: Chance) -> str:
    body = chance.choice(("37040044", "50010517")) + digits(chance, 10)
    return f"DE{iban.calc_check_digits('DE00' + body)}{body}"


def _fiscal_code(chance: Chance) -> str:
    code = f"RSSMRA{chance.randrange(50, 99)}T{chance.randrange(10, 28)}H501"
    return code + codicefiscale.calc_check_digit(code)


def _social(chance: Chance) -> str:
    number = until(chance, 9, ssn.is_valid)
    return f"{number[:3]}-{number[3:5]}-{number[5:]}"


def _nir(chance: Chance) -> str:
    born = f"{chance.randrange(50, 99)}0{chance.randrange(1, 9)}"
    body = f"{chance.choice('12')}{born}75{digits(chance, 6)}"
    return body + nir.calc_check_digits(body)


def _dni(chance: Chance) -> str:
    body = digits(chance, 8)
    return body + dni.calc_check_digit(body)


def _insurance(chance: Chance) -> str:
    number = digits(chance, 6)
    prefix, suffix = chance.choice(("AB", "JK", "CE")), chance.choice("ABCD")
    return f"{prefix} {number[:2]} {number[2:4]} {number[4:]} {suffix}"


VALUES: Final[dict[str, Maker]] = {
    "card, written": _named("CARD", CARD_TALK, lambda c: heard(card(c), c)),
    "card, spoken": _named("CARD", CARD_TALK, lambda c: say(card(c), c)),
    "telephone, written": _named("PHONE", (*CALL_TALK, "It's ", "Right. "), _written_phone),
    "telephone, as heard": _named("PHONE", CALL_TALK, lambda c: heard(_national(c), c)),
    "telephone, spoken": _named("PHONE", CALL_TALK, lambda c: say(_national(c), c)),
    "telephone, spoken, not named": _named(
        "PHONE", ("It's ", "Okay. "), lambda c: say(_national(c), c)
    ),
    "e-mail, written": _named("EMAIL", MAIL_TALK, lambda c: mailbox(c)[0]),
    "e-mail, spoken": _named("EMAIL", MAIL_TALK, lambda c: mailbox(c)[1]),
    "account (iban), written": _named(
        "ACCOUNT", ("It's ", "Pay to "), lambda c: iban.format(_iban(c))
    ),
    "account (iban), spoken": _named(
        "ACCOUNT", ("It's ",), lambda c: "D E " + say(_iban(c)[2:], c)
    ),
    "us social security, written": _named("ID", ("It's ", "My social is "), _social),
    "us social security, spoken": _named(
        "ID", ("My social security number is ",), lambda c: say(until(c, 9, ssn.is_valid), c)
    ),
    "uk national insurance": _named("ID", ("It's ",), _insurance),
    "de tax id": _named(
        "ID", ("My tax ID is ", "Steuer-ID "), lambda c: until(c, 11, idnr.is_valid)
    ),
    "fr nir": _named("ID", ("It's ",), _nir),
    "es dni": _named("ID", ("It's ",), _dni),
    "it codice fiscale": _named("ID", ("It's ",), _fiscal_code),
    "nl bsn": _named("ID", ("My BSN is ",), lambda c: until(c, 9, bsn.is_valid)),
}


def _plain(befores: Sequence[str], text: Callable[[Chance], str], after: str = ".") -> Maker:
    return lambda chance: Value("", text(chance), chance.choice(befores), after)


def _price_in_words(chance: Chance) -> str:
    return " ".join(pair(str(chance.choice((21, 37, 48, 64, 93)))) for _ in range(3))


DECOYS: Final[dict[str, Maker]] = {
    "decoy: price": _plain(
        ("It's ", "So that is "), lambda c: f"${c.randrange(10_000, 9_000_000):,}"
    ),
    "decoy: price in words": _plain(
        ("It's ", "So that is "),
        _price_in_words,
        " dollars a year.",
    ),
    "decoy: grouped amount": _plain(
        ("It's ",), lambda c: f"{c.randrange(100, 999)} 000 000", " euros."
    ),
    "decoy: seats": _plain(("We have ",), lambda c: str(c.randrange(100, 90_000)), " seats."),
    "decoy: date": _plain(
        ("From ", "It starts on "), lambda c: f"2026-{c.randrange(10, 13)}-{c.randrange(10, 29)}"
    ),
    "decoy: dates": _plain(
        ("Between ",),
        lambda c: f"{c.randrange(1, 29)}/{c.randrange(1, 13)}/2026, {c.randrange(1, 29)}/12/2027",
    ),
    "decoy: years": _plain(("For ",), lambda c: "2025, 2026, 2027, 2028"),
    "decoy: ticket": _plain(
        ("It's ticket ", "The order number is ", "PO "),
        lambda c: digits(c, c.choice((6, 8, 10, 11))),
    ),
    "decoy: ticket, spoken": _plain(
        ("It's ticket ", "The invoice number is "), lambda c: say(digits(c, 10), c)
    ),
    "decoy: address of a machine": _plain(
        ("It runs on ",), lambda c: f"10.{c.randrange(255)}.{c.randrange(255)}.{c.randrange(255)}"
    ),
    "decoy: web page": _plain(
        ("Have a look at ", "It's live at "),
        lambda c: c.choice(("acme dot com", "northwind.io", "blue river dot co dot uk")),
    ),
    "decoy: small numbers": _plain(
        ("So ",), lambda c: ", ".join(str(c.randrange(10, 900)) for _ in range(4))
    ),
}
