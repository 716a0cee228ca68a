"""Trains the reader of the local engine on annotated calls (needs the extra ``train``)."""
