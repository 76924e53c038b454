"""Values in words: numbers, times, places in time, sizes and colours, in English and Chinese."""
