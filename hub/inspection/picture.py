"""A picture made anew from its pixels: nothing else of the file comes along."""

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import GifImagePlugin, Image, ImageCms, ImageOps, JpegImagePlugin

from hub.domain.filetype import Fault, FileType
from hub.inspection.bounds import FRAME_PIXELS, FRAMES, PIXELS, SIDE
from hub.inspection.leaves import PREVIEW
from hub.inspection.report import Refused, Report, Size

WIDTHS = (480, 960, 1600)

# Our own bound is asked before anything is decoded; Pillow's speaks inside animations.
Image.MAX_IMAGE_PIXELS = PIXELS
GifImagePlugin.LOADING_STRATEGY = GifImagePlugin.LoadingStrategy.RGB_AFTER_DIFFERENT_PALETTE_ONLY

_SUBSAMPLINGS = {0, 1, 2}
_LARGE = 12_000_000  # pixels that take seconds to pack


def clean_picture(path: Path, kind: FileType, out: Path) -> Report:
    """The picture without its metadata, a preview, and the sizes for screens. Raises Refused."""
    try:
        with Image.open(path, formats=(kind.key.upper(),)) as image:
            return _made_anew(image, kind, out)
    except Image.DecompressionBombError as error:
        raise Refused(Fault.UNPACKS_TOO_LARGE, str(error)[:200]) from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise Refused(Fault.DAMAGED, f"{type(error).__name__}: {error}"[:200]) from error


def _made_anew(image: Any, kind: FileType, out: Path) -> Report:
    width, height = image.size
    if width * height > PIXELS or max(width, height) > 4 * SIDE:
        raise Refused(Fault.UNPACKS_TOO_LARGE, f"{width} x {height} pixels")
    clean = f"clean{kind.suffixes[0]}"
    if frames := _frames(image):
        _save_moving(image, frames, out / clean)
        image.seek(0)
        still = _still(image)
    else:
        how = _how(image, kind, head=_head(image))
        still = _still(image)
        _for_format(still, kind).save(out / clean, kind.key.upper(), **how)
    shown = _for_screen(still)
    return Report(
        width=still.width,
        height=still.height,
        clean=clean,
        preview=_scaled(shown, PREVIEW, PREVIEW, out / "preview.webp").file,
        sizes=tuple(_sizes(shown, out)),
    )


def _sizes(shown: Image.Image, out: Path) -> Iterator[Size]:
    """Those narrower than the picture, and its own width where the widest is beyond it."""
    widths = sorted({width for width in WIDTHS if width < shown.width} | {shown.width})
    for width in widths[: len(WIDTHS)]:
        if width <= WIDTHS[-1] and shown.height * width / shown.width <= SIDE:
            yield _scaled(shown, width, SIDE, out / f"{width}.webp")


def _scaled(shown: Image.Image, width: int, height: int, file: Path) -> Size:
    """Never larger than it is."""
    small = shown.copy() if shown.width <= width and shown.height <= height else shown
    if small is shown:
        factor = min(width / shown.width, height / shown.height)
        size = (max(1, round(shown.width * factor)), max(1, round(shown.height * factor)))
        small = shown.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    small.save(file, "WEBP", quality=80, method=4)
    return Size(width=small.width, height=small.height, file=file.name)


def _still(image: Image.Image) -> Image.Image:
    """Upright, in sRGB, with nothing but its pixels and what is transparent among them."""
    image.load()
    # What a camera says wrongly of itself is no fault of the picture.
    with contextlib.suppress(SyntaxError, ValueError, TypeError, KeyError, OverflowError):
        ImageOps.exif_transpose(image, in_place=True)
    still = _in_srgb(image)
    still.info = {key: still.info[key] for key in ("transparency",) if key in still.info}
    return still


def _in_srgb(image: Image.Image) -> Image.Image:
    """Its colours by the profile it brought: the profile itself stays behind."""
    raw = image.info.get("icc_profile")
    if not raw or image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(raw))
        if "srgb" in ImageCms.getProfileDescription(profile).lower():
            return image
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        return (
            ImageCms.profileToProfile(
                image, profile, ImageCms.createProfile("sRGB"), outputMode=mode
            )
            or image
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


def _how(image: Any, kind: FileType, *, head: bytes) -> dict[str, Any]:
    """As it was packed itself, so that it loses as little as can be."""
    if kind.key == "jpeg":
        sampling = JpegImagePlugin.get_sampling(image)
        how: dict[str, Any] = {}
        if sampling in _SUBSAMPLINGS and image.mode == "RGB" and "icc_profile" not in image.info:
            return how | {"qtables": image.quantization, "subsampling": sampling}
        return how | {"quality": 92}
    if kind.key == "webp":
        return {"quality": 90, "method": 4, "lossless": head[12:16] == b"VP8L"}
    if kind.key == "png" and image.width * image.height > _LARGE:
        return {"compress_level": 3}
    return {}


def _head(image: Any) -> bytes:
    image.fp.seek(0)
    head: bytes = image.fp.read(16)
    return head


def _for_format(still: Image.Image, kind: FileType) -> Image.Image:
    if kind.key == "jpeg" and still.mode not in {"L", "RGB", "CMYK"}:
        return still.convert("RGB")
    if kind.key == "webp" and still.mode not in {"RGB", "RGBA"}:
        return still.convert("RGBA" if still.has_transparency_data else "RGB")
    return still


def _for_screen(still: Image.Image) -> Image.Image:
    if still.mode.startswith("I"):
        # Sixteen bits of grey: what convert() makes of them is white.
        return still.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    mode = "RGBA" if still.has_transparency_data else "RGB"
    return still if still.mode == mode else still.convert(mode)


def _frames(image: Any) -> int:
    """How many are kept of a picture that moves; 0: it does not, or too many, and stays still."""
    if not getattr(image, "is_animated", False):
        return 0
    most = min(FRAMES, FRAME_PIXELS // (image.width * image.height))
    frames = int(image.n_frames) if image.format in {"GIF", "WEBP"} else 0
    return frames if frames <= most else 0


def _save_moving(image: Any, frames: int, file: Path) -> None:
    pictures: list[Image.Image] = []
    durations: list[int] = []
    loop = image.info.get("loop")
    for number in range(frames):
        image.seek(number)
        image.load()
        durations.append(max(int(image.info.get("duration", 100)), 20))
        # A copy loses what GIFs say beside their pixels; it is whole, so nothing shines through.
        picture = image.convert("RGBA")
        picture.info = {}
        pictures.append(picture)
    how: dict[str, Any] = {"quality": 85, "method": 2} if image.format == "WEBP" else {}
    if image.format == "GIF":
        how["disposal"] = 2
    if loop is not None or image.format == "WEBP":
        how["loop"] = loop or 0
    pictures[0].save(
        file, image.format, save_all=True, append_images=pictures[1:], duration=durations, **how
    )
