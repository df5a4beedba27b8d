"""One partition's work as values: what a batch or a tick wants written, and in which order."""
