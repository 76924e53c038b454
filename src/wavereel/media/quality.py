"""How good pictures are, in figures: nothing of a codec is loaded for it."""

from __future__ import annotations

from typing import Literal

Quality = Literal["high", "medium", "low"]

QUALITY_QP: dict[Quality, int] = {"high": 18, "medium": 21, "low": 26}
"""Quantiser of P pictures by quality; the encoder codes key pictures finer."""

CRF_OVER_QP = 2
"""A rate factor that gives full-motion pictures about the quality of a constant quantiser two lower."""

MAX_CRF = 51


def qp_of_crf(crf: float) -> int:
    """The quantiser that stands for a rate factor, 0 to 51: 20, 23 and 28 are the three qualities."""
    return max(0, min(MAX_CRF, round(crf)) - CRF_OVER_QP)
