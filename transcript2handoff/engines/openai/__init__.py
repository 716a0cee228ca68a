"""Extraction by a model behind any endpoint that speaks the OpenAI protocol.

A call passes the gate (``policy``), is laid out in windows (``sheet``, ``prompts``), asked about
window by window (``readings``, ``asking``, ``client``), and what the model states (``answers``)
becomes draft claims (``claims``), confirmed in a second pass if that is wanted (``checking``).
"""

from transcript2handoff.engines.openai.engine import ENGINE_VERSION, OpenAIEngine
from transcript2handoff.engines.openai.estimate import Estimate
from transcript2handoff.engines.openai.keep import Keep
from transcript2handoff.engines.openai.options import Endpoint, Limits, ModelOptions, Price
from transcript2handoff.engines.openai.probe import probe

__all__ = [
    "ENGINE_VERSION",
    "Endpoint",
    "Estimate",
    "Keep",
    "Limits",
    "ModelOptions",
    "OpenAIEngine",
    "Price",
    "probe",
]
