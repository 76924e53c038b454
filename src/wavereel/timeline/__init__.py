"""The timeline: its model, its file format, its themes and layouts."""
