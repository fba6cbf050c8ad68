"""The accessibility statement: what was tested and how, what does not work, and whom to tell. Open to anyone."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from courses import built_films
from courses.syllabus import Video
from lti_tool import house

bp = Blueprint("accessibility", __name__)


@bp.get("/accessibility")
def statement() -> ResponseReturnValue:
    """The statement of this version; it counts which films of this installation are built, and with what."""
    films = [
        built_films.built(house.media(course), key=step.name, language=course.language)
        for course in house.catalogue().courses.values()
        for module in course.modules
        for step in module.steps
        if isinstance(step, Video)
    ]
    built = [film for film in films if film is not None]
    return render_template(
        "accessibility.html",
        films=len(films),
        built=len(built),
        captioned=sum("vtt" in film.parts for film in built),
        described=sum(film.described is not None for film in built),
    )
