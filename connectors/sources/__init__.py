"""Sources of events, one file a system."""
