"""Catalogues of the documents' fixed words, one a language (gettext)."""
