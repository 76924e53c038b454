"""Plain words become edits: an offline grammar, a planner over a language model, and replies made from differences."""
