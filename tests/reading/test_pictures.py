"""Files and arrays of all kinds become the same grey levels, and what is no picture is refused with a reason."""

import io

import numpy as np
import pytest
from PIL import Image

from mnist_helpers.reading import read_image, to_grey
from mnist_helpers.reading.pictures import shrink

GREY = np.array([[0, 64, 128], [192, 255, 32]], np.uint8)


def file_of(picture: Image.Image, kind="PNG", **how) -> io.BytesIO:
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file


def test_a_path_and_a_file_object_give_the_same_pixels(tmp_path):
    path = tmp_path / "grey.png"
    Image.fromarray(GREY).save(path)
    with open(path, "rb") as opened:
        assert np.array_equal(read_image(opened), GREY)
    assert np.array_equal(read_image(path), GREY)
    assert np.array_equal(read_image(str(path)), GREY)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM"])
def test_usual_formats(kind):
    image = read_image(file_of(Image.new("L", (40, 30), 200), kind))
    assert image.shape[:2] == (30, 40)
    assert np.abs(to_grey(image) - 200 / 255).max() < 0.02


@pytest.mark.parametrize(
    ("mode", "shape", "dtype"),
    [
        ("1", (2, 3), np.uint8),
        ("L", (2, 3), np.uint8),
        ("P", (2, 3, 3), np.uint8),
        ("RGB", (2, 3, 3), np.uint8),
        ("LA", (2, 3, 4), np.uint8),
        ("RGBA", (2, 3, 4), np.uint8),
        ("I;16", (2, 3), np.uint16),
    ],
)
def test_modes(mode, shape, dtype):
    picture = Image.fromarray(GREY).convert("RGB") if mode == "P" else Image.fromarray(GREY)
    if mode == "I;16":
        picture = Image.fromarray(GREY.astype(np.uint16) * 257)
    image = read_image(file_of(picture.convert(mode)))
    assert (image.shape, image.dtype) == (shape, dtype)
    if mode not in ("1", "P"):
        assert np.allclose(to_grey(image), GREY / 255, atol=1e-6)


def test_a_turned_photo_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held a quarter turn to the left
    file = file_of(Image.fromarray(np.tile(GREY, (8, 8))), "JPEG", exif=exif)
    assert read_image(file).shape == (24, 16)


def test_what_is_transparent_is_paper():
    ink = np.zeros((20, 20), np.uint8)
    ink[5:15, 9:11] = 255
    dark = np.dstack([np.zeros_like(ink)] * 3 + [ink])
    light = np.dstack([np.full_like(ink, 255)] * 3 + [ink])
    assert to_grey(dark)[0, 0] == 1 and to_grey(dark)[8, 9] == 0
    assert to_grey(light)[0, 0] == 0 and to_grey(light)[8, 9] == 1
    corner = np.full((20, 20, 4), 230, np.uint8)
    corner[..., 3] = 255
    corner[:3, :3, 3] = 0
    assert np.ptp(to_grey(corner)) < 1e-6


def test_a_text_file_is_no_picture(tmp_path):
    path = tmp_path / "notes.png"
    path.write_text("Milk, bread, eggs")
    with pytest.raises(ValueError, match=r"notes\.png.*no picture.*Milk.*Expected PNG"):
        read_image(path)


def test_an_empty_file_a_folder_and_nothing(tmp_path):
    (tmp_path / "empty.png").touch()
    with pytest.raises(ValueError, match="empty"):
        read_image(tmp_path / "empty.png")
    with pytest.raises(ValueError, match="folder"):
        read_image(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"no file.*missing\.png"):
        read_image(tmp_path / "missing.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_damaged_files_raise_a_clear_error(kind):
    noise = np.random.default_rng(1).integers(0, 256, (40, 40), np.uint8)
    whole = file_of(Image.fromarray(noise), kind).getvalue()
    random = np.random.default_rng(2)
    for share in (0.1, 0.5, 0.9):
        data = bytearray(whole[: int(len(whole) * share)])
        for place in random.integers(0, len(data), 5):
            data[place] = random.integers(256)
        try:
            read_image(io.BytesIO(bytes(data)))
        except ValueError as error:
            assert "damaged" in str(error) or "no picture" in str(error) or "too large" in str(error)


def test_an_enormous_picture_is_refused_before_it_is_decoded():
    head = file_of(Image.new("1", (9000, 9000)))  # 10 kB as a file
    with pytest.raises(ValueError, match=r"too large: 9000 x 9000.*64 million"):
        read_image(head)
    with pytest.raises(ValueError, match="too large"):
        read_image(file_of(Image.new("1", (20000, 20000))))


@pytest.mark.parametrize("wrong", [None, 7, b"data", GREY, io.StringIO("text")])
def test_neither_path_nor_file(wrong):
    with pytest.raises(TypeError, match="expected a path or a file opened with"):
        read_image(wrong)


@pytest.mark.parametrize(
    "same",
    [
        GREY,
        GREY.astype(np.int64),
        GREY.tolist(),
        GREY[..., None],
        GREY.astype(np.uint16) * 257,
        GREY.astype(float),
        GREY / 255,
        (GREY / 255).astype(np.float32),
        np.dstack([GREY] * 3),
        np.dstack([GREY, np.full_like(GREY, 255)]),
        np.dstack([GREY] * 3 + [np.full_like(GREY, 255)]),
    ],
)
def test_every_kind_of_array_gives_the_same_grey(same):
    grey = to_grey(same)
    assert grey.dtype == np.float32
    assert np.allclose(grey, GREY / 255, atol=1e-6)


def test_bool_and_very_large_floats():
    assert to_grey(GREY > 100).max() == 1
    assert np.allclose(to_grey(GREY * 1e300), GREY / 255, atol=1e-6)


def test_colours_count_by_luminance():
    red, green, blue = to_grey(np.eye(3, dtype=np.uint8)[None] * 255)[0]
    assert green > red > blue


@pytest.mark.parametrize(
    ("wrong", "error", "reason"),
    [
        (np.zeros((0, 5)), ValueError, "at least one pixel"),
        (np.zeros(5), ValueError, r"\(5,\)"),
        (np.zeros((3, 28, 28)), ValueError, "Channels come last"),
        (np.zeros((10, 28, 28, 1)), ValueError, "one at a time"),
        (np.zeros((28, 28, 5)), ValueError, "1 to 4"),
        (np.full((5, 5), np.nan), ValueError, "NaN"),
        (np.full((5, 5), np.inf), ValueError, "infinite"),
        (np.full((5, 5), -1), ValueError, "at least 0"),
        (np.full((5, 5), None), TypeError, "real numbers; got dtype object"),
        (np.zeros((5, 5), complex), TypeError, "complex"),
        ([[1, 2], [3]], ValueError, "equally long"),
        ("photo.png", TypeError, "read_image"),
        (None, TypeError, "object"),
    ],
)
def test_what_is_no_picture(wrong, error, reason):
    with pytest.raises(error, match=reason):
        to_grey(wrong)


def test_too_many_pixels_are_refused_without_work():
    huge = np.broadcast_to(np.uint8(7), (20_000, 20_000))
    with pytest.raises(ValueError, match="too large: 20000 x 20000"):
        to_grey(huge)


def test_shrink_takes_means():
    grey = np.arange(12.0).reshape(3, 4)
    assert shrink(grey, 2).shape == (2, 2)
    assert shrink(grey, 2)[0, 0] == grey[:2, :2].mean()
    assert shrink(grey, 1) is grey
