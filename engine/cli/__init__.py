"""The composition root: settings and commands."""
