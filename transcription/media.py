"""Media in: what a file holds (`probe`) and its sound as a stream of numbers (`decode`).

The only file that knows `av` (PyAV, FFmpeg's libraries). Every file is treated as hostile:
only the `file` protocol, a short list of containers and of codecs, regular files only, a
longest duration. Nothing is held whole: a three-hour video flows through in small blocks.
Not for writing media; that is packaging's work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from courses.errors import MediaError
from courses.timing import from_seconds, to_clock
from transcription import media_files as files
from transcription.media_files import MediaInfo, SoundStream

if TYPE_CHECKING:
    from av import AudioFrame, CodecContext, Packet
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.filter import Graph

Block = npt.NDArray[np.float32]
"""Mono sound at `RATE`, one dimension, nominally within -1..1."""

RATE = 16_000
_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": files.FORMATS,
    "codec_whitelist": f"{files.SOUND_CODECS},{files.PICTURE_CODECS}",
}
_LEVELLER = "f=250:g=15:m=100"
_CUT_TOLERANCE = 1.0
_GAP_TOLERANCE = 0.1
_AGAIN = "Copy or export it again."


def probe(path: Path) -> MediaInfo:
    """Return what `path` holds, without decoding it.

    Raises MediaError when it is missing, unreadable, empty, not media, without sound, of zero
    length or damaged at its head.
    """
    with _opened(path) as container:
        return _describe(path, container)


def decode(
    path: Path, *, level: bool = True, on_damage: Callable[[int, int], None] | None = None
) -> Iterator[Block]:
    """Yield the first sound track as mono float32 blocks at 16 kHz, in time with the picture.

    Sample n is heard n/16 ms after the start of the media: late starts and holes in the track
    are filled with silence. `level` evens out loud and quiet stretches. `on_damage` is told
    (start, end) in ms of every hole. The track is the one marked as default, or the first.

    Raises MediaError like `probe`, and when the sound ends before the time the file declares.
    """
    with _opened(path) as container:
        info = _describe(path, container)
        reader = _SoundReader(container, info, on_damage or (lambda start, end: None))
        yield from _filtered(reader.frames(), level)
        reader.check_complete()


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    """Open `path` as a local media file and translate every error of PyAV."""
    import av

    files.check_regular(path)
    try:
        with av.open(
            f"file:{path.absolute()}", options=dict(_OPTIONS), metadata_errors="replace"
        ) as container:
            yield container
    except av.FFmpegError as error:
        raise MediaError(*_explain(path, error)) from error
    except UnicodeEncodeError as error:
        raise MediaError(
            f"The name of {path.name!r} is not text.", "Rename it to letters and digits."
        ) from error


def _explain(path: Path, error: Exception) -> tuple[str, str]:
    """Return message and advice for an error of FFmpeg about `path`."""
    import av

    if isinstance(error, av.error.InvalidDataError) and files.is_mp4(path):
        return f"{path} is cut off or damaged: the index of the mp4 (moov) is not there.", _AGAIN
    if isinstance(error, av.error.ArgumentError | av.error.InvalidDataError):
        known = "Use mp4, mkv, webm, mov, mp3, wav, m4a, ogg or flac; playlists are refused."
        return f"{path} is not a media file that karmavani reads.", known
    return f"{path} cannot be read as media: {error}.", _AGAIN


def _describe(path: Path, container: InputContainer) -> MediaInfo:
    if not container.streams.audio:
        raise MediaError(f"{path} has no sound track.", "Add sound, or hand in captions instead.")
    sound = tuple(_describe_sound(stream) for stream in container.streams.audio)
    used = sound[_used_track(container)]
    if used.codec not in files.SOUND_CODECS.split(",") or used.rate <= 0 or used.channels <= 0:
        raise MediaError(f"The sound of {path} is coded in a form not read.", "Use AAC or MP3.")
    duration = None if container.duration is None else container.duration // 1000
    files.check_duration(path, duration)
    return MediaInfo(path, container.format.name, duration, _has_video(container), sound)


def _describe_sound(stream: AudioStream) -> SoundStream:
    coded: CodecContext | None = stream.codec_context
    if coded is None:  # FFmpeg has no decoder for it
        return SoundStream("unknown", 0, 0)
    language = (stream.language or "").replace("und", "")
    return SoundStream(coded.name, stream.rate, stream.channels, language)


def _used_track(container: InputContainer) -> int:
    from av.stream import Disposition

    tracks = container.streams.audio
    marked = (i for i, track in enumerate(tracks) if track.disposition & Disposition.default)
    return next(marked, 0)


def _has_video(container: InputContainer) -> bool:
    from av.stream import Disposition

    return any(not s.disposition & Disposition.attached_pic for s in container.streams.video)


class _SoundReader:
    """Reads the sound track of one open container, frame by frame, without holes."""

    def __init__(
        self, container: InputContainer, info: MediaInfo, on_damage: Callable[[int, int], None]
    ) -> None:
        self._container = container
        self._info = info
        self._on_damage = on_damage
        self._stream = container.streams.audio[_used_track(container)]
        self._origin = max(0.0, (container.start_time or 0) / 1_000_000)
        self._heard = 0.0
        self._reached = 0.0
        self._broken = False

    def frames(self) -> Iterator[AudioFrame]:
        """Yield frames of sound in order, silence in the place of what is missing."""
        for packet in self._packets():
            for frame in self._decoded(packet):
                yield from self._silence_before(frame)
                yield frame
                self._heard += frame.samples / frame.sample_rate
                files.check_duration(self._info.path, from_seconds(self._heard))

    def check_complete(self) -> None:
        """Raise MediaError when the sound ended well before the time the file declares."""
        path = self._info.path
        if self._heard == 0:
            raise MediaError(f"No sound could be decoded from {path}.", _AGAIN)
        ended = to_clock(from_seconds(self._heard))
        declared = self._declared()
        if declared is not None and self._heard + _CUT_TOLERANCE < declared:
            until = to_clock(from_seconds(declared))
            raise MediaError(f"{path} is cut off: it declares {until} but ends at {ended}.", _AGAIN)
        if self._broken:
            raise MediaError(f"{path} is damaged: it cannot be read after {ended}.", _AGAIN)

    def _packets(self) -> Iterator[Packet[AudioStream]]:
        import av

        try:
            for packet in self._container.demux():
                if packet.pts is not None and packet.time_base is not None:
                    end = (packet.pts + (packet.duration or 0)) * packet.time_base
                    self._reached = max(self._reached, float(end) - self._origin)
                if packet.stream.index == self._stream.index:
                    yield cast("Packet[AudioStream]", packet)
        except av.FFmpegError:
            self._broken = True

    def _decoded(self, packet: Packet[AudioStream]) -> list[AudioFrame]:
        import av

        try:
            return packet.decode()
        except av.error.InvalidDataError:
            return []  # the next frame's time stamp shows the hole

    def _silence_before(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        """Yield silence up to `frame` when its time stamp lies after what was heard so far."""
        start = self._heard if frame.time is None else frame.time - self._origin
        gap = start - self._heard
        limit = self._info.duration
        believable = limit is None or start <= limit / 1000 + _CUT_TOLERANCE
        if gap <= _GAP_TOLERANCE or not believable or start > files.LONGEST_MS / 1000:
            return
        if self._heard > 0:  # a late start is no damage
            self._on_damage(from_seconds(self._heard), from_seconds(start))
        yield from _silence_like(frame, int(gap * frame.sample_rate))
        self._heard = start

    def _declared(self) -> float | None:
        """Return the seconds of sound that the file declares, None when it only guesses them.

        A container's length is its longest track's; where the track's own is not known, the
        other tracks tell whether the file was cut or the sound is just shorter.
        """
        duration = self._info.duration
        guessed = self._info.container == "mp3" and not files.mp3_states_length(self._info.path)
        if duration is None or guessed:
            return None
        if self._info.container == "wav":
            return duration / 1000 * files.wav_excess(self._info.path)
        if self._stream.duration is not None and self._stream.time_base is not None:
            return min(duration / 1000, float(self._stream.duration * self._stream.time_base))
        return None if self._reached + _CUT_TOLERANCE >= duration / 1000 else duration / 1000


def _silence_like(frame: AudioFrame, samples: int) -> Iterator[AudioFrame]:
    """Yield `samples` of silence in the form of `frame`, a second at a time."""
    from av import AudioFrame

    while samples > 0:
        count = min(samples, frame.sample_rate)
        silent = AudioFrame(format=frame.format.name, layout=frame.layout.name, samples=count)
        silent.sample_rate = frame.sample_rate
        zero = 128 if frame.format.name.startswith("u8") else 0
        for plane in silent.planes:
            plane.update(bytes([zero]) * plane.buffer_size)
        yield silent
        samples -= count


def _filtered(frames: Iterator[AudioFrame], level: bool) -> Iterator[Block]:
    """Yield `frames` as mono at `RATE`; the filters follow when their form changes mid-file."""
    graph = None
    form: tuple[object, ...] = ()
    waiting = 0
    for frame in frames:
        now = (frame.format.name, frame.layout.name, frame.sample_rate)
        if graph is None or now != form:
            if graph is not None:
                graph.push(None)
                yield from _pulled(graph)
            graph, form = _build_graph(frame, level), now
        frame.pts = None  # holes are filled already; filters shall count samples
        graph.push(frame)
        waiting += frame.samples
        if waiting >= frame.sample_rate:
            yield from _pulled(graph)
            waiting = 0
    if graph is not None:
        graph.push(None)
        yield from _pulled(graph)


def _build_graph(frame: AudioFrame, level: bool) -> Graph:
    """Return a filter graph from the form of `frame` to mono float32 at `RATE`.

    dynaudnorm evens out speakers up to 40 dB apart, whom speech recognition loses otherwise;
    its settings are measured (benchmarks/transcription.md).
    """
    from fractions import Fraction

    from av.filter import Graph

    graph = Graph()
    source = graph.add_abuffer(
        sample_rate=frame.sample_rate,
        format=frame.format.name,
        layout=frame.layout.name,
        time_base=Fraction(1, frame.sample_rate),
    )
    # Floating point is not kept below 1 when channels are mixed, unless asked (swresample).
    mono = f"{RATE}:out_chlayout=mono:out_sample_fmt=flt:rematrix_maxval=1"
    steps = [("aresample", mono)]
    if level:
        steps += [("dynaudnorm", _LEVELLER), ("aformat", "sample_fmts=flt")]
    nodes = [graph.add(name, settings) for name, settings in steps]
    graph.link_nodes(source, *nodes, graph.add("abuffersink")).configure()
    return graph


def _pulled(graph: Graph) -> Iterator[Block]:
    import av

    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        yield cast("AudioFrame", frame).to_ndarray().reshape(-1).astype(np.float32, copy=False)
