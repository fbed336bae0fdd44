"""The shared words of karmavani: nouns, languages, script, timing and errors.

Ground floor: everybody imports it, it imports nothing of ours and does no I/O.
"""
