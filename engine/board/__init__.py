"""The board: a read-model in SQLite, the interface over it, and the page that people watch."""
