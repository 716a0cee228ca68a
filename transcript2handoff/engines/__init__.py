"""Engines that extract facts: each fulfils the protocol of ``transcript2handoff.extract``."""
