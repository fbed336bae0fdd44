"""Dates in Hindi."""
