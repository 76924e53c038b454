"""The words of the grammar: what each means, in English and Chinese, and how they are found in a message."""
