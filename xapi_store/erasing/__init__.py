"""What changes or deletes what is stored: erasure of a person, retention by age."""
