"""The course as a Common Cartridge 1.1: for each module an LTI link with an address of its own, and a page beside them.

Version 1.1 is what Moodle restores; it knows one by the letters `imsccv1p1` near the beginning of the manifest. Custom
parameters are dropped there, so that each module is told by its launch address alone.
"""

from html import escape as html_escape
from xml.sax.saxutils import escape, quoteattr

from courses.exports import metadata, zips
from courses.exports.edition import Edition, translatable
from courses.syllabus import Module

NAMESPACES = (
    'xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1" '
    'xmlns:lom="http://ltsc.ieee.org/xsd/imsccv1p1/LOM/resource" '
    'xmlns:lomimscc="http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
LINK_NAMESPACES = (
    'xmlns="http://www.imsglobal.org/xsd/imslticc_v1p0" xmlns:blti="http://www.imsglobal.org/xsd/imsbasiclti_v1p0" '
    'xmlns:lticm="http://www.imsglobal.org/xsd/imslticm_v1p0" xmlns:lticp="http://www.imsglobal.org/xsd/imslticp_v1p0"'
)
BEGINNING = '<?xml version="1.0" encoding="UTF-8"?>\n'
PAGE = "about/index.html"
IMPORTING = translatable(
    "Each module opens in its own tool. An administrator connects that tool once, before the import. It is at:"
)
AFTERWARDS = translatable("Afterwards the links of this course work as they are, and scores reach the gradebook.")


def package(edition: Edition) -> bytes:
    """The archive: a manifest, a link for each module, and the page with instructions and licence."""
    links = {f"{module.slug}/link.xml": _link(edition, module) for module in edition.modules}
    return zips.packed({"imsmanifest.xml": manifest(edition), PAGE: _page(edition), **links})


def manifest(edition: Edition) -> str:
    """The manifest: a folder for each module with its link in it, after the page about the course."""
    record = metadata.lom(
        edition,
        title=edition.title,
        description=edition.summary,
        prefix="lomimscc:",
        namespace="http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest",
    )
    about = f'<item identifier="i-about"><title>{escape(edition.translate(translatable("About this course")))}</title>'
    page = f'<item identifier="i-about-page" identifierref="r-about"><title>{escape(edition.title)}</title></item>'
    items = f"{about}{page}</item>" + "".join(_item(module) for module in edition.modules)
    resource = f'<resource identifier="r-about" type="webcontent" href="{PAGE}"><file href="{PAGE}"/></resource>'
    links = "".join(_resource(module) for module in edition.modules)
    identifier = quoteattr(f"{edition.course.slug}-{edition.course.version}")
    return (
        f"{BEGINNING}<manifest identifier={identifier} {NAMESPACES}>"
        f"<metadata><schema>IMS Common Cartridge</schema><schemaversion>1.1.0</schemaversion>{record}</metadata>"
        '<organizations><organization identifier="course" structure="rooted-hierarchy"><item identifier="root">'
        f"{items}</item></organization></organizations><resources>{resource}{links}</resources></manifest>"
    )


def _item(module: Module) -> str:
    title = f"<title>{escape(f'{module.code} {module.title}')}</title>"
    link = f'<item identifier="i-{module.slug}-link" identifierref="r-{module.slug}">{title}</item>'
    return f'<item identifier="i-{module.slug}">{title}{link}</item>'


def _resource(module: Module) -> str:
    href = f"{module.slug}/link.xml"
    face = f'identifier="r-{module.slug}" type="imsbasiclti_xmlv1p0" href="{href}"'
    return f'<resource {face}><file href="{href}"/></resource>'


def _link(edition: Edition, module: Module) -> str:
    """The LTI link of a module (Common Cartridge 1.1, section 4.7)."""
    launch = edition.launch_address(module)
    secure = f"<blti:secure_launch_url>{escape(launch)}</blti:secure_launch_url>" if launch.startswith("https:") else ""
    title = escape(f"{module.code} {module.title}")
    return (
        f"{BEGINNING}<cartridge_basiclti_link {LINK_NAMESPACES}><blti:title>{title}</blti:title>"
        f"<blti:description>{escape(module.result)}</blti:description><blti:launch_url>{escape(launch)}</blti:launch_url>"
        f"{secure}<blti:vendor><lticp:code>animateur</lticp:code><lticp:name>animateur</lticp:name></blti:vendor>"
        "</cartridge_basiclti_link>"
    )


def _page(edition: Edition) -> str:
    """What whoever imports the cartridge has to know, and whom to credit."""
    credit, say = edition.credit, edition.translate
    paragraphs = (
        edition.summary,
        say(IMPORTING),
        edition.address,
        say(AFTERWARDS),
        credit.text,
    )
    body = "".join(f"<p>{html_escape(text)}</p>" for text in paragraphs)
    licence = f'<p><a rel="license" href="{html_escape(credit.licence_address)}">{html_escape(credit.licence)}</a></p>'
    title = html_escape(edition.title)
    return (
        f'<!doctype html><html lang="{edition.language}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1>{body}{licence}</body></html>"
    )
