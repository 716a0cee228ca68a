"""The tables of ``speech.py``, out of its rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from benchmarks.listening.hearing import BATCHED, COMMAND, ON_ALL, OURS, PLAIN
from benchmarks.listening.sounds import CONDITIONS

Row = Mapping[str, Any]
TUNED: Final = "harborline"
"""The recordings on which settings were chosen begin so; the others are held out."""
_NONE: Final = "–"


def print_tables(rows: Sequence[Row]) -> None:
    """Whole recordings, then the conditions for each half; only what all systems have heard."""
    rows = sorted(_complete(rows), key=_place)
    whole = [row for row in rows if row["condition"] == "whole"]
    print("## Whole recordings: words and cost\n")
    _print_whole(whole)
    print("\n## Whole recordings: voices\n")
    _print_voices([row for row in whole if "voices" in row])
    for half, is_in in (("held out", False), ("the recordings of the tuning", True)):
        chosen = [
            row
            for row in rows
            if row["condition"] != "whole" and row["recording"].startswith(TUNED) is is_in
        ]
        if chosen:
            names = ", ".join(sorted({row["recording"] for row in chosen}))
            print(f"\n## Under stress: {half} ({names})\n")
            _print_conditions(chosen)


def _complete(rows: Sequence[Row]) -> Iterator[Row]:
    """What every system has heard, so that sums are over the same sound."""
    heard = {(row["recording"], row["condition"], row["system"]) for row in rows}
    for row in rows:
        if all((row["recording"], row["condition"], system) in heard for system in ON_ALL):
            yield row


def _place(row: Row) -> tuple[int, str]:
    return [*CONDITIONS, "whole"].index(row["condition"]), row["recording"]


def _print_whole(rows: Sequence[Row]) -> None:
    _head("recording", "system", "WER", "numbers", "words", "time", "processor", "memory")
    for row in rows:
        words = row.get("words")
        _line(
            row["recording"],
            row["system"],
            _wer([row]) if words else _NONE,
            _share([row], "words", "numbers_heard", "numbers") if words else _NONE,
            str(row["heard"]),
            f"{row['seconds'] / row['length']:.3f}",
            f"{row['processor'] / row['length']:.3f}",
            f"{row['peak'] / 2**30:.2f} GiB",
        )
    _print_ratios(rows)


def _print_ratios(rows: Sequence[Row]) -> None:
    """Sums over all whole recordings, against plain faster-whisper."""
    print()
    _head("all whole recordings", "WER", "time", "processor", "to faster-whisper", "most memory")
    plain = sum(row["processor"] for row in rows if row["system"] == PLAIN)
    for system in (OURS, PLAIN, COMMAND, BATCHED):
        mine = [row for row in rows if row["system"] == system]
        if mine and plain:
            length = sum(row["length"] for row in mine)
            processor = sum(row["processor"] for row in mine)
            _line(
                system,
                _wer([row for row in mine if "words" in row]),
                f"{sum(row['seconds'] for row in mine) / length:.3f}",
                f"{processor / length:.3f}",
                f"{processor / plain:.2f}",
                f"{max(row['peak'] for row in mine) / 2**30:.2f} GiB",
            )


def _print_voices(rows: Sequence[Row]) -> None:
    _head("recording", "DER", "turns", "speakers", "named", "right name", "right side")
    for row in rows:
        voices = row["voices"]
        _line(
            row["recording"],
            f"{voices['der']:.1%}",
            str(voices["turns"]),
            f"{voices['speakers']} of {voices['wanted']}",
            _share([row], "voices", "named", "turns"),
            _share([row], "voices", "right_name", "turns"),
            _share([row], "voices", "right_side", "turns"),
        )


def _print_conditions(rows: Sequence[Row]) -> None:
    names = list(dict.fromkeys(row["condition"] for row in rows))
    _head("condition", "calls", "WER", "plain WER", "batched WER", "invented", "plain", "batched",
          "numbers", "plain", "DER", "right name", "right side", "processor")  # fmt: skip
    for name in names:
        here = [row for row in rows if row["condition"] == name]
        ours, plain, batched = (_of(here, system) for system in (OURS, PLAIN, BATCHED))
        systems = (ours, plain, batched)
        _line(
            name,
            str(len(ours)),
            *map(_wer, systems),
            *map(_invented, systems),
            *(_share(some, "words", "numbers_heard", "numbers") for some in (ours, plain)),
            _mean(ours, lambda row: float(row["voices"]["der"])),
            _share(ours, "voices", "right_name", "turns"),
            _share(ours, "voices", "right_side", "turns"),
            _ratio(ours, plain),
        )


def _of(rows: Iterable[Row], system: str) -> list[Row]:
    return [row for row in rows if row["system"] == system]


def _wer(rows: Sequence[Row]) -> str:
    """Over all words of the rows, so that a long recording counts for more."""
    return _share(rows, "words", "errors", "reference")


def _invented(rows: Sequence[Row]) -> str:
    """Words per minute in which nobody speaks."""
    minutes = sum(row["words"]["empty"] for row in rows) / 60
    return f"{sum(row['words']['invented'] for row in rows) / minutes:.1f}" if minutes else _NONE


def _share(rows: Sequence[Row], part: str, some: str, all_: str) -> str:
    total = sum(row[part][all_] for row in rows)
    return f"{sum(row[part][some] for row in rows) / total:.1%}" if total else _NONE


def _mean(rows: Sequence[Row], value: Callable[[Row], float]) -> str:
    return f"{sum(map(value, rows)) / len(rows):.1%}" if rows else _NONE


def _ratio(ours: Sequence[Row], plain: Sequence[Row]) -> str:
    """Processor time, start of the process included."""
    theirs = sum(row["processor"] for row in plain)
    return f"{sum(row['processor'] for row in ours) / theirs:.2f}" if ours and theirs else _NONE


def _head(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |\n" + "|---" * len(cells) + "|")


def _line(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |")
