"""Pictures: the canvas, sprites, text, waveforms, backgrounds and the layers that paint them."""
