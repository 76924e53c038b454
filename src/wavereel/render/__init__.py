"""Rendering: from a timeline to the plan, the scene, the encoded segments and the verified file."""
