"""Zip archives that are the same for the same content: names sorted, one date, one set of permissions."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

# The first moment that a zip archive can name.
DATE = (1980, 1, 1, 0, 0, 0)
# Films, pictures and archives are packed already.
PACKED = (".mp4", ".webm", ".m4a", ".jpg", ".png", ".webp", ".woff2", ".zip")
READABLE = 0o100644 << 16


def packed(files: Mapping[str, bytes | str | Path]) -> bytes:
    """An archive with these files, by their path in it; a Path is the file to take along."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in sorted(files):
            content = files[name]
            data = content.read_bytes() if isinstance(content, Path) else content
            entry = zipfile.ZipInfo(name, date_time=DATE)
            entry.external_attr = READABLE
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, compresslevel=6)
    return held.getvalue()
