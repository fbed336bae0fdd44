"""Looking at subtitles: frames and clips with them drawn in, mp4 and HLS with them beside.

For a person's eyes and for players. Not for packages: nothing here is ever part of one. A module
of each kind (`drawing`, `soft`, `hls`) stands on `material` (what is shown), `fonts` and
`substation` (how it is drawn), `ffmpeg_program` and `places` (how it is made and written).
"""
