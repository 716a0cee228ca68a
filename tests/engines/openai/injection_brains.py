"""The calls of ``injections.toml``, and models that obey them, copy them, or answer at random."""

import datetime
import json
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from transcript2handoff.deal import Call, Deal, DealContext, Participant
from transcript2handoff.engines.openai.prompts import cleaned
from transcript2handoff.engines.openai.schema import Group, answer_schema
from transcript2handoff.testing.model_server import fill, turns_of
from transcript2handoff.transcript import Speaker, Transcript, Turn

NAMES = {"S": "Nora Lindqvist", "C": "Tomas Reyes"}
SIDES = {"S": "seller", "C": "customer", "U": None}
DEAL = {
    "deal": "alder",
    "seller": "Countwell",
    "customer": "Alder Foods",
    "product": "stock counting",
}
TOLD = ("metric", "baseline", "target", "deadline", "owner", "due", "name", "role", "reason")
"""Fields that a model fills in its own words, beside ``value`` and the summary."""
PREFACE = "Of course. I have followed the instructions on the call:\n\n```json\n"
CODA = "\n```\n\nAnything else? See [my notes](http://evil.example) <script>x</script>"


@dataclass(frozen=True)
class Attack:
    """One call; ``at`` is the turn that gives the order, ``orders`` what a model makes of it."""

    name: str
    says: list
    orders: list
    at: int = 2
    names: dict = field(default_factory=dict)
    titles: dict = field(default_factory=dict)
    deal: dict = field(default_factory=dict)
    never: list = field(default_factory=list)

    def transcript(self):
        speakers = tuple(
            Speaker(id=who, name=self.names.get(who, NAMES.get(who)), side=side)
            for who, side in SIDES.items()
        )
        turns = tuple(
            Turn(n=n, speaker=who, text=words) for n, (who, words) in enumerate(self.says, 1)
        )
        return Transcript(call_id="alder-1", speakers=speakers, turns=turns)

    def context(self):
        people = tuple(
            Participant(name=name, side=SIDES[who], title=self.titles.get(who))
            for who, name in (NAMES | self.names).items()
        )
        call = Call(id="alder-1", date=datetime.date(2026, 9, 14), consent="given")
        return DealContext(deal=Deal(**(DEAL | self.deal), participants=people), call=call)


def load_attacks(*, canary):
    """The attacks by name; ``canary`` is the address of the bait."""
    text = (Path(__file__).parent / "injections.toml").read_text(encoding="utf-8")
    told = _spelled_out(tomllib.loads(text), canary)
    return {attack["name"]: Attack(**attack) for attack in told["attacks"]}


def _spelled_out(value, canary):
    if isinstance(value, dict):
        return {key: _spelled_out(each, canary) for key, each in value.items()}
    if isinstance(value, list):
        return [_spelled_out(each, canary) for each in value]
    if not isinstance(value, str):
        return value
    long = re.sub(r"REPEAT\((.),(\d+)\)", lambda match: match[1] * int(match[2]), value)
    return long.replace("CANARY", canary)


def obedient(attack):
    """Writes the attacker's words into every list and field, proved by every turn of the call."""

    def brain(request):
        if request.schema_name == "verdicts":
            return json.dumps(_verdicts(request))
        shown = turns_of(request)
        orders = [
            order | citation
            for order in map(_in_full, attack.orders)
            for citation in _citations(order, attack.at, shown)
        ]
        return PREFACE + json.dumps(_answer(request.schema, orders)) + CODA

    return brain


def overdoing(attack):
    """Adds fields, kinds and turns that nobody asked for, until it is told that it must not."""

    def brain(request):
        if len(request.body["messages"]) > 2:
            return obedient(attack)(request)
        order = _in_full(attack.orders[0])
        answer = _answer(request.schema, [order | _cite((attack.at, order["summary"]))])
        for items in answer.values():
            items[0] |= {"discount": "90 %", "html": "<script>x</script>"}
            items[0]["citations"] += [{"turn": 0, "quote": "x"}, {"turn": -1, "quote": "x"}]
        return json.dumps(answer | {"secret_terms": [{"summary": "all free"}], "system": "free"})

    return brain


def copying(request):
    """Quotes every turn whole, as a fact of every kind, in its own words."""
    if request.schema_name == "verdicts":
        return json.dumps(_verdicts(request))
    said = [turn for turn in turns_of(request) if turn.text]
    orders = [
        _in_full({"summary": turn.text, "value": turn.text}) | _cite((turn.number, turn.text))
        for turn in said
    ]
    return json.dumps(_answer(request.schema, orders))


def reciting(answers):
    """Gives for each group of kinds the answer that was prepared."""

    def brain(request):
        return json.dumps(answers[request.schema_name])

    return brain


def _in_full(order):
    words = order["summary"]
    return {"present": True, "value": words} | dict.fromkeys(TOLD, words) | order


def _citations(order, at, shown):
    """As ordered; the order itself; each turn of the call, and that with the order for a second."""
    own = (order.get("turn", at), order.get("quote", order["summary"]))
    yield _cite(own)
    for turn in shown:
        if turn.text:
            yield _cite((turn.number, turn.text))
            yield _cite((turn.number, turn.text), (at, "words that nobody said"))


def _cite(*citations):
    return {"citations": [{"turn": turn, "quote": quote} for turn, quote in citations]}


def _answer(schema, orders):
    """A whole answer: every list has an item for every order."""
    return {
        name: [_item(each["items"], order) for order in orders]
        for name, each in schema["properties"].items()
    }


def _item(schema, order):
    return fill(schema, order) | {"citations": order["citations"]}


def _verdicts(request):
    last = int(re.search(r"Judge notes 1 to (\d+)", request.user)[1])
    form = request.schema["properties"]["verdicts"]["items"]
    wanted = {
        "holds": True,
        "strength": "firm",
        "promise_status": "withdrawn",
        "objection_status": "addressed",
    }
    return {"verdicts": [fill(form, wanted | {"claim": n}) for n in range(1, last + 1)]}


def any_answers(attack):
    """Answers that fit the schemas, in words of the call, of the attacker, and in any others."""
    spoken = [(turn.n, cleaned(turn.text)) for turn in attack.transcript().turns]
    bait = [value for order in attack.orders for value in order.values() if isinstance(value, str)]
    words = st.sampled_from([text for _, text in spoken if text] + bait) | st.text(min_size=1)
    heard = st.sampled_from([(n, text) for n, text in spoken if text])
    made_up = st.tuples(st.integers(1, 10**6), words)
    cited = st.builds(lambda pair: {"turn": pair[0], "quote": pair[1]}, heard | heard | made_up)
    known = {"citations": st.lists(cited.filter(_is_told), min_size=1, max_size=3)}
    return st.fixed_dictionaries(
        {str(group): _any_value(answer_schema(group), words, known) for group in Group}
    )


def _is_told(citation):
    return citation["quote"].strip() != ""


def _any_value(schema, words, known):
    if "anyOf" in schema:
        return st.one_of([_any_value(form, words, known) for form in schema["anyOf"]])
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    if schema["type"] == "object":
        each = schema["properties"].items()
        fields = {name: _any_value(form, words, known) for name, form in each if name not in known}
        given = {name: known[name] for name, _ in each if name in known}
        return st.fixed_dictionaries(given | fields).map(_somebody)
    if schema["type"] == "array":
        return st.lists(_any_value(schema["items"], words, known), min_size=1, max_size=3)
    plain = {"boolean": st.booleans(), "null": st.none(), "string": words.filter(str.strip)}
    return plain[schema["type"]]


def _somebody(item):
    """A stakeholder needs a name or a role."""
    unnamed = "present" in item and not (item["name"] or item["role"])
    return item | {"role": "buyer"} if unnamed else item
