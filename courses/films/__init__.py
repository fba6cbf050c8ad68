"""The courses' films: from a script in plain text to a film with voice, captions and a described version."""
