"""What makes the sample course: script, voice, words, slides, film. Not part of karmavani."""
