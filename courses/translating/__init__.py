"""What translators work on: the texts of a course taken out of their files, block by block, and put back."""
