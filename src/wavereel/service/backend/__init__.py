"""The use cases of the backend: what HTTP, ADK and MCP surfaces call."""
