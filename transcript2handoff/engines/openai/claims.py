"""Makes draft claims of what a model states: nothing is taken over that the call cannot bear out.

Whether the quotes stand in the call is decided later, by ``ground``. Here days are resolved by our
own rules, and figures and days that nobody said near the proof are dropped: a summary that holds
one gives way to the quote itself. All of it in the words that the model saw; those that redaction
had hidden come back at the very end, when nothing is sent any more.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter, ValidationError

from transcript2handoff.deal import first_fault
from transcript2handoff.engines.openai.answers import Stated, Sure
from transcript2handoff.engines.openai.hearing import Cited, Hearing
from transcript2handoff.engines.openai.prompts import cleaned
from transcript2handoff.extract.dates import find_dates
from transcript2handoff.extract.wording import MOST_WORDS, quoted
from transcript2handoff.facts import Fact
from transcript2handoff.handoff import Citation, DraftClaim
from transcript2handoff.policy import Projection

CONFIDENCE: Final[Mapping[Sure, float]] = {Sure.HIGH: 0.9, Sure.MEDIUM: 0.7, Sure.LOW: 0.5}
"""What a model's own word for how sure it is stands for. Its models are not ours to calibrate."""
_NAMES: Final = frozenset({"name", "owner"})
"""Fields that ``ground`` reads off the call; their figures ("Studio 54") may be said anywhere."""
_LINK: Final = re.compile(r"://|\bwww\.", re.IGNORECASE)
_FACTS: Final[TypeAdapter[Fact]] = TypeAdapter(Fact)


@dataclass(frozen=True)
class Claimant:
    """Makes claims about one call."""

    hearing: Hearing

    def claim(self, stated: Stated) -> DraftClaim | str:
        """The claim, or why there is none: the fields make no fact."""
        cited = stated.citations
        try:
            fact = _FACTS.validate_python({"kind": stated.kind, **self._fields(stated)})
        except ValidationError as error:
            kind = stated.kind.replace("_", " ")
            return f"a {kind} in turn {cited[0].turn}: {first_fault(error)}"
        return DraftClaim(
            summary=self._summary(stated.summary, cited),
            fact=fact,
            citations=cited,
            confidence=CONFIDENCE[stated.sure],
        )

    def _fields(self, stated: Stated) -> dict[str, object]:
        cited, anywhere = stated.citations, self.hearing.figures_anywhere
        near = self.hearing.figures_around(cited)
        fields: dict[str, object] = {
            name: self._borne_out(told, anywhere if name in _NAMES else near)
            for name, told in stated.fields.items()
        }
        if isinstance(due := fields.get("due"), str):
            fields["due"] = self._due(due, cited)
        if "value" in fields and not fields["value"]:
            fields["value"] = self.hearing.best(cited).quote
        return fields

    def _due(self, words: str, cited: Cited) -> str | None:
        """The day that the words name by our rules, else the words; none if unsaid."""
        said_on = self.hearing.context.call.date
        exact = [mention for mention in find_dates(words, said_on=said_on) if mention.date]
        if len(exact) != 1:
            return words if self.hearing.says(words, cited) else None
        return exact[0].due if exact[0].due in self.hearing.days_around(cited) else None

    def _summary(self, told: str, cited: Cited) -> str:
        words = self._borne_out(told, self.hearing.figures_around(cited))
        if isinstance(words, str) and len(words.split()) <= MOST_WORDS:
            return words
        best = self.hearing.best(cited)
        return quoted(best.quote, speaker=self.hearing.speaker(best.turn))

    def _borne_out(self, told: str | bool | None, said: frozenset[float]) -> str | bool | None:
        """What was told, cleaned; none where a figure was not said, or where it leads elsewhere."""
        if not isinstance(told, str):
            return told
        words = cleaned(told).strip()
        if not words or _LINK.search(words):
            return None
        return words if self.hearing.figures_in(words) <= said else None


def restored(claim: DraftClaim, projection: Projection) -> DraftClaim:
    """The claim with the words that redaction had hidden."""
    back = projection.restore
    fields = {
        name: back(value) if isinstance(value, str) else value
        for name, value in claim.fact.model_dump().items()
    }
    return claim.model_copy(
        update={
            "summary": back(claim.summary),
            "fact": _FACTS.validate_python(fields),
            "citations": tuple(
                Citation(turn=cited.turn, quote=back(cited.quote)) for cited in claim.citations
            ),
        }
    )
