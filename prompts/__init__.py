"""Versioned prompt files; the only place with prompt text."""
