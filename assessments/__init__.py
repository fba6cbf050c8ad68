"""Floor 3: what is judged and certified, from the evidence of the floors below."""
