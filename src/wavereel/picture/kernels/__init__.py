"""Pixel loops: a C library, the NumPy twin of each of its functions, and the choice between them."""
