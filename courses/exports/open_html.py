"""The course as an archive of plain pages: unpack it anywhere, open `index.html`, no server and no network needed."""

from courses.exports import static_pages, zips
from courses.exports.edition import Edition

README = """{title}

Open index.html in a browser. Nothing is fetched from the network; what you do is kept in your own browser only.

{credit}
"""


def package(edition: Edition) -> bytes:
    """The archive. With films it is some ten megabytes; without, pages link to where they can be watched."""
    files = static_pages.pages(edition, record="alone")
    files["README.txt"] = README.format(title=edition.title, credit=edition.credit.text)
    return zips.packed(files)
