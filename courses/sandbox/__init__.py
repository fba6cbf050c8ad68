"""Where teams collaborate: the built-in place, a discussion thread and one shared document per team."""
