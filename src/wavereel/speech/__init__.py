"""Speech: recognisers, words, cues and subtitle files."""
