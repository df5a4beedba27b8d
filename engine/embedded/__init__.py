"""The demo's broker and its simulated district."""
