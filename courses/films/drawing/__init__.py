"""Drawn scenes: flat figures, places and things that move a little, painted frame by frame."""
