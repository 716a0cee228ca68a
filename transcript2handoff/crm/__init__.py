"""Reads deals from a CRM, and writes back what customer success needs."""
