"""A sales call goes in, and out comes a handoff in which every line can be played back."""

import os

# Nothing of a call leaves this machine, nor does word of its use: the runtime that runs the
# speech detector would report to its vendor. It reads this when it is loaded.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
