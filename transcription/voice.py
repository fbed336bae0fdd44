"""Where someone speaks: Silero's voice activity model, as faster-whisper ships it.

Not for cutting windows; `transcription.windows` does that with what is found here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from courses.errors import EngineError

Span = tuple[int, int]
"""Start and end, in samples at 16 kHz."""

# 29.2 s of speech and 0.4 s on either side make Whisper's 30 s window. Pauses of 160 ms end a
# span: faster-whisper's own choice for batches, measured in benchmarks/transcription.md.
_LONGEST_SPEECH_SECONDS = 29.2
_SHORTEST_PAUSE_MS = 160


def find_speech(sound: npt.NDArray[np.float32]) -> list[Span]:
    """Return the spans of `sound` (mono, 16 kHz) in which someone speaks, in order, unpadded.

    No span is longer than 29.2 s. Raises EngineError when the detector fails.
    """
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        max_speech_duration_s=_LONGEST_SPEECH_SECONDS,
        min_silence_duration_ms=_SHORTEST_PAUSE_MS,
        speech_pad_ms=0,
    )
    try:
        found = get_speech_timestamps(sound, options)
    except RuntimeError as error:
        raise EngineError(f"The voice detector failed: {error}.") from error
    return [(int(one["start"]), int(one["end"])) for one in found]
