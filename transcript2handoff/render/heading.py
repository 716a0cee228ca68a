"""The head of a brief: whose deal it is, and how its handoff came about."""

from collections.abc import Iterator

from transcript2handoff.assess.checklist import silence
from transcript2handoff.deal import Deal
from transcript2handoff.handoff import Handoff, Provenance
from transcript2handoff.words import Message, Shown, Words, message


def title(handoff: Handoff, words: Words) -> str:
    """Whose deal it is, customer first."""
    deal = handoff.deal
    customer = deal.customer or words.say(message("Customer not named"))
    return f"{customer} × {deal.seller or words.say(message('Seller not named'))}"


def about(handoff: Handoff, words: Words) -> tuple[Shown, ...]:
    """What was sold, what the deal is called and worth, and what has read its calls."""
    deal = handoff.deal
    engines = dict.fromkeys(f"{made.engine} {made.engine_version}" for made in handoff.provenance)
    found = message(
        "by engine {engines}: what it did not find stands as “{nothing}”",
        engines=", ".join(engines),
        nothing=silence(handoff),
    )
    named = message("deal {deal}", deal=deal.deal)
    tags = message("tags: {tags}", tags=", ".join(deal.tags)) if deal.tags else None
    sent = [line for made in handoff.provenance for line in _sent(made)]
    told = (deal.product, named, _worth(handoff.deal, words), tags, found, *sent)
    return tuple(part for n, part in enumerate(told) if part and part not in told[:n])


def _worth(deal: Deal, words: Words) -> Message | None:
    """What the CRM says that the deal is worth; calls may have said something else."""
    if deal.amount is None:
        return None
    amount = float(deal.amount)
    money = words.money(amount, deal.currency) if deal.currency else words.number(amount)
    return message("{money} by the CRM", money=money)


def _sent(made: Provenance) -> Iterator[Message]:
    """To whom words of the call were sent, so that a reader knows who else has read them."""
    for sending in made.sendings:
        to = {"model": sending.model, "to": sending.to}
        if sending.redacted:
            yield message("sent to {model} at {to}, redacted", **to)
        else:
            yield message("sent to {model} at {to}, not redacted", **to)
