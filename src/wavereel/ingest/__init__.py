"""A file or an address becomes an upload: what may be fetched, and how much of it."""
