"""Which packages there are of a course, and how each is made."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from courses.errors import NoSuchPackage
from courses.exports import cartridge, cmi5, open_html, scorm12
from courses.exports.edition import Edition

# What packages are made by: when it changes, they are made anew.
MAKERS = Path(__file__).parent


@dataclass(frozen=True)
class Package:
    """A package that can be made: its file name, its kind (html, pages, cmi5, cartridge, scorm), its module, if one."""

    name: str
    kind: str
    module: str | None
    make: Callable[[], bytes]


def packages(edition: Edition) -> list[Package]:
    """All packages of this edition, in the order of their use to most people."""
    stem = f"{edition.course.slug}-{edition.course.version}-{edition.language}"
    without = replace(edition, films=False)
    whole = [
        Package(f"{stem}.html.zip", "html", None, lambda: open_html.package(edition)),
        Package(f"{stem}.pages.zip", "pages", None, lambda: open_html.package(without)),
        Package(f"{stem}.cartridge.imscc", "cartridge", None, lambda: cartridge.package(edition)),
        Package(f"{stem}.cmi5.zip", "cmi5", None, lambda: cmi5.package(edition)),
    ]
    return whole + [
        Package(f"{stem}-{module.slug}.scorm12.zip", "scorm", module.slug, _scorm(edition, module.slug))
        for module, _ in edition.self_study()
    ]


def _scorm(edition: Edition, slug: str) -> Callable[[], bytes]:
    module = next(module for module in edition.modules if module.slug == slug)
    return lambda: scorm12.package(edition, module)


def named(edition: Edition, name: str) -> Package:
    """The package of that file name; NoSuchPackage where there is none."""
    for each in packages(edition):
        if each.name == name:
            return each
    raise NoSuchPackage(name)


def build(edition: Edition, directory: Path) -> list[Path]:
    """All packages lie in the directory; gives their paths."""
    directory.mkdir(parents=True, exist_ok=True)
    made = []
    for each in packages(edition):
        path = directory / each.name
        path.write_bytes(each.make())
        made.append(path)
    return made
