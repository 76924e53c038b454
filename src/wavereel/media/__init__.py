"""Sound and video: probe, decode, mix, measure, encode, mux."""
