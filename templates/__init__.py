"""Jinja templates of the documents."""
