"""How long the main acts of the product take beside the barest thing that could be timed instead. Not a test."""
