"""What counts as a media file, and what can be told of one without a media library.

Not for opening it as media; `transcription.media` does that after the checks here.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from courses.errors import MediaError

# Names of FFmpeg's demuxers (`ffmpeg -demuxers`); playlists, image sequences, devices and network
# descriptions (hls, dash, concat, sdp, lavfi ...) are left out on purpose: they open other files.
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mp3,wav,w64,ogg,flac"
# Names of FFmpeg's decoders; it has hundreds more, made for games, that a hostile file could pick.
SOUND_CODECS = (
    "aac,aac_latm,ac3,eac3,alac,flac,mp1,mp1float,mp2,mp2float,mp3,mp3float,opus,libopus,vorbis,"
    "libvorbis,amrnb,amr_nb,amrwb,amr_wb,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,"
    "pcm_s32be,pcm_u8,pcm_s8,pcm_f32le,pcm_f32be,pcm_f64le,pcm_alaw,pcm_mulaw,adpcm_ms,"
    "adpcm_ima_wav,gsm_ms,speex,libspeex"
)
# Pictures are never decoded, but FFmpeg looks at them while it probes.
PICTURE_CODECS = (
    "h264,hevc,vp8,vp9,libvpx,libvpx-vp9,av1,libdav1d,mpeg4,mpeg2video,theora,mjpeg,png,prores,h263"
)
LONGEST_MS = 12 * 3_600_000
_FIRST_FRAME = 2048


@dataclass(frozen=True, slots=True)
class SoundStream:
    """One sound track: its codec's name, samples a second, channels, language tag if any."""

    codec: str
    rate: int
    channels: int
    language: str = ""


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a media file says of itself; `duration` in ms, None when the file does not say."""

    path: Path
    container: str
    duration: int | None
    has_video: bool
    sound: tuple[SoundStream, ...]


def check_regular(path: Path) -> None:
    """Raise MediaError unless `path` is a readable, regular file that is not empty.

    Looked at before it is opened: opening a named pipe would wait for ever.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise MediaError(f"{path} is a folder.", "Name one media file in it.")
        if not stat.S_ISREG(status.st_mode):
            raise MediaError(f"{path} is not a regular file.", "Copy the media into a file first.")
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise MediaError(f"There is no file {path}.", "Check the name and the folder.") from None
    except (OSError, ValueError) as error:
        raise MediaError(f"{path} cannot be read: {error}.", "Check its permissions.") from error
    if status.st_size == 0:
        raise MediaError(f"{path} is empty (0 bytes).", "Copy or export it again.")


def check_duration(path: Path, duration: int | None) -> None:
    """Raise MediaError for no length at all, or more sound (ms) than any lesson has.

    A few kilobytes can decode to days of silence.
    """
    if duration is not None and duration <= 0:
        raise MediaError(f"{path} has zero length.", "Copy or export it again.")
    if duration is not None and duration > LONGEST_MS:
        raise MediaError(f"{path} holds over 12 hours of sound.", "Cut it into lessons.")


def is_mp4(path: Path) -> bool:
    """Return whether `path` begins like a file of the mp4 and QuickTime family."""
    with path.open("rb") as file:
        return file.read(8)[4:] == b"ftyp"


def mp3_states_length(path: Path) -> bool:
    """Return whether an mp3 carries a Xing, Info or VBRI header.

    Without one FFmpeg guesses the length from the first bit rate, wrong by half for variable
    ones. The header sits in the first frame, after an ID3v2 tag whose size is in four 7-bit bytes
    (id3.org, ID3v2.4.0 section 3.1).
    """
    with path.open("rb") as file:
        head = file.read(10)
        tag = 0
        if head[:3] == b"ID3":
            shifts = (21, 14, 7, 0)
            tag = 10 + sum(byte << by for byte, by in zip(head[6:], shifts, strict=True))
        file.seek(tag)
        first_frame = file.read(_FIRST_FRAME)
    return any(mark in first_frame for mark in (b"Xing", b"Info", b"VBRI"))


def wav_excess(path: Path) -> float:
    """Return how many times longer a wav says it is than it is; 1.0 when it says nothing else.

    FFmpeg takes the file's own size where the two differ, so a cut wav would look whole. Recorders
    that cannot go back write 0 or 0xFFFFFFFF (RIFF header: id, uint32 size of the rest).
    """
    with path.open("rb") as file:
        head = file.read(8)
    stated = int.from_bytes(head[4:], "little")
    if head[:4] != b"RIFF" or stated in (0, 0xFFFFFFFF):
        return 1.0
    return max(1.0, (stated + 8) / path.stat().st_size)
