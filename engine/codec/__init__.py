"""Bytes to core values and back, with versions."""
