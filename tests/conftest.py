"""What all tests share: no test reaches beyond this machine."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"
