"""What a package says about itself: schema.org with LRMI for search engines, LOM for learning platforms."""

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from courses.exports.edition import Edition
from courses.syllabus import Module

Json = dict[str, Any]
LOM = "http://ltsc.ieee.org/xsd/LOM"
OLDER_LOM = "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"
KINDS = {
    "reading": "reading",
    "video": "video",
    "scenario": "simulation",
    "quiz": "assessment",
    "lab": "exercise",
    "exercise": "group work",
    "task": "workplace task",
    "reflection": "reflection",
    "talk": "talk",
}


def linked_data(edition: Edition) -> Json:
    """The course and its modules in the words of schema.org and LRMI."""
    course, credit = edition.course, edition.credit
    return {
        "@context": "https://schema.org",
        "@type": ["Course", "LearningResource"],
        "@id": course.iri,
        "name": edition.title,
        "description": edition.summary,
        "version": course.version,
        "inLanguage": edition.language,
        "license": credit.licence_address or credit.licence,
        "creditText": credit.text,
        "creator": {"@type": "Organization", "name": course.authors},
        "provider": {"@type": "Organization", "name": course.authors},
        "isAccessibleForFree": True,
        "timeRequired": f"PT{sum(module.minutes for module in edition.modules)}M",
        "hasPart": [_module(edition, module) for module in edition.modules],
    }


def _module(edition: Edition, module: Module) -> Json:
    profile = module.steps[0].profile_version if module.steps else ""
    return {
        "@type": "LearningResource",
        "@id": module.iri,
        "name": f"{module.code} {module.title}",
        "description": module.result,
        "inLanguage": edition.module_language(module),
        "timeRequired": f"PT{module.minutes}M",
        "learningResourceType": sorted({KINDS.get(step.kind, step.kind) for step in module.steps}),
        "teaches": sorted({code for step in module.steps for code in step.criteria}),
        "educationalFramework": f"OICF {profile}".strip(),
        "license": edition.credit.licence_address or edition.credit.licence,
    }


def lom(edition: Edition, *, title: str, description: str, prefix: str = "", namespace: str = LOM) -> str:
    """The IEEE LOM record of a package or a part of it, as an element of its own; `prefix` such as `lomimscc:`."""
    language = edition.language

    def tag(name: str, *inner: str, **attributes: str) -> str:
        told = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        return f"<{prefix}{name}{told}>{''.join(inner)}</{prefix}{name}>"

    def words(name: str, text: str) -> str:
        return tag(name, tag("string", escape(text), language=language))

    # The cartridge's own profile of LOM leaves out where a value is from.
    source = tag("source", "LOMv1.0") if namespace == LOM else ""
    yes = tag("copyrightAndOtherRestrictions", source, tag("value", "yes"))
    general = tag("general", words("title", title), tag("language", language), words("description", description))
    rights = tag("rights", yes, words("description", edition.credit.text))
    declared = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    return tag("lom", general, rights, **{declared: namespace})


def older_lom(edition: Edition, *, title: str, description: str) -> str:
    """The same in the older spelling that SCORM 1.2 refers to (IMS Learning Resource Meta-Data 1.2.1)."""

    def words(name: str, text: str, language: str) -> str:
        return f'<{name}><langstring xml:lang="{language}">{escape(text)}</langstring></{name}>'

    spoken = edition.language
    general = (
        words("title", title, spoken) + f"<language>{spoken}</language>" + words("description", description, spoken)
    )
    yes = words("source", "LOMv1.0", "x-none") + words("value", "yes", "x-none")
    credit = words("description", edition.credit.text, spoken)
    rights = f"<copyrightandotherrestrictions>{yes}</copyrightandotherrestrictions>{credit}"
    return f'<lom xmlns="{OLDER_LOM}"><general>{general}</general><rights>{rights}</rights></lom>'
