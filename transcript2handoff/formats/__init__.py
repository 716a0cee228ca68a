"""Markdown as files of other programs: DOCX, PDF; tables as CSV and XLSX."""
