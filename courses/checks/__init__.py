"""What makes a course trustworthy, checked: one file for each kind of check, each a pure function that gives faults.

`whole` runs them all. A reader refuses what does not fit the format; these checks refuse what fits it and is not good.
"""
