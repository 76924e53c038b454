"""Wavereel turns audio into video people share."""

__version__ = "0.1.0"
