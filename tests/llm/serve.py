"""Serves a model on this machine, until the input is closed: a process of its own for the tests.

    python tests/llm/serve.py MODEL.gguf --context 12288

prints the address once it answers there.
"""

import argparse
import sys
from pathlib import Path

import xllamacpp

MEBIBYTES = 1024
"""For beginnings of prompts: the same long instructions need not be read for each question."""


def parameters(model: Path, *, context: int, port: int) -> xllamacpp.CommonParams:
    """One request at a time, on this machine alone, with room for ``context`` tokens."""
    chosen = xllamacpp.CommonParams()
    chosen.model.path = str(model)
    chosen.n_ctx = context
    chosen.n_parallel = 1
    chosen.hostnames = ["127.0.0.1"]
    chosen.port = port
    chosen.ui = False
    chosen.cache_ram_mib = MEBIBYTES
    return chosen


def main() -> None:
    """Serve until whoever started this closes its end of the pipe, or is gone."""
    words = argparse.ArgumentParser()
    words.add_argument("model", type=Path)
    words.add_argument("--context", type=int, default=12288)
    words.add_argument("--port", type=int, default=0, help="any that is free, if 0")
    told = words.parse_args()
    server = xllamacpp.Server(parameters(told.model, context=told.context, port=told.port))
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
