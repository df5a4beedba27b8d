"""The read-model and the live board."""
