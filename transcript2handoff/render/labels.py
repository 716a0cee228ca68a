"""What the brief calls the values of a handoff, in the order in which they are listed."""

from collections.abc import Mapping
from typing import Final

from transcript2handoff.deal import Side, Stage
from transcript2handoff.facts import (
    CompetitorStatus,
    Influence,
    Kind,
    ObjectionStatus,
    ObjectionTopic,
    Strength,
    TermType,
)
from transcript2handoff.handoff import Outcome, PromiseState
from transcript2handoff.words import Message, message

SUMMARY: Final = message("Summary")
SIDES: Final[Mapping[Side, Message]] = {
    "seller": message("seller"),
    "customer": message("customer"),
}
STAGES: Final[Mapping[Stage, Message]] = {
    "discovery": message("discovery"),
    "demo": message("demo"),
    "technical": message("technical check"),
    "negotiation": message("negotiation"),
    "closing": message("closing"),
}
KIND_LABELS: Final[Mapping[Kind, Message]] = {
    "goal": message("goal"),
    "pain": message("pain"),
    "promise": message("promise"),
    "exclusion": message("exclusion"),
    "customer_commitment": message("commitment of the customer"),
    "objection": message("objection"),
    "stakeholder": message("stakeholder"),
    "competitor": message("alternative"),
    "term": message("term"),
    "requirement": message("requirement"),
    "risk": message("risk"),
    "expansion": message("room to grow"),
    "next_step": message("next step"),
}
INFLUENCE_LABELS: Final[Mapping[Influence, Message]] = {
    "economic_buyer": message("decides about money"),
    "champion": message("champion"),
    "blocker": message("may block"),
    "technical": message("technical"),
    "influencer": message("influences"),
    "user": message("user"),
    "unknown": message("influence not known"),
}
TERM_LABELS: Final[Mapping[TermType, Message]] = {
    "price": message("Price"),
    "discount": message("Discount"),
    "seats": message("Seats or volume"),
    "length": message("Length"),
    "start": message("Start"),
    "renewal": message("Renewal"),
    "payment": message("Payment"),
    "sla": message("Service level"),
    "budget": message("Budget"),
    "procurement": message("Procurement"),
}
STRENGTH_LABELS: Final[Mapping[Strength, Message]] = {
    "firm": message("firm"),
    "conditional": message("conditional"),
    "hedged": message("hedged"),
}
STATE_LABELS: Final[Mapping[PromiseState, Message]] = {
    "open": message("open"),
    "changed": message("changed"),
    "done": message("done"),
    "superseded": message("replaced"),
    "withdrawn": message("withdrawn"),
}
"""The first two are still owed, and equally so."""
OUTCOME_LABELS: Final[Mapping[Outcome, Message]] = {
    "kept": message("kept"),
    "late": message("kept late"),
    "impossible": message("could not be kept"),
}
TOPIC_LABELS: Final[Mapping[ObjectionTopic, Message]] = {
    "price": message("price"),
    "security": message("security"),
    "legal": message("contract and law"),
    "product_gap": message("missing in the product"),
    "integration": message("integration"),
    "timing": message("timing"),
    "change_management": message("change for people"),
    "authority": message("authority"),
    "trust": message("trust"),
    "support": message("support"),
}
OBJECTION_LABELS: Final[Mapping[ObjectionStatus, Message]] = {
    "open": message("unanswered"),
    "deferred": message("put off"),
    "addressed": message("answered"),
}
RIVAL_LABELS: Final[Mapping[CompetitorStatus, Message]] = {
    "incumbent": message("in use today"),
    "evaluating": message("also looked at"),
    "rejected": message("rejected"),
    "mentioned": message("mentioned"),
}
