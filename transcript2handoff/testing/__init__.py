"""Fakes of other companies' services, shipped so that users can test against them too."""
