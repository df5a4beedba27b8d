"""The test kit: in-memory ports, a virtual clock, fault injection."""
