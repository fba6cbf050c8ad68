"""A module's self-study steps as a SCORM 1.2 package, for platforms without LTI: one SCO for each step."""

from xml.sax.saxutils import escape, quoteattr

from courses.exports import metadata, static_pages, zips
from courses.exports.edition import Edition, pass_mark
from courses.exports.static_pages import Files, page_of
from courses.syllabus import Module, Scenario, Step

NAMESPACES = (
    'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
SCHEMA = "<schema>ADL SCORM</schema><schemaversion>1.2</schemaversion>"


def package(edition: Edition, module: Module) -> bytes:
    """The archive of that module, with `imsmanifest.xml` at its top (SCORM 1.2 CAM, section 2.3)."""
    files = _of(module, static_pages.pages(edition, record="scorm", linked=False))
    return zips.packed({**files, "imsmanifest.xml": manifest(edition, module, tuple(files))})


def _of(module: Module, files: Files) -> Files:
    """What this module needs: its pages, the scripts, and the media that its pages name."""
    pages = {name: each for name, each in files.items() if name.startswith((f"{module.slug}/", "assets/"))}
    text = "".join(each for each in pages.values() if isinstance(each, str))
    return pages | {name: each for name, each in files.items() if name.startswith("media/") and f"../{name}" in text}


def manifest(edition: Edition, module: Module, names: tuple[str, ...]) -> str:
    """The manifest: the steps in their order, and every file of the package."""
    steps = edition.alone(module)
    title = f"{module.code} {module.title}"
    record = metadata.older_lom(edition, title=title, description=module.result)
    items = "".join(_item(step) for step in steps)
    shared = "".join(_file(name) for name in sorted(names) if not name.endswith(".html"))
    resources = "".join(_resource(module, step) for step in steps)
    identifier = quoteattr(f"{edition.course.slug}-{module.slug}-{edition.course.version}")
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<manifest identifier={identifier} version="1.0" {NAMESPACES}>'
        f"<metadata>{SCHEMA}{record}</metadata>"
        f'<organizations default="module"><organization identifier="module"><title>{escape(title)}</title>{items}'
        f"</organization></organizations><resources>{resources}"
        f'<resource identifier="shared" type="webcontent" adlcp:scormtype="asset">{shared}</resource>'
        "</resources></manifest>"
    )


def _item(step: Step) -> str:
    # A scenario was worth playing however it ended: with a mark here, a platform would call it failed.
    mark = None if isinstance(step, Scenario) else pass_mark(step)
    judged = "" if mark is None else f"<adlcp:masteryscore>{int(mark * 100)}</adlcp:masteryscore>"
    face = f'identifier="item-{step.key}" identifierref="sco-{step.key}" isvisible="true"'
    return f"<item {face}><title>{escape(step.title)}</title>{judged}</item>"


def _resource(module: Module, step: Step) -> str:
    page = page_of(module, step)
    return (
        f'<resource identifier="sco-{step.key}" type="webcontent" adlcp:scormtype="sco" href={quoteattr(page)}>'
        f'{_file(page)}<dependency identifierref="shared"/></resource>'
    )


def _file(name: str) -> str:
    return f"<file href={quoteattr(name)}/>"
