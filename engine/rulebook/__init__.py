"""Rule packs in YAML to core values, with every finding at its file, line and column."""
