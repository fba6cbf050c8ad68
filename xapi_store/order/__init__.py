"""How statements get their place in a store, together and for good."""
