"""The backend over HTTP."""
