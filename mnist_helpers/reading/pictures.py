"""A picture, from a file or from any usual kind of array, to grey levels."""

import os
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

__all__ = ["read_image", "to_grey"]

MOST_PIXELS = 64_000_000
"""What a picture may have at most: more than most phones' largest photos, and 256 MB as grey levels."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
"""What a file may hold, in Pillow's names. None of them needs another program to be decoded."""

_LUMINANCE = (0.2125, 0.7154, 0.0721)  # Rec. 709, as skimage.color.rgb2gray


def read_image(file) -> np.ndarray:
    """Read a picture from a file.

    Parameters
    ----------
    file : path, or file object opened in binary mode
        PNG, JPEG, WebP, GIF, BMP, TIFF or PPM, whatever its name ends in. Of several pictures in a file the first is
        read. The size is checked before anything is decoded.

    Returns
    -------
    numpy.ndarray
        uint8 from 0 (black) to 255, of shape (height, width) if the picture is grey, (height, width, 3) if it is in
        colour, (height, width, 4) if parts of it are transparent; uint16 or float32 if it is grey and was stored so.
        A photo that its camera marked as turned (EXIF) stands upright.

    Raises
    ------
    FileNotFoundError
        There is no file at this path.
    TypeError
        Neither a path nor a binary file object.
    ValueError
        The file is empty, holds no picture of a known format, is damaged, or has more than 64 million pixels.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO()
    >>> Image.new("RGB", (30, 20), "white").save(file, "PNG")
    >>> read_image(file).shape
    (20, 30, 3)
    >>> read_image(io.BytesIO(b"Dear reader"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: the file is no picture that can be read: it starts with b'Dear reader'. Expected PNG, JPEG, ...
    """
    if isinstance(file, str | os.PathLike):
        path = os.fspath(file)
        if not os.path.exists(path):
            raise FileNotFoundError(f"there is no file {path!r}; the current folder is {os.getcwd()!r}.")
        if os.path.isdir(path):
            raise ValueError(f"{path!r} is a folder; expected the path of one picture.")
        with open(path, "rb") as opened:
            return _decode(opened, repr(path))
    if not (hasattr(file, "read") and hasattr(file, "seek") and isinstance(file.read(0), bytes)):
        cure = {
            bytes: " For bytes use io.BytesIO(data).",
            np.ndarray: " An array is read already: hand it to read_digits.",
        }.get(type(file), "")
        raise TypeError(f'expected a path or a file opened with "rb"; got {type(file).__name__}.{cure}')
    return _decode(file, "the file")


def _decode(file, name: str) -> np.ndarray:
    """Return the array of an open file; errors call it by the name."""
    file.seek(0)
    start = file.read(20)
    if not start:
        raise ValueError(f"{name} is empty (0 bytes); expected a picture.")
    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about sizes, which are checked here, and about broken metadata
        try:
            picture = Image.open(file, formats=FORMATS)
        except UnidentifiedImageError:
            raise ValueError(
                f"{name} is no picture that can be read: it starts with {start!r}. Expected {', '.join(FORMATS)}; "
                "save a phone's HEIC photo or a page of a PDF as one of these first."
            ) from None
        except Image.DecompressionBombError as error:
            raise ValueError(f"{name} is too large: {error} Shrink it first.") from None
        except Exception as error:
            raise _damaged(name, error) from error
        check_size(picture.height, picture.width, name)
        try:
            return _array_of(ImageOps.exif_transpose(picture))
        except Exception as error:  # on damaged data, decoders raise whatever they stumble over
            raise _damaged(name, error) from error


def _damaged(name: str, error: Exception) -> ValueError:
    return ValueError(f"{name} is damaged or cut off and cannot be decoded ({error}). Save or copy it again.")


def _array_of(picture: Image.Image) -> np.ndarray:
    if picture.mode == "F":
        return np.array(picture)
    if picture.mode.startswith("I"):  # 16 bits, which some versions of Pillow decode to 32
        return np.clip(np.asarray(picture), 0, 65535).astype(np.uint16)
    if picture.has_transparency_data:
        return np.array(picture.convert("RGBA"))
    return np.array(picture.convert("L" if picture.mode in ("1", "L") else "RGB"))


def check_size(height: int, width: int, name: str = "the picture") -> None:
    """Raise a ValueError if a picture has more pixels than can be worked on."""
    if height * width > MOST_PIXELS:
        raise ValueError(
            f"{name} is too large: {height} x {width} pixels; at most {MOST_PIXELS // 10**6} million can be read. "
            "Shrink it, or cut out the part with the writing."
        )


def shrink(grey: np.ndarray, step: int) -> np.ndarray:
    """Return the means over squares of so many pixels a side; at the right and below, the last pixel is repeated.

    Examples
    --------
    >>> shrink(np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0]]), 2)
    array([[0.5, 1. ]])
    """
    if step == 1:
        return grey
    down, across = (min(step, side) for side in grey.shape)
    padded = np.pad(grey, [(0, -grey.shape[0] % down), (0, -grey.shape[1] % across)], mode="edge")
    return padded.reshape(padded.shape[0] // down, down, padded.shape[1] // across, across).mean(axis=(1, 3))


def to_grey(image) -> np.ndarray:
    """Turn any usual kind of picture into grey levels from 0 (black) to 1 (white).

    Parameters
    ----------
    image : array
        Shape (height, width) or (height, width, 1) for grey, 2 channels for grey and opacity, 3 for RGB, 4 for RGBA.
        uint8 to 255, uint16 to 65535, other integers to 255 or to their largest value if that is more, floats to 1.0
        or to their largest value if that is more, bool. Nested lists of numbers do too.

    Returns
    -------
    numpy.ndarray
        float32, shape (height, width). Colours count by their luminance. Behind what is transparent lies paper: as
        bright as the middle of what is seen if that is more than half of the picture, else what the ink stands out of.

    Raises
    ------
    TypeError
        No numbers: a path (see :func:`read_image`), None, text, objects, complex numbers.
    ValueError
        Another shape, no pixel, more than 64 million, a negative pixel, NaN or infinity.

    Examples
    --------
    >>> to_grey([[0, 255]])
    array([[0., 1.]], dtype=float32)
    >>> to_grey(np.zeros((3, 28, 28)))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: a picture must have shape (height, width) or (height, width, 1 to 4); got (3, 28, 28). ...
    """
    image = _checked(image)
    channels = [image] if image.ndim == 2 else list(np.moveaxis(image, -1, 0))
    precision = np.result_type(image.dtype, np.float32)
    white = _white(image)
    opacity = channels.pop() if len(channels) in (2, 4) else None
    weights = _LUMINANCE if len(channels) == 3 else (1.0,)
    grey = sum(weight / white * channel.astype(precision) for weight, channel in zip(weights, channels, strict=True))
    if opacity is not None:
        grey = _on_paper(grey, opacity / white)
    return np.minimum(grey, 1).astype(np.float32)


def _checked(image) -> np.ndarray:
    """Return the picture as an array of two or three dimensions that holds only finite numbers of at least 0."""
    if isinstance(image, str | bytes | os.PathLike):
        raise TypeError(
            f"a picture must be an array of pixels; got {type(image).__name__}. To load a file, use read_image(path)."
        )
    try:
        image = np.asarray(image)
    except ValueError:
        raise ValueError("a picture must be an array; got a list whose rows are not equally long.") from None
    if image.dtype.kind not in "biuf":
        raise TypeError(f"a picture must hold real numbers; got dtype {image.dtype}. Try image.astype(float).")
    if image.ndim not in (2, 3) or (image.ndim == 3 and not 1 <= image.shape[2] <= 4):
        cure = ""
        if image.ndim == 3 and image.shape[0] <= 4:
            cure = " Channels come last: use np.moveaxis(image, 0, -1)."
        elif image.ndim >= 3:
            cure = " Pictures are read one at a time: use image[0]."
        raise ValueError(
            f"a picture must have shape (height, width) or (height, width, 1 to 4); got {image.shape}.{cure}"
        )
    if image.size == 0:
        raise ValueError(f"a picture must have at least one pixel; got shape {image.shape}.")
    check_size(*image.shape[:2])
    darkest, brightest = image.min(), image.max()
    if not (np.isfinite(darkest) and np.isfinite(brightest)):
        raise ValueError(
            "a picture must hold finite numbers only; some pixels are NaN or infinite. Use np.nan_to_num(image)."
        )
    if darkest < 0:
        raise ValueError(
            f"pixels must be at least 0 (black); got {darkest} to {brightest}. Use image - image.min() to shift them."
        )
    return image


def _white(image: np.ndarray) -> float:
    """Return the value that stands for white."""
    if image.dtype == bool:
        return 1.0
    if image.dtype in (np.uint8, np.uint16):
        return float(np.iinfo(image.dtype).max)
    return max(255.0 if np.issubdtype(image.dtype, np.integer) else 1.0, float(image.max()))


def _on_paper(grey: np.ndarray, opacity: np.ndarray) -> np.ndarray:
    """Lay a picture that is transparent in places on paper that suits it."""
    seen = opacity > 0.5
    if seen.mean() > 0.5:
        paper = np.median(grey[seen])
    elif seen.any() and grey[seen].mean() > 0.5:
        paper = 0
    else:
        paper = 1
    return grey * opacity + (1 - opacity) * paper
