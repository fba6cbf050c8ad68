"""Floor 1: a Learning Record Store (xAPI, IEEE 9274.1.1). It knows nothing of courses and could run alone."""
