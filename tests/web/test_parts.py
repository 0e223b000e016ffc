"""Forms with files in them, as they are read."""

import gc
import weakref
from collections.abc import AsyncIterator

from starlette.requests import Request

from hub.web.parts import Parts

TYPE = b"multipart/form-data; boundary=a-line"
BEGINS = b'--a-line\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nBen Nua'


async def beginning() -> AsyncIterator[bytes]:
    yield BEGINS


async def test_who_reads_a_form_no_further_keeps_nothing_of_it() -> None:
    """Of a thousand that are broken off a collector would come for the bytes too late."""
    request = Request({"type": "http", "headers": [(b"content-type", TYPE)]})
    gc.disable()
    try:
        parts = Parts(request, beginning())
        assert await parts.next_part() is not None
        reader = weakref.ref(parts)
        del parts
        assert reader() is None
    finally:
        gc.enable()
