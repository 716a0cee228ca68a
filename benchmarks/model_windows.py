"""How a model reads a long call: windows, requests, tokens, memory, and no turn left out.

``python benchmarks/model_windows.py``: calls of 15, 60 and 180 minutes, made of turns of
``fixtures/bench``, read with the windows of the settings by the fake model server (real HTTP, no
model). Memory is that of the whole process, server and entity recogniser included.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from transcript2handoff.deal import Call, DealContext
from transcript2handoff.engines.openai import Endpoint, Keep, ModelOptions, OpenAIEngine
from transcript2handoff.ground import ground
from transcript2handoff.policy import Gate
from transcript2handoff.testing.model_server import ModelServer
from transcript2handoff.transcript import Speaker, Transcript, Turn

BENCH = Path(__file__).parent.parent / "fixtures" / "bench"
MINUTES = (15, 60, 180)
TURNS_A_MINUTE = 15


def transcript(turns: int) -> Transcript:
    """A call of so many turns, sides as in the calls that it is made of."""
    said: list[Turn] = []
    for path in sorted(BENCH.glob("*-*.json")):
        call = json.loads(path.read_text(encoding="utf-8"))
        sides = {person["name"]: person["side"] for person in call["participants"]}
        for turn in call["turns"]:
            speaker = sides.get(turn["speaker"])
            said.append(Turn(n=len(said) + 1, speaker=speaker, text=turn["text"]))
            if len(said) == turns:
                speakers = tuple(Speaker(id=side, side=side) for side in ("seller", "customer"))
                return Transcript(call_id="long-1", speakers=speakers, turns=tuple(said))
    raise ValueError(f"the calls hold fewer than {turns} turns")


def measure(minutes: int) -> str:
    """One row of the table."""
    said = transcript(minutes * TURNS_A_MINUTE)
    context = DealContext(call=Call(id="long-1", consent="given"))
    with tempfile.TemporaryDirectory() as folder, ModelServer() as server:
        endpoint = Endpoint(url=server.base_url, model=server.model, key=server.api_key)
        engine = OpenAIEngine(ModelOptions(endpoint=endpoint), gate=Gate(), keep=Keep(Path(folder)))
        start = time.perf_counter()
        draft = engine.extract(said, context)
        seconds = time.perf_counter() - start
        longest = max(request.prompt_tokens for request in server.requests)
        at_once = server.most_at_once
    read = {n for window in draft.coverage for n in range(window.first, window.last + 1)}
    gaps = len(said.turns) - len(read)
    used, kept = draft.provenance.usage, len(ground(draft, said, context).claims)
    assert used is not None
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return (
        f"| {minutes} | {len(said.turns)} | {len(draft.coverage)} | {used.requests} | {at_once} "
        f"| {longest:,} | {used.tokens_in:,} | {gaps} | {kept} | {seconds:.1f} | {gigabytes:.2f} |"
    )


def main() -> None:
    """Each length in a process of its own, so that memory is its own."""
    if len(sys.argv) > 1:
        print(measure(int(sys.argv[1])))
        return
    print(
        "| minutes | turns | windows | requests | at once | longest prompt | tokens in | turns not "
        "read | claims | seconds | GiB |\n|---|---|---|---|---|---|---|---|---|---|---|"
    )
    for minutes in MINUTES:
        subprocess.run([sys.executable, __file__, str(minutes)], check=True)


if __name__ == "__main__":
    main()
