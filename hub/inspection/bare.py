"""A JPEG without what its camera and its photographer wrote into it, its picture untouched."""

_START = b"\xff\xd8"
# Resolution, colours, and how Adobe stores them.
_KEPT_APPLICATION = {0xE0, 0xE2, 0xEE}
_COMMENT = 0xFE
_SCAN = 0xDA


def bare_jpeg(data: bytes) -> bytes:
    """The same when it is no JPEG, or one that does not hold together before its picture."""
    if not data.startswith(_START):
        return data
    kept = bytearray(_START)
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == _SCAN:
            return bytes(kept + data[at:])
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        application = 0xE0 <= marker <= 0xEF
        if marker in _KEPT_APPLICATION or not (application or marker == _COMMENT):
            kept += data[at:end]
        at = end
    return data
