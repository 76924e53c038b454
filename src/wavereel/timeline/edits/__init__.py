"""Edits: each a model of what is asked and a pure function from a timeline to a timeline."""
