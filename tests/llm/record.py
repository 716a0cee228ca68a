"""Makes recordings of a model's answers out of what an engine kept: one file a call.

    T2H_MODEL_CACHE=CACHE ... t2h eval DIR --engine openai
    python tests/llm/record.py CACHE/answers --window 800 --overlap 60

The benchmark ``union.py`` and the tests of joining play them again without the model.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

from transcript2handoff.engines.openai.keep import JOURNAL, KeptAnswer
from transcript2handoff.testing.recorded import Recording, recorded

RECORDED = Path(__file__).parent.parent / "engines" / "openai" / "data" / "recorded"


def recordings(answers, *, window, overlap):
    """What was answered about each call, in the order of forms and turns."""
    call_of = {}
    for line in (answers / JOURNAL).read_text(encoding="utf-8").splitlines():
        noted = json.loads(line)
        call_of[noted["at"]] = noted["call"]
    said, models = defaultdict(list), {}
    for path in answers.glob("*.json"):
        kept = KeptAnswer.model_validate_json(path.read_bytes())
        sending = kept.sendings[-1]
        call = call_of[sending.model_dump(mode="json")["at"]]
        said[call].append(recorded(kept))
        models[call] = sending.model
    for call, found in sorted(said.items()):
        yield Recording(
            call_id=call,
            model=models[call],
            window_tokens=window,
            overlap_tokens=overlap,
            answers=tuple(sorted(found, key=lambda answer: (answer.form, answer.turns))),
        )


def main():
    """Write the recordings."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("answers", type=Path)
    words.add_argument("--window", type=int, required=True)
    words.add_argument("--overlap", type=int, required=True)
    told = words.parse_args()
    RECORDED.mkdir(exist_ok=True)
    for recording in recordings(told.answers, window=told.window, overlap=told.overlap):
        text = recording.model_dump_json(indent=1) + "\n"
        (RECORDED / f"{recording.call_id}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
