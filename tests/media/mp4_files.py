"""Small MP4 files with every property that the box reader tells apart."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np


def make_mp4(
    path: Path,
    *,
    frames: int = 25,
    fps: int = 25,
    audio_packets: int = 47,
    movflags: str = "+faststart",
    edit_list: bool = False,
    encoder: str = "keyint=10:scenecut=0:bframes=0:cabac=1:8x8dct=1",
    pixel_format: str = "yuv420p",
    profile: str = "high",
    sound: bool = True,
) -> None:
    """A grey 64x48 video with silence of 1024 samples a packet at 48 kHz."""
    options = {"use_editlist": str(int(edit_list))} | ({"movflags": movflags} if movflags else {})
    with av.open(str(path), "w", format="mp4", options=options) as file:
        video = file.add_stream("libx264", rate=fps)
        video.width, video.height, video.pix_fmt = 64, 48, pixel_format
        video.options = {"x264-params": encoder + ":log-level=none", "profile": profile, "preset": "ultrafast"}
        context = video.codec_context
        context.color_primaries = context.color_trc = context.colorspace = 1
        context.color_range = 1
        audio = file.add_stream("aac", rate=48000, layout="stereo") if sound else None
        packets: list[av.Packet] = []
        for number in range(frames):
            frame = av.VideoFrame(64, 48, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([(number * 9) % 200 + 20]) * plane.buffer_size)
            frame = frame.reformat(format=pixel_format)
            frame.pts, frame.duration, frame.time_base = number, 1, Fraction(1, fps)
            packets += video.encode(frame)
        for packet in [*packets, *video.encode()]:
            packet.duration = 1
            file.mux(packet)
        if audio:
            packets = []
            for number in range(audio_packets):
                block = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
                block.sample_rate, block.pts, block.time_base = 48000, number * 1024, Fraction(1, 48000)
                packets += audio.encode(block)
            # Without an edit list, the encoder's priming packet before zero would push the pictures back.
            file.mux([packet for packet in [*packets, *audio.encode()] if edit_list or packet.pts >= 0])
