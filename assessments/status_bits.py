"""The bit string of a Bitstring Status List 1.0: most significant bit first, gzip, base64url, prefix `u`."""

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterable

SIZE = 131_072
LARGEST = 4 * 1024 * 1024


def encode(revoked: Iterable[int], *, size: int = SIZE) -> str:
    """The encoded list in which exactly these places are set; the same places always give the same text."""
    bits = bytearray(size // 8)
    for index in revoked:
        bits[index // 8] |= 0x80 >> (index % 8)
    # mtime=0: the time of packing is nobody's business and would change the bytes.
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=").decode("ascii")


def is_set(encoded: str, index: int) -> bool | None:
    """The bit at this place; None where the text is no list, or the list is too short or unreasonably long."""
    if not encoded.startswith("u") or index < 0:
        return None
    try:
        packed = base64.b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(wbits=31)
        bits = unpacker.decompress(packed, LARGEST)
    except (binascii.Error, zlib.error, ValueError):
        return None
    if not unpacker.eof or index >= len(bits) * 8:
        return None
    return bool(bits[index // 8] & (0x80 >> (index % 8)))
