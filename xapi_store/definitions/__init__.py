"""What a store knows of activities and verbs, merged from what statements say."""
