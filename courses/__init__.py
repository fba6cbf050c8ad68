"""Floor 2: what is learned and worked on, by whom, and in which team. Knows the store below, not the judging above."""
