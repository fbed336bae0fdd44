"""HLS: cues in the right segments, playlists to the letter of RFC 8216."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from courses.nouns import Cue
from pipeline.preview.hls_playlists import (
    Film,
    durations,
    segments,
    write_master,
    write_media,
    write_segment,
)


def cue(start: int, end: int, text: str = "अ") -> Cue:
    return Cue(text, (), start, end, (text,))


def test_a_cue_over_a_boundary_stands_in_both_segments_with_its_whole_time() -> None:
    one, two, three = cue(1000, 2000, "a"), cue(5500, 6500, "b"), cue(6000, 7000, "c")
    assert segments([one, two, three], [6.0, 6.0]) == [[one, two], [two, three]]


def test_a_cue_that_ends_at_a_boundary_is_not_repeated() -> None:
    assert segments([cue(5000, 6000)], [6.0, 6.0])[1] == []


@given(
    st.lists(st.tuples(st.integers(0, 30_000), st.integers(1, 9_000)), max_size=9),
    st.lists(st.floats(0.5, 12), min_size=1, max_size=9),
)
def test_a_cue_stands_in_exactly_the_segments_it_is_shown_in(spans, lengths) -> None:  # type: ignore[no-untyped-def]
    cues = [cue(start, start + length, str(n)) for n, (start, length) in enumerate(spans)]
    begin = 0.0
    for length, found in zip(lengths, segments(cues, lengths), strict=True):
        end = begin + length
        for one in cues:
            shown = min(one.end, end * 1000) - max(one.start, begin * 1000) > 0
            assert (one in found) == shown
        begin = end


def test_a_segment_maps_its_times_to_the_time_stamps_of_the_film() -> None:
    assert write_segment([cue(1000, 2000)], "hi", 1.4) == (
        "WEBVTT\n"
        "X-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000\n"
        "\n"
        "00:00:01.000 --> 00:00:02.000\n"
        "अ\n"
    )


def test_a_segment_without_cues_is_a_file_all_the_same() -> None:
    assert write_segment([], "hi", 0).startswith("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,")


def test_the_media_playlist_of_subtitles_is_this() -> None:
    assert (
        write_media([6.0, 6.5, 1.25], ["0.vtt", "1.vtt", "2.vtt"])
        == """\
#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:7
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXTINF:6.000000,
0.vtt
#EXTINF:6.500000,
1.vtt
#EXTINF:1.250000,
2.vtt
#EXT-X-ENDLIST
"""
    )


def test_durations_are_read_back_from_a_playlist() -> None:
    assert durations(write_media([6.0, 1.25], ["0.vtt", "1.vtt"])) == [6.0, 1.25]


def test_the_master_playlist_names_each_language_as_a_person_of_it_does() -> None:
    film = Film(210_000, 130_000, "avc1.64001f,mp4a.40.2", 1280, 720)
    assert (
        write_master(film, [("hi", "hi/s.m3u8"), ("ks_Deva", "ks-Deva/s.m3u8")])
        == """\
#EXTM3U
# made by karmavani preview
#EXT-X-VERSION:4
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="हिन्दी (Hindi)",LANGUAGE="hi",\
DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="hi/s.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="कॉशुर (Kashmiri)",LANGUAGE="ks-Deva",\
DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="ks-Deva/s.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=210000,AVERAGE-BANDWIDTH=130000,\
CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,SUBTITLES="subtitles"
video.m3u8
"""
    )
