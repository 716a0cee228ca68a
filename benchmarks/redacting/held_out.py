"""Other sentences than those that the rules were made with, for the half that is reported."""

from collections.abc import Mapping
from typing import Final

_CARD: Final = (
    "Can you take it over the phone? The company Mastercard is ",
    "Let me read you the card: ",
    "Charge our Amex, the number's ",
    "We pay by credit card, ",
)
_CALL: Final = (
    "You can ring me on ",
    "My direct line is ",
    "Text me at ",
    "The best number to reach me is ",
    "Her mobile's ",
)
_MAIL: Final = ("Copy me in, that's ", "The invoice goes to ", "Drop a line to ", "I'm ")
_BANK: Final = ("The IBAN would be ", "Transfer it to ", "Our bank details: ")

SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "card, written": _CARD,
    "card, spoken": _CARD,
    "telephone, written": (*_CALL, "That's ", "Let me see. "),
    "telephone, as heard": _CALL,
    "telephone, spoken": _CALL,
    "telephone, spoken, not named": ("That's ", "Let me see. "),
    "e-mail, written": _MAIL,
    "e-mail, spoken": _MAIL,
    "account (iban), written": _BANK,
    "account (iban), spoken": ("The IBAN would be ", "Our bank details: "),
    "us social security, written": ("For the form, it's ", "The social is "),
    "us social security, spoken": ("You need my SSN? ", "The last thing, my social: "),
    "uk national insurance": ("For payroll: ", "The number is "),
    "de tax id": ("The German tax number, that's ", "Identifikationsnummer "),
    "fr nir": ("For payroll: ",),
    "es dni": ("For the notary: ",),
    "it codice fiscale": ("For the invoice: ",),
    "nl bsn": ("Burgerservicenummer ", "The BSN, wait, "),
    "password, written": (
        "You log in as admin, password ",
        "Use the passphrase ",
        "I set the password to ",
    ),
    "password, spoken": ("The login password will be ", "So the passcode is "),
    "key of a service": ("I pasted it in the chat, ", "The token: "),
    "pin": ("Enter the PIN ", "The security code on the back is ", "Your access code is "),
    "date of birth, written": ("D.O.B. ", "His birthday's on ", "Date of birth, that would be "),
    "date of birth, spoken": ("I was born on ", "Birth date? "),
    "postal address": ("The delivery address is ", "Our new office, ", "Come to "),
    "passport": ("It's on my passport, ", "Passport no. "),
    "driving licence": ("The driver's license number's ", "Driving license, "),
    "de: card, spoken": ("Ich zahle mit der Kreditkarte, ", "Unsere Firmenkarte: "),
    "de: telephone, spoken": ("Rufen Sie mich an unter ", "Meine Durchwahl, also "),
    "de: e-mail, spoken": ("Meine Adresse ist ", "Bitte an "),
    "de: account (iban), spoken": ("Überweisen Sie auf ", "Unsere Bankverbindung: "),
    "de: date of birth": ("Geburtsdatum ", "Mein Geburtstag ist der "),
    "de: postal address": ("Liefern Sie an die ", "Unser Büro: "),
    "de: password": ("Das Kennwort ist ", "Als Passwort nehmen wir "),
}
