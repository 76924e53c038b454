"""The language-model planner: the same edits as the grammar's, chosen by a model of the user's own."""
