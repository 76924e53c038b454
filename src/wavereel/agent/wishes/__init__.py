"""Wishes become edits: one module for each part of a timeline, asked in turn by the grammar."""
