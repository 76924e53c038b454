"""Sessions, drafts, jobs, tokens and credits in a database; uploads and videos as blobs."""
