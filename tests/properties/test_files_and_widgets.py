"""Files of any content, widgets and functions of any kind: read, shown, or refused in plain words."""

import io
import os
import warnings
from datetime import UTC, datetime

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from odd_input import ODD, is_refused
from PIL import Image

from mnist_helpers import reading, upload, widgets
from mnist_helpers.data import DataFileError, _files, emnist

FEW = settings(max_examples=max(5, settings.default.max_examples // 4))
PIXELS = arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=9))


def saved(pixels, kind: str) -> bytes:
    """Return a picture as the content of a file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


@given(PIXELS, st.sampled_from(["PNG", "BMP", "TIFF", "GIF", "PPM"]))
def test_pictures_come_back_from_files_as_they_were(pixels, kind):
    image = reading.read_image(io.BytesIO(saved(pixels, kind)))
    if kind == "GIF":  # its palette holds colours
        image = image if image.ndim == 2 else image[..., :3].max(axis=2)
    np.testing.assert_array_equal(image, pixels)


@given(PIXELS, st.sampled_from(reading.pictures.FORMATS), st.data())
def test_files_that_were_cut_or_changed_are_read_or_refused(pixels, kind, data):
    content = bytearray(saved(pixels, kind))
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        image = reading.read_image(io.BytesIO(content))
    except ValueError as error:
        assert str(error).startswith("the file is ")
    else:
        assert image.ndim in (2, 3) and image.size
        reading.to_grey(image[: 10**3, : 10**3]) if np.isfinite(image).all() and image.min() >= 0 else None


@given(st.binary(max_size=80))
def test_any_bytes_are_no_picture_or_one(content):
    try:
        reading.read_image(io.BytesIO(content))
    except ValueError as error:
        assert str(error).startswith("the file is ")


@given(ODD)
def test_what_is_no_file_is_refused(value):
    try:
        reading.read_image(value)
    except FileNotFoundError as error:
        assert "there is no file" in str(error)
    except (TypeError, ValueError) as error:
        assert "expected" in str(error) or "is a folder" in str(error)
    else:
        pytest.fail(f"{value!r} was read")


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_only_the_very_bytes_have_the_digest(tmp_path_factory, wanted, content):
    import hashlib

    path = tmp_path_factory.mktemp("digest") / "file"
    path.write_bytes(content)
    digests = (f"sha256:{hashlib.sha256(wanted).hexdigest()}", f"md5:{hashlib.md5(wanted + b'x').hexdigest()}")
    if content in (wanted, wanted + b"x"):
        _files.verify(path, digests, "cure")
    else:
        with pytest.raises(DataFileError, match="is damaged"):
            _files.verify(path, digests, "cure")


@given(arrays.arrays(np.uint8, arrays.array_shapes(max_dims=3, max_side=6)))
def test_idx_files_give_the_array_that_they_hold(tmp_path_factory, array):
    import gzip
    import struct

    path = tmp_path_factory.mktemp("idx") / "file.gz"
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes()))
    np.testing.assert_array_equal(emnist._read_idx(path), array)


@given(st.lists(st.binary(max_size=20), max_size=4))
def test_the_newest_file_is_the_last_one_in_both_versions_of_the_button(contents):
    of_8 = tuple({"name": f"{n}.png", "content": memoryview(content)} for n, content in enumerate(contents))
    of_7 = {f"{n}.png": {"metadata": {}, "content": content} for n, content in enumerate(contents)}
    assert upload.newest_file(of_8) == upload.newest_file(of_7) == (contents[-1] if contents else None)


@FEW
@given(ODD)
def test_functions_that_draw_nothing_are_told(value):
    with pytest.raises(TypeError, match="draw must return a matplotlib Figure; got "):
        upload.figure_from_picture(lambda picture: value, np.zeros((8, 8)))
    slider = ipywidgets.FloatSlider()
    with pytest.raises(TypeError, match="draw must return a matplotlib Figure; got "):
        widgets.figure_with_sliders(lambda slope: value, slope=slider)


@given(ODD)
def test_what_is_no_widget_function_or_figure_is_refused(value):
    slider = ipywidgets.FloatSlider()
    if not callable(value):
        assert is_refused(upload.figure_from_picture, {"draw": value, "example": np.zeros((8, 8))})
        assert is_refused(widgets.figure_with_sliders, {"draw": value, "slope": slider})
    assert is_refused(widgets.figure_with_sliders, {"draw": lambda slope: plt.figure(), "slope": value})
    assert is_refused(widgets.png_of, {"figure": value})


@FEW
@given(st.binary(max_size=60))
def test_any_file_that_is_handed_over_leaves_a_figure_or_a_message(content):
    box = upload.figure_from_picture(lambda picture: plt.figure(figsize=(1, 1)), np.zeros((8, 8)))
    button, message, _ = box.children
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        button.value = (
            {"name": "a.png", "type": "", "size": 1, "content": content, "last_modified": datetime.now(UTC)},
        )
    assert "cannot be read" in message.value


def test_a_folder_is_no_picture(tmp_path):
    with pytest.raises(ValueError, match="is a folder"):
        reading.read_image(os.fspath(tmp_path))
