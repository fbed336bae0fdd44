"""Sentences become cues: where lines break, when cues stand, which share one. `cues` first."""
