"""Open licences: their names and addresses, and how a course wants to be credited (title, author, source, licence)."""

from dataclasses import dataclass

from courses.syllabus import Course

# SPDX identifier → (name, address).
KNOWN = {
    "CC-BY-4.0": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC-BY-SA-4.0": ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
}


@dataclass(frozen=True)
class Credit:
    """What a copy has to say: whose work it is, where it comes from, and what one may do with it."""

    title: str
    authors: str
    source: str
    licence: str
    licence_address: str

    @property
    def text(self) -> str:
        """The credit as one line of plain text."""
        licence = f"{self.licence} ({self.licence_address})" if self.licence_address else self.licence
        return f"“{self.title}” by {self.authors}, {self.source}, {licence}"


def credit(course: Course, *, language: str = "") -> Credit:
    """How to credit this version of the course; its source is its permanent address."""
    name, address = KNOWN.get(course.licence, (course.licence, ""))
    title = f"{course.title_in(language)} {course.version}"
    return Credit(title=title, authors=course.authors, source=course.iri, licence=name, licence_address=address)
