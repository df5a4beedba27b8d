"""Where records come from and where alerts go."""
