"""A pilot: people of the field try a version of a course before it is relied upon.

Practitioners rate the performance criteria, and answer questions without seeing the key; learners rate themselves
before and after. Nobody sees what others gave. `report` counts what was handed in.

A pilot leaves no statements. It tests the course, not a person: a blind answer is neither right nor wrong yet (the
profile's template for `answered` wants success and score), and whoever comes by a personal link has no registration.
"""
