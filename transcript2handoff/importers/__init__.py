"""Transcripts that other tools wrote."""
