"""What all tests share: no test reaches beyond this machine."""

import os

from hypothesis import settings

os.environ["HF_HUB_OFFLINE"] = "1"

# How long an example takes says something about the machine, not about the law it tests.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")

# Neither do the settings of whoever runs the tests reach into them.
for name in [name for name in os.environ if name.startswith("T2H_")]:
    del os.environ[name]
