"""Sunlight: an alerting engine for electronic supervision."""
