"""Terms in, Hits and Findings out: matching, protecting and checking governance terms."""
