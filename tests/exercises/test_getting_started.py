import numpy as np
import pytest

from mnist_helpers import exercises, load_mnist

getting_started = exercises.getting_started
(IMAGES, _), _ = load_mnist()
BYTES = IMAGES[2]
DIGIT = BYTES / 255


def slope(f, w, h=1e-6):
    return (f(w + h) - f(w)) / h


# Exercise 2: mistakes in a formula
def dot(a, b):
    return a.ravel() @ b.ravel()


def length(a):
    return np.sqrt(dot(a, a))


def right_likeness(a, b):
    return dot(a, b) / (length(a) * length(b))


def returns_nothing(a, b):
    right_likeness(a, b)


def of_the_first_pictures(a, b, kept=[]):  # noqa: B006  (a learner who computes the lengths once)
    kept = kept or kept.append(length(a) * length(b)) or kept
    return dot(a, b) / kept[0]


def normalises_in_place(a, b):
    a /= length(a)
    b /= length(b)
    return dot(a, b)


# Exercise 3: mistakes in a loop
def right_descend(loss, start, learning_rate, steps):
    for _ in range(steps):
        start = start - learning_rate * slope(loss, start)
    return start


def starter(loss, start, learning_rate, steps):
    return start


def uphill(loss, start, learning_rate, steps):
    for _ in range(steps):
        start = start + learning_rate * slope(loss, start)
    return start


def returns_inside_the_loop(loss, start, learning_rate, steps):
    for _ in range(steps):
        start = start - learning_rate * slope(loss, start)
        return start
    return start


def measures_once(loss, start, learning_rate, steps):
    steepness = slope(loss, start)
    for _ in range(steps):
        start = start - learning_rate * steepness
    return start


def forgets_the_rate(loss, start, learning_rate, steps):
    return right_descend(loss, start, 1.0, steps)


def one_short(loss, start, learning_rate, steps):
    return right_descend(loss, start, learning_rate, steps - 1)


def one_too_many(loss, start, learning_rate, steps):
    return right_descend(loss, start, learning_rate, steps + 1)


def returns_the_loss(loss, start, learning_rate, steps):
    return loss(right_descend(loss, start, learning_rate, steps))


def returns_the_walk(loss, start, learning_rate, steps):
    return [right_descend(loss, start, learning_rate, count) for count in range(steps + 1)]


def begins_at_zero(loss, start, learning_rate, steps):
    return right_descend(loss, 0.0, learning_rate, steps)


def uses_numbers_of_its_own(loss, start, learning_rate, steps):
    return right_descend(loss, start, 0.1, 7)


def subtracts_the_position(loss, start, learning_rate, steps):
    for _ in range(steps):
        start = learning_rate * slope(loss, start) - start
    return start


def forgets_the_position(loss, start, learning_rate, steps):
    for _ in range(steps):
        start = -learning_rate * slope(loss, start)
    return start


def knows_one_slope_only(loss, start, learning_rate, steps):
    for _ in range(steps):
        start = start - learning_rate * 2 * start
    return start


def lacks_an_argument(loss, start, learning_rate):
    return right_descend(loss, start, learning_rate, 10)


def explodes(loss, start, learning_rate, steps):
    return float("nan")


LOWER_HALF, LIKENESS, DESCEND = (
    getting_started.check_lower_half,
    getting_started.check_likeness,
    getting_started.check_descend,
)
WRONG = [
    (LOWER_HALF, ..., "in place of the `...`"),
    (LOWER_HALF, DIGIT[0:28], "these are all 28 rows"),
    (LOWER_HALF, DIGIT[14], "a single row"),
    (LOWER_HALF, DIGIT[:, 14:28], "chooses rows"),
    (LOWER_HALF, DIGIT[13:28], "there are 15 rows"),
    (LOWER_HALF, DIGIT[15:28], "there are 13 rows"),
    (LOWER_HALF, DIGIT[0:14], "this is the upper half"),
    (LOWER_HALF, DIGIT[7:21], "not the last ones"),
    (LOWER_HALF, DIGIT[:13:-1], "upside down"),
    (LOWER_HALF, DIGIT[0:4], "its shape is (4, 28)"),
    (LOWER_HALF, BYTES[14:28], "not out of `digit_bytes`"),
    (LOWER_HALF, DIGIT[14:28].astype(str), "its dtype is"),
    (LOWER_HALF, 14, "it is of type int"),
    (LOWER_HALF, np.full((14, 28), np.nan), "not the last ones"),
    (LIKENESS, right_likeness(DIGIT, DIGIT), "without brackets"),
    (LIKENESS, returns_nothing, "begin with `return`"),
    (LIKENESS, dot, "the dot product alone"),
    (LIKENESS, lambda a, b: a @ b, "`@` is another product"),
    (LIKENESS, lambda a, b: a.ravel() * b.ravel(), "also adds them up"),
    (LIKENESS, lambda a, b: a * b / (length(a) * length(b)), "`@` is another product"),
    (LIKENESS, lambda a, b: dot(a, b) / (dot(a, a) * dot(b, b)), "the square root"),
    (LIKENESS, lambda a, b: dot(a, b) / length(a), "`b` has a length too"),
    (LIKENESS, lambda a, b: dot(a, b) / length(b), "`a` has a length too"),
    (LIKENESS, lambda a, b: dot(a, b) / length(a) * length(b), "Put both lengths into brackets"),
    (LIKENESS, lambda a, b: dot(a, b) / (length(a) + length(b)), "Multiply them"),
    (LIKENESS, lambda a, b: dot(a, b) * length(a) * length(b), "Divide by them"),
    (LIKENESS, lambda a, b: (a * b).mean(), "the number of pixels"),
    (LIKENESS, lambda a, b: dot(a, b) / (a.sum() * b.sum()), "square them first"),
    (LIKENESS, lambda a, b: length(a - b), "this is a distance"),
    (LIKENESS, lambda a, b: 1.0, "Compute a @ b, then both lengths"),
    (LIKENESS, lambda a, b: right_likeness(DIGIT, IMAGES[20] / 255), "its own `a` and `b`"),
    (LIKENESS, of_the_first_pictures, "computed anew"),
    (LIKENESS, lambda a, b: np.nan, "a division by 0"),
    (LIKENESS, lambda a, b: "alike", "Leave the quotes out"),
    (LIKENESS, lambda a, b: "0.5", "Leave the quotes out"),
    (LIKENESS, lambda a, b: np.array([right_likeness(a, b)]), "wrapped in brackets"),
    (LIKENESS, lambda a, b: np.array([[right_likeness(a, b)]]), "wrapped in brackets"),
    (LIKENESS, lambda a, b: round(right_likeness(a, b), 2), "Do not round it"),
    (LIKENESS, normalises_in_place, "changes the images"),
    (LIKENESS, lambda a: 1.0, "TypeError"),
    (LIKENESS, lambda a, b: a.flat() @ b.flat(), "paste this call"),
    (DESCEND, 2.5, "without brackets"),
    (DESCEND, starter, "still at the start"),
    (DESCEND, uphill, "you walk uphill"),
    (DESCEND, returns_inside_the_loop, "does `return` stand outside"),
    (DESCEND, measures_once, "Measure it anew inside the loop"),
    (DESCEND, forgets_the_rate, "multiplied by the learning rate"),
    (DESCEND, one_short, "one step short"),
    (DESCEND, one_too_many, "one step too many"),
    (DESCEND, returns_the_loss, "Return the place itself"),
    (DESCEND, returns_the_walk, "not the list of all places"),
    (DESCEND, lambda *given: [right_descend(*given)], "wrapped in brackets"),
    (DESCEND, subtracts_the_position, "the other way round"),
    (DESCEND, forgets_the_position, "forgets where you were"),
    (DESCEND, knows_one_slope_only, "the slope of *this* `loss`"),
    (DESCEND, begins_at_zero, "Begin at `start`"),
    (DESCEND, uses_numbers_of_its_own, "as they are given"),
    (DESCEND, lambda loss, start, learning_rate, steps: None, "begin with `return`"),
    (DESCEND, lambda loss, start, learning_rate, steps: 3.0, "Print the position after each step"),
    (DESCEND, explodes, "a finite one"),
    (DESCEND, lacks_an_argument, "TypeError"),
]


@pytest.mark.parametrize(("check", "answer", "fragment"), WRONG)
def test_wrong_answers_get_a_fitting_hint(check, answer, fragment, said_about):
    said = said_about(check, answer)
    assert "not yet." in said
    assert "solved" not in said
    assert fragment in said


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (LOWER_HALF, DIGIT[14:28]),
        (LOWER_HALF, DIGIT[-14:].astype("float32")),
        (LIKENESS, right_likeness),
        (LIKENESS, lambda a, b: np.sum(a * b) / np.linalg.norm(a) / np.linalg.norm(b)),
        (DESCEND, right_descend),
    ],
)
def test_right_answers_are_solved(check, answer, said_about):
    assert ": solved." in said_about(check, answer)


def test_two_mistakes_that_look_alike_get_the_hint_of_the_mistake(said_about):
    """A walk with other numbers must not be taken for a known mistake on the first curve."""
    places = set()
    for walk in (starter, uphill, returns_inside_the_loop, measures_once, forgets_the_rate, one_short, one_too_many):
        places.add(round(walk(lambda w: (w - 3) ** 2, 0.8, 0.1, 7), 2))
    assert len(places) == 7
