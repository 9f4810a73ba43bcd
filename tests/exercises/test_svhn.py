import numpy as np
import pytest

from mnist_helpers import exercises


def _right_cut(photograph, validation_size):
    cut = len(photograph) - validation_size
    while cut > 0 and photograph[cut - 1] == photograph[cut]:
        cut = cut - 1
    return cut


def _by_search(photograph, validation_size):
    first = photograph[len(photograph) - validation_size]
    return np.flatnonzero(np.asarray(photograph) == first)[0]


def _forward(photograph, validation_size):
    cut = len(photograph) - validation_size
    while cut < len(photograph) and photograph[cut - 1] == photograph[cut]:
        cut = cut + 1
    return cut


def _starter(photograph, validation_size):
    return len(photograph) - validation_size


def _one_back(photograph, validation_size):
    return len(photograph) - validation_size - 1


def _always_a_whole_photograph_back(photograph, validation_size):
    cut = _right_cut(photograph, validation_size)
    return _right_cut(photograph, len(photograph) - cut + 1) if cut else 0


def _without_an_end(photograph, validation_size):
    cut = len(photograph) - validation_size
    while photograph[cut - 1] == photograph[cut]:
        cut = cut - 1
    return cut


def _one_step(photograph, validation_size):
    cut = len(photograph) - validation_size
    return cut - 1 if photograph[cut - 1] == photograph[cut] else cut


def _one_too_many(photograph, validation_size):
    return _right_cut(photograph, validation_size) + 1


def _before_the_last_one_on_the_other_side(photograph, validation_size):
    last = photograph[len(photograph) - validation_size - 1]
    return np.flatnonzero(photograph == last)[0]


def _whole_photographs(photograph, validation_size):
    return (photograph <= photograph[-validation_size - 1]).sum()


def _writes(photograph, validation_size):
    photograph[:] = 0
    return len(photograph) - validation_size


def _normalise(photos):
    photos = photos.astype("float32")
    mean = photos.mean(axis=(1, 2, 3), keepdims=True)
    spread = photos.std(axis=(1, 2, 3), keepdims=True)
    return (photos - mean) / (spread + 8)


def _right_polarity(photos):
    normalised = _normalise(photos)
    middle = normalised[:, 8:24, 8:24].mean(axis=(1, 2, 3), keepdims=True)
    return np.where(middle < 0, -normalised, normalised)


def _photo_by_photo(photos):
    result = []
    for photo in _normalise(photos):
        result.append(photo * (1 if photo[8:24, 8:24].mean() >= 0 else -1))
    return result


def _dark_middle(photos):
    return -_right_polarity(photos)


def _one_decision(photos):
    normalised = _normalise(photos)
    return -normalised if normalised[:, 8:24, 8:24].mean() < 0 else normalised


def _by_a_corner(photos):
    normalised = _normalise(photos)
    return np.where(normalised[:, :1, :1, :1] < 0, -normalised, normalised)


def _by(middle_of):
    """Decide by something else than the mean of rows and columns 8 to 23 after the normalisation."""

    def polarity(photos):
        normalised = _normalise(photos)
        middle = middle_of(normalised).mean(axis=(1, 2, 3), keepdims=True)
        return np.where(middle < 0, -normalised, normalised)

    return polarity


def _by_a_fixed_grey(photos):
    normalised = _normalise(photos)
    dark = photos[:, 8:24, 8:24].mean(axis=(1, 2, 3), keepdims=True) < 128
    return np.where(dark, -normalised, normalised)


def _by_the_median(photos):
    normalised = _normalise(photos)
    middle = np.median(normalised[:, 8:24, 8:24], axis=(1, 2, 3), keepdims=True)
    return np.where(middle < 0, -normalised, normalised)


def _each_colour_by_itself(photos):
    normalised = _normalise(photos)
    middle = normalised[:, 8:24, 8:24].mean(axis=(1, 2), keepdims=True)
    return np.where(middle < 0, -normalised, normalised)


def _new_names_only(photos):
    normalised = _normalise(photos)
    for photo in normalised:
        if photo[8:24, 8:24].mean() < 0:
            photo = -photo
    return normalised


def _pixel_by_pixel_mean(photos):
    normalised = _normalise(photos)
    middle = normalised[:, 8:24, 8:24].mean(axis=3, keepdims=True)
    return np.where(np.pad(middle, ((0, 0), (8, 8), (8, 8), (0, 0)), mode="edge") < 0, -normalised, normalised)


def _writes_into_photos(photos):
    photos[:] = 255 - photos
    return _normalise(photos)


def _of_scaled_pixels(photos):
    photos = photos / 255
    dark = photos[:, 8:24, 8:24].mean(axis=(1, 2, 3), keepdims=True) < photos.mean(axis=(1, 2, 3), keepdims=True)
    return np.where(dark, 1 - photos, photos)


FIRST, CUT, POLARITY = (
    exercises.svhn.check_first_layer,
    exercises.svhn.check_where_to_cut,
    exercises.svhn.check_normalise_polarity,
)

WRONG = [
    (FIRST, (..., ...), "in place of the `...`"),
    (FIRST, (432, ...), "in place of the `...`"),
    (FIRST, (9, 27), "that is one kernel. The layer has 48"),
    (FIRST, (27, 27), "Grey ones have one channel"),
    (FIRST, (48, 144), "How many places has its window?"),
    (FIRST, (144, 432), "9 places, not 3"),
    (FIRST, (480, 1344), "48 too many"),
    (FIRST, (1296, 1296), "Grey photographs have one"),
    (FIRST, (432, 432), "red, green and blue"),
    (FIRST, (432, 435), "they multiply it"),
    (FIRST, (432, 1344), "the layer has no biases"),
    (FIRST, (432, 3888), "counted twice"),
    (FIRST, (288, 864), "that is for 32 kernels"),
    (FIRST, (1200, 3600), "These have 3 by 3"),
    (FIRST, (432, 1440), "144 too many"),
    (FIRST, (432, 144), "each place *and* each channel"),
    (FIRST, (9, 1296), "that is one kernel. The layer has 48"),
    (FIRST, (432, 27), "that is one kernel. The layer has 48"),
    (FIRST, (27, 1296), "for colour photographs. Grey ones have one channel, and the layer has 48 kernels"),
    (FIRST, (48, 1296), "one weight for each kernel"),
    (FIRST, (144, 1296), "9 places, not 3"),
    (FIRST, (288, 1296), "that is for 32 kernels. This layer has 48"),
    (FIRST, (432, 864), "that is for 32 kernels. This layer has 48"),
    (FIRST, (480, 1296), "48 too many"),
    (FIRST, (1200, 1296), "that is for kernels of 5 by 5"),
    (FIRST, (432, 3600), "that is for kernels of 5 by 5"),
    (FIRST, (432, 1297), "rows x columns x channels that come in"),
    (FIRST, ("432", 1296), "without quotes"),
    (FIRST, (432.5, 1296), "one whole number"),
    (FIRST, ([432, 1], 1296), "one whole number"),
    (FIRST, ([[1], [2, 3]], 1296), "one whole number"),
    (FIRST, (True, 1296), "one whole number"),
    (CUT, (5,), "its name, without brackets"),
    (CUT, (_starter,), "photograph 2 is on both sides"),
    (CUT, (_one_back,), "photograph 2 is on both sides"),
    (CUT, (_forward,), "Go back, not forward"),
    (CUT, (_always_a_whole_photograph_back,), "training could get 5"),
    (CUT, (lambda photograph, size: len(photograph) - _right_cut(photograph, size),), "how many go to validation"),
    (CUT, (lambda photograph, size: -1,), "from 0 to 12 can go to training"),
    (CUT, (lambda photograph, size: None,), "begin with `return`"),
    (CUT, (lambda photograph, size: photograph[: len(photograph) - size],), "Return a number of crops"),
    (CUT, (lambda photograph, size: photograph[len(photograph)],), "behind the last"),
    (CUT, (_without_an_end,), "before the first crop"),
    (CUT, (_one_step,), "photograph 2 is on both sides"),
    (CUT, (_one_too_many,), "you cut before crop 6, and photograph 2 is on both sides"),
    (CUT, (_before_the_last_one_on_the_other_side,), "training could get 10"),
    (CUT, (_whole_photographs,), "only 2 are left for validation"),
    (CUT, (lambda photograph, size: (_right_cut(photograph, size), size),), "It returned tuple"),
    (CUT, (_writes,), "Only read it"),
    (CUT, (lambda photograph: 3,), "TypeError"),
    (CUT, (lambda photograph, size: 0,), "training could get 5"),
    (POLARITY, (np.zeros((18, 32, 32, 3)),), "its name, without brackets"),
    (POLARITY, (_normalise,), "Which of them need a change of sign?"),
    (POLARITY, (lambda photos: np.abs(_normalise(photos)),), "`abs` folds light and dark"),
    (POLARITY, (lambda photos: -_normalise(photos),), "every photograph changes its sign"),
    (POLARITY, (_dark_middle,), "the other way round"),
    (POLARITY, (_one_decision,), "decide for each"),
    (POLARITY, (_by_a_corner,), "for the wrong ones"),
    (POLARITY, (_by(lambda photos: photos[:, 12:20, 12:20]),), "for the wrong ones"),
    (POLARITY, (_by(lambda photos: photos[:, 8:23, 8:23]),), "for the wrong ones"),
    (POLARITY, (_by(lambda photos: photos[:, 7:23, 7:23]),), "for the wrong ones"),
    (POLARITY, (_by(lambda photos: photos[:, 9:25, 9:25]),), "for the wrong ones"),
    (POLARITY, (_by(lambda photos: photos[:, 8:24]),), "for the wrong ones"),
    (POLARITY, (_by(lambda photos: photos[:, :, 8:24]),), "for the wrong ones"),
    (POLARITY, (_by(lambda photos: photos[:, 16:17, 16:17]),), "for the wrong ones"),
    (POLARITY, (_by(lambda photos: photos[:, 8:24, 8:24, :1]),), "for the wrong ones"),
    (POLARITY, (_by(lambda photos: photos[:, 8:24, 8:24, 1:2]),), "for the wrong ones"),
    (POLARITY, (_by(lambda photos: -photos[:, :8]),), "for the wrong ones"),
    (POLARITY, (_by_the_median,), "for the wrong ones"),
    (POLARITY, (_each_colour_by_itself,), "signs change within a photograph"),
    (POLARITY, (_by_a_fixed_grey,), "After `normalise`, compare it with 0"),
    (POLARITY, (_new_names_only,), "Which of them need a change of sign?"),
    (POLARITY, (_pixel_by_pixel_mean,), "signs change within a photograph"),
    (POLARITY, (_of_scaled_pixels,), "not those of `normalise`"),
    (POLARITY, (_writes_into_photos,), "work on that"),
    (POLARITY, (lambda photos: None,), "begin with `return`"),
    (POLARITY, (lambda photos: _normalise(photos)[..., :1],), "its shape is (22, 32, 32, 1)"),
    (POLARITY, (lambda photos: _normalise(photos) * np.nan,), "not those of `normalise`"),
    (POLARITY, (lambda photos, extra: photos,), "TypeError"),
]


@pytest.mark.parametrize(("check", "answers", "hint"), WRONG)
def test_wrong_answers_get_their_hint(check, answers, hint, refused):
    refused(hint, check, *answers)


@pytest.mark.parametrize(
    ("check", "answers"),
    [
        (FIRST, (432, 1296)),
        (FIRST, (np.int64(432), 1296.0)),
        (CUT, (_right_cut,)),
        (CUT, (_by_search,)),
        (POLARITY, (_right_polarity,)),
        (POLARITY, (_photo_by_photo,)),
    ],
)
def test_right_answers_in_other_forms(check, answers, said_about):
    assert ": solved." in said_about(check, *answers)
