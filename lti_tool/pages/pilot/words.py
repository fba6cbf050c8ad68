"""A pilot in words: its parts, what is asked of each subject, the steps of its scales, and how each figure is made."""

from flask_babel import lazy_gettext as _l

ROLES = {"practitioner": _l("Practitioner"), "learner": _l("Learner")}

PARTS = {
    "criteria": _l("Rate the criteria"),
    "items": _l("Answer questions"),
    "before": _l("Rate yourself before the course"),
    "after": _l("Rate yourself after the course"),
}
PURPOSES = {
    "criteria": _l(
        "Each criterion says what a competent facilitator can be seen to do. Say whether it matters in your work, "
        "whether its words are clear, and whether one could see it happen."
    ),
    "items": _l(
        "Answer these questions as you would at work. No answer is shown as right: we want to know whether people "
        "of the field agree. Please do not look anything up in the course."
    ),
    "before": _l("Before your first module: how far could you do each of these things today?"),
    "after": _l(
        "After your last module: how far can you do each of these things today, and, as you see it now, how far "
        "could you do it when you began? Once you begin this part, your first rating takes no more changes."
    ),
}
# What one line of a part takes to judge, in seconds: so that everybody knows what they begin.
SECONDS = {"criteria": 20, "items": 80, "before": 15, "after": 15}
QUESTIONS = {
    "relevant": _l("Does it matter in this work?"),
    "clear": _l("Are its words clear?"),
    "observable": _l("Could one see it happen in practice?"),
    "before": _l("Today, I…"),
    "after": _l("Today, I…"),
    "retro": _l("When I began, as I see it now, I…"),
}
FAR = {"1": _l("not at all"), "2": _l("hardly"), "3": _l("mostly"), "4": _l("fully")}
OWN = {
    "1": _l("could not yet do this"),
    "2": _l("could do it with help"),
    "3": _l("could do it on my own"),
    "4": _l("could show a colleague"),
}
SCALES = {"relevant": FAR, "clear": FAR, "observable": FAR, "before": OWN, "after": OWN, "retro": OWN}
OTHER_ANSWERS = {"none": _l("None of these is right"), "several": _l("More than one is equally right")}

ASPECTS = {"relevant": _l("Matters"), "clear": _l("Clear"), "observable": _l("Can be seen")}
MOMENTS = {"before": _l("Before"), "retro": _l("Beginning, looking back"), "after": _l("After")}
CHANGES = {
    ("before", "after"): _l("From before to after"),
    ("retro", "after"): _l("From the beginning, looking back, to after"),
    ("before", "retro"): _l("Shift of the yardstick: looking back, compared with before"),
}
VERDICTS = {"kept": _l("kept"), "revise": _l("to be revised"), "open": _l("open")}

REFUSED = {
    "nothing": _l("There is nothing to hand in yet."),
    "too_long": _l("A comment is longer than 1000 characters. Shorten it a little."),
}
HOW = {
    "counted": _l("Only parts that were handed in are counted. A gap lowers the n of that line alone."),
    "median": _l("The middle of the ratings from 1 to 4; in brackets the lowest and the highest."),
    "index": _l(
        "Content-validity index: the share of ratings of 3 or 4, from 0 to 1, with its 95 per cent interval (Wilson). "
        "Shown from five ratings on; below ten it is a small number and its interval is wide."
    ),
    "criterion": _l(
        "Kept where the index is 1 with five ratings, or at least 0.78 with more, in all three questions (Lynn 1986; "
        "Polit and Beck 2006). Open with fewer than five ratings in one of them."
    ),
    "agreement": _l(
        "How many chose what the author keyed, of those who answered; with the 95 per cent interval (Wilson)."
    ),
    "item": _l(
        "Kept where at least four of five, of at least five people, chose the key without seeing it. Open with "
        "fewer than five answers. Otherwise to be revised."
    ),
    "levels": _l("All ratings of the unit's outcomes at that moment, counted by level; n is the number of ratings."),
    "change": _l(
        "One pair for each learner who rated both times: the mean of their levels over the outcomes rated both times. "
        "The median change has an exact interval between order statistics, and p is the exact two-sided sign test. "
        "Both assume nothing about the distance between levels or the shape of the figures, and no chance draw is "
        "made that could change them. With fewer than six pairs no 95 per cent interval exists."
    ),
    "retro": _l(
        "Learning can move the yardstick itself. So learners also say, after the course, how they now see their "
        "beginning. Self-ratings are not a test: they say how people see themselves."
    ),
}
