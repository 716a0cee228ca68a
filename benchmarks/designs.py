"""Compares four designs of the local engine on the same folds of deals, thresholds chosen alike.

1. *Keyword rules*: cues and word lists, nothing trained (``keyword_rules.py``). They were written
   while half of these deals were looked at, so their figures are a little too good.
2. *Frozen encoder*: all-MiniLM-L6-v2 as it is, one logistic regression a kind on the pooled tokens
   of a sentence with the words around it; people and vendors by rule.
3. *Fine-tuned reader*: the trained reader's own judgement of a sentence, and nothing else.
4. *Reader and traits*: what ships: the reader's judgement of a sentence and its neighbours, the
   cues, and what others answer, weighed together.

The readers are those of the cross-validation (``t2h eval fixtures/bench --cross-validate``).

    python benchmarks/designs.py [--readers .readers]
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from keyword_rules import KeywordRules

from transcript2handoff.assemble import speech_options
from transcript2handoff.engines.local import LocalEngine, Recall
from transcript2handoff.engines.local.decisions import Weights
from transcript2handoff.engines.local.encoder import surroundings
from transcript2handoff.engines.local.labels import NAMES, width
from transcript2handoff.engines.local.traits import TRAITS
from transcript2handoff.engines.local.windows import judged_windows, padded, tokens_of
from transcript2handoff.evaluate.scoring import CORE, Report, score
from transcript2handoff.facts import KINDS, Kind
from transcript2handoff.settings import read_settings
from transcript2handoff.training.annotated import annotated_calls
from transcript2handoff.training.base import base_encoder
from transcript2handoff.training.crossvalidate import CrossValidation, cross_validate, recited
from transcript2handoff.training.deciding import Unseen, Weigh, decide, fitted_weights
from transcript2handoff.training.fit import Training
from transcript2handoff.training.folds import Workshop
from transcript2handoff.training.measure import Given, Result, found

BENCH: Final = Path(__file__).parent.parent / "fixtures" / "bench"
UNMARKED: Final = -4.0


def main() -> None:
    """Print a row for each design."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=Path, default=Path(".readers"))
    chosen = parser.parse_args()
    base = base_encoder(speech_options(read_settings()).models)
    work = Workshop(chosen.readers, base, Training(), lambda line: print(line, file=sys.stderr))
    validation = cross_validate(BENCH, annotated_calls(BENCH), work)
    print("| design | micro F1 | macro F1 | core macro F1 | promise F1 | promise recall |")
    print("|---|---|---|---|---|---|")
    print(row("keyword rules", scored(by_rules(validation))), flush=True)
    frozen = with_frozen_encoder(validation, base)
    print(row("frozen encoder, linear heads", scored(decided(frozen, alone))), flush=True)
    print(row("fine-tuned reader", scored(decided(validation, alone))), flush=True)
    print(row("reader and traits", scored(decided(validation, fitted_weights))), flush=True)


def scored(results: Iterable[Result]) -> Report:
    """The figures of what was found."""
    return score(result.scored for result in results)


def row(name: str, report: Report) -> str:
    """The cells of one design."""
    promise = report.kind("promise")
    figures = (report.total.f1, report.macro_f1(), report.macro_f1(CORE), promise.f1)
    cells = (name, *(f"{figure:.3f}" for figure in (*figures, promise.recall)))
    return f"| {' | '.join(cells)} |"


def by_rules(validation: CrossValidation) -> Iterator[Result]:
    """What rules alone find."""
    engine = LocalEngine(finder=KeywordRules())
    for part in validation.parts:
        for one in part:
            yield found(engine, Given(one.reading.transcript, one.reading.context, one.gold))


def decided(validation: CrossValidation, weigh: Weigh) -> Iterator[Result]:
    """What readers find with decisions of the other folds and weights of one making."""
    for n, part in enumerate(validation.parts):
        rest = [one for m, others in enumerate(validation.parts) if m != n for one in others]
        decisions = decide(rest, weigh)
        yield from (recited(one, decisions, Recall.BALANCED) for one in part)


def alone(_: Sequence[Unseen], kind: Kind) -> Weights:
    """The reader's own log odds of the kind, and nothing else."""
    weights = [0.0] * TRAITS
    weights[KINDS.index(kind)] = 1.0
    return Weights(weights=tuple(weights), offset=0.0)


def with_frozen_encoder(validation: CrossValidation, base: Path) -> CrossValidation:
    """The same folds, told of by logistic regressions on the encoder as it comes."""
    encode = _encoder(base)
    pooled = [[_pooled(one, encode) for one in part] for part in validation.parts]
    parts = []
    for n, part in enumerate(validation.parts):
        rest = [m for m in range(len(pooled)) if m != n]
        heads = _heads(
            np.concatenate([rows for m in rest for rows in pooled[m]]),
            [one for m in rest for one in validation.parts[m]],
        )
        parts.append(tuple(_told_anew(o, p, heads) for o, p in zip(part, pooled[n], strict=True)))
    return CrossValidation(tuple(parts))


def _encoder(base: Path) -> Any:
    import torch
    from transformers import AutoModel

    model = AutoModel.from_pretrained(base, add_pooling_layer=False).eval()

    def encode(rows: list[list[int]]) -> Any:
        ids, mask = (torch.from_numpy(part) for part in padded(rows))
        with torch.no_grad():
            return model(input_ids=ids, attention_mask=mask).last_hidden_state.numpy()

    return encode


def _pooled(one: Unseen, encode: Any) -> Any:
    """Mean and peak of the tokens of each sentence, and its surroundings."""
    said, rows = one.told.pieces, []
    turns = one.reading.sentences[-1].turn
    for window in judged_windows(said):
        ids, places = tokens_of(window, said)
        hidden = encode([ids])[0]
        for n in window.core:
            begin, end = places[n - window.first]
            sentence = one.reading.sentences[n]
            around = surroundings(sentence, share=sentence.turn / turns)
            tokens = hidden[begin:end]
            rows.append(np.concatenate((tokens.mean(0), tokens.max(0), around)))
    return np.asarray(rows, np.float32)


def _heads(rows: Any, calls: Sequence[Unseen]) -> list[Any]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    heads = []
    for column in range(len(KINDS)):
        right = np.concatenate([one.wanted.kinds[:, column] for one in calls])
        counted = np.concatenate([one.wanted.counted[:, column] for one in calls]) > 0
        head = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=200))
        heads.append(head.fit(rows[counted], right[counted]))
    return heads


def _told_anew(one: Unseen, rows: Any, heads: list[Any]) -> Unseen:
    sentences = np.zeros((len(rows), width()), np.float32)
    for column, head in enumerate(heads):
        sentences[:, column] = head.decision_function(rows)
    names = tuple(
        np.full((len(piece.offsets), len(NAMES)), UNMARKED, np.float32) for piece in one.told.pieces
    )
    return replace(one, told=replace(one.told, sentences=sentences, names=names))


if __name__ == "__main__":
    main()
