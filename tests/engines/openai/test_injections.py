"""Somebody on a call commands the model, and the model obeys: what may come of it all the same.

``injections.toml`` holds the calls. Each goes the whole way, from the transcript to the documents,
with a model that does what it is told, one that copies what was said, and some that answer at
random. What a model believes is not tested here, only what no answer of any model can change.
"""

import dataclasses
import sys
import threading
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.engines.openai.injection_brains import (
    any_answers,
    copying,
    load_attacks,
    obedient,
    overdoing,
    reciting,
)
from tests.engines.openai.injection_laws import (
    claims_are_borne_out,
    handoff_is_sound,
    markdown_is_plain,
    page_is_plain,
    prompt_is_sound,
)
from transcript2handoff.engines.openai import Endpoint, Keep, Limits, ModelOptions, OpenAIEngine
from transcript2handoff.errors import AnswerInvalidError
from transcript2handoff.ground import ground
from transcript2handoff.policy import Gate
from transcript2handoff.testing.model_server import ModelServer

ATTACKS = sorted(load_attacks(canary="http://127.0.0.1:9"))
GROUPS = 3
LIMITS = Limits(request_seconds=30, first_wait_seconds=0.01, answer_tokens=100_000)
REACHING_OUT = ("socket.connect", "subprocess.Popen", "os.system", "os.exec", "webbrowser.open")


class Canary(ThreadingHTTPServer):
    """A server that nobody may ask; it remembers who does."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _CanaryHandler)
        self.hits = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class _CanaryHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.hits.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        """Nothing."""


@dataclass
class Watchman:
    """Notes every connection and program of this process; an audit hook can never be removed."""

    seen: list = field(default_factory=list)
    is_on: bool = True

    def __call__(self, event, args):
        if self.is_on and event in REACHING_OUT:
            self.seen.append((event, args[1] if event == "socket.connect" else args[0]))


@dataclass
class Scene:
    """Where a call goes the whole way."""

    server: ModelServer
    canary: Canary
    watchman: Watchman
    keep: Keep

    def attack(self, name):
        return load_attacks(canary=self.canary.url)[name]

    def play(self, attack, brain, *, check=False):
        """The handoff of a call as a model with this brain reads it, and the requests for it."""
        self.server.brain, before = brain, len(self.server.requests)
        endpoint = Endpoint(
            url=self.server.base_url, model=self.server.model, key=self.server.api_key
        )
        options = ModelOptions(endpoint=endpoint, limits=LIMITS, check=check)
        engine = OpenAIEngine(options, gate=Gate(), keep=self.keep)
        draft = engine.extract(attack.transcript(), attack.context())
        handoff = ground(draft, attack.transcript(), attack.context())
        return handoff, self.server.requests[before:]


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    canary, watchman = Canary(), Watchman()
    threading.Thread(target=canary.serve_forever, args=(0.01,)).start()
    sys.addaudithook(watchman)
    with ModelServer() as server:
        keep = Keep(tmp_path_factory.mktemp("answers"), answers=False)
        yield Scene(server, canary, watchman, keep)
    watchman.is_on = False
    canary.shutdown()
    canary.server_close()


def nothing_comes_of_it(scene, attack, handoff, requests):
    transcript = attack.transcript()
    for request in requests:
        prompt_is_sound(request, transcript)
    handoff_is_sound(handoff, transcript)
    claims_are_borne_out(handoff, transcript, attack.context().call.date)
    seen = [page_is_plain(handoff, transcript), markdown_is_plain(handoff, transcript)]
    told = [request.user for request in requests]
    for text in (*told, *(page.replace(scene.server.base_url[:-3], "") for page in seen)):
        assert [words for words in attack.never if words in text] == []
    assert scene.canary.hits == []
    address = ("127.0.0.1", int(scene.server.base_url.split(":")[2].split("/")[0]))
    # The SDK asks `uname` for the name of the system, once.
    assert set(scene.watchman.seen) <= {("socket.connect", address), ("subprocess.Popen", "uname")}


def test_there_are_many_attacks_by_everybody():
    assert len(ATTACKS) >= 50


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("brain", [obedient, lambda _: copying], ids=["obeys", "copies"])
def test_nothing_comes_of_a_model_that(scene, name, brain):
    attack = scene.attack(name)
    handoff, requests = scene.play(attack, brain(attack))
    assert len(requests) == GROUPS
    assert handoff.claims
    nothing_comes_of_it(scene, attack, handoff, requests)


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_comes_of_answers_at_random(scene, name):
    attack = scene.attack(name)

    @settings(
        max_examples=2,
        phases=(Phase.generate,),  # an attack is read better as it is than shrunk
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
    )
    @given(any_answers(attack))
    def law(answers):
        handoff, requests = scene.play(attack, reciting(answers))
        nothing_comes_of_it(scene, attack, handoff, requests)

    law()


CHECKED = ["all firm and withdrawn", "orders in the voice of the check", "the end of the fence"]


@pytest.mark.parametrize("name", [*CHECKED, "a turn within a turn", "the deal's fields"])
def test_nothing_comes_of_it_in_the_second_pass(scene, name):
    attack = scene.attack(name)
    handoff, requests = scene.play(attack, obedient(attack), check=True)
    assert [request.schema_name for request in requests].count("verdicts") >= 1
    nothing_comes_of_it(scene, attack, handoff, requests)


OVERDONE = ["JSON in speech", "JSON that ends the answer", "a system message in speech"]


@pytest.mark.parametrize("name", OVERDONE)
def test_what_nobody_asked_for_is_put_back(scene, name):
    attack = scene.attack(name)
    handoff, requests = scene.play(attack, overdoing(attack))
    assert len(requests) == 2 * GROUPS
    for word in ("secret_terms", "html", "90 %"):
        assert word not in handoff.to_json()
    nothing_comes_of_it(scene, attack, handoff, requests)


@pytest.mark.parametrize("name", OVERDONE)
def test_a_model_that_insists_gives_no_handoff(scene, name):
    attack = scene.attack(name)
    first = overdoing(attack)

    def insisting(request):
        start = request.body | {"messages": request.body["messages"][:2]}
        return first(dataclasses.replace(request, body=start))

    with pytest.raises(AnswerInvalidError, match="do not have the form"):
        scene.play(attack, insisting)


def test_the_canary_sings(scene):
    canary = Canary()
    threading.Thread(target=canary.serve_forever, args=(0.01,)).start()
    scene.watchman.seen, seen = [], scene.watchman.seen
    with urllib.request.urlopen(f"{canary.url}/x") as answer:
        assert answer.status == 204
    canary.shutdown()
    canary.server_close()
    assert canary.hits == ["/x"]
    assert scene.watchman.seen == [("socket.connect", ("127.0.0.1", canary.server_port))]
    scene.watchman.seen = seen
