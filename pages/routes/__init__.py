"""The routes of the pages, a module for each part of the way from upload to handoff."""
