"""Media in, Segments out: decoding, speech recognition, captions and sentence cutting."""
