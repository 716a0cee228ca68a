"""From a recording to a transcript: decode, recognise, tell the voices apart."""
