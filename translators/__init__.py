"""Text in, text out: same count, same order, holes instead of blanks."""
