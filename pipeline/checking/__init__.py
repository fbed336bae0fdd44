"""What is wrong with texts and cues, and what would mend it; `assessment` joins all of it."""
