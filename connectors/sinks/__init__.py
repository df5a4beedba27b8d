"""Sinks of alerts, one file a system."""
