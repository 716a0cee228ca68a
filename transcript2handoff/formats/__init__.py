"""Markdown as files of other programs: DOCX, PDF; tables as CSV and XLSX."""

from transcript2handoff.formats.paper import Paper
from transcript2handoff.formats.print import pdf
from transcript2handoff.formats.tables import csv_table, xlsx_table
from transcript2handoff.formats.word import docx

__all__ = ["Paper", "csv_table", "docx", "pdf", "xlsx_table"]
