"""What all tests share: no test reaches beyond this machine."""

import os

from hypothesis import settings

os.environ["HF_HUB_OFFLINE"] = "1"

# How long an example takes says something about the machine, not about the law it tests.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
