"""What a course is made of: modules, and in them steps of nine kinds. Read from files, never changed while running.

Texts ending in `html` were made from Markdown with HTML switched off; headings in them begin at level two.
`line` is where a thing begins in its module's file, for whoever has to tell its author something.
"""

from courses.syllabus.course import Course, Module
from courses.syllabus.exercise import Exercise, Material, Partner, Phase, Role
from courses.syllabus.question import Option, Pairing, Question
from courses.syllabus.quiz import Lab, Quiz
from courses.syllabus.reading import Passage, Prompt, Reading, Reflection, Scene, Section, Video
from courses.syllabus.rubric import EVERYONE, Criterion, Rubric
from courses.syllabus.scenario import Bound, Choice, Condition, Ending, Meter, Node, Overtime, Rule, Scenario
from courses.syllabus.step import Evidence, Step
from courses.syllabus.task import Example, Field, Talk, Task

__all__ = [
    "EVERYONE",
    "Bound",
    "Choice",
    "Condition",
    "Course",
    "Criterion",
    "Ending",
    "Evidence",
    "Example",
    "Exercise",
    "Field",
    "Lab",
    "Material",
    "Meter",
    "Module",
    "Node",
    "Option",
    "Overtime",
    "Pairing",
    "Partner",
    "Passage",
    "Phase",
    "Prompt",
    "Question",
    "Quiz",
    "Reading",
    "Reflection",
    "Role",
    "Rubric",
    "Rule",
    "Scenario",
    "Scene",
    "Section",
    "Step",
    "Talk",
    "Task",
    "Video",
]
