"""xAPI profiles: loaded as JSON-LD, compiled, and held against what arrives."""
