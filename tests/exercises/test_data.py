import numpy as np
import pytest

from mnist_helpers import exercises

data = exercises.data


# Exercise 2: mistakes in a split
def right_split(labels, share, seed):
    random = np.random.default_rng(seed)
    training, validation = [], []
    for digit in np.unique(labels):
        shuffled = random.permutation(np.flatnonzero(labels == digit))
        validation_size = round(share * len(shuffled))
        training.append(shuffled[validation_size:])
        validation.append(shuffled[:validation_size])
    return np.concatenate(training), np.concatenate(validation)


def starter_split(labels, share, seed):
    random = np.random.default_rng(seed)
    shuffled = random.permutation(len(labels))
    validation_size = round(share * len(labels))
    return shuffled[validation_size:], shuffled[:validation_size]


def other_order(labels, share, seed):
    return right_split(labels, share, seed)[::-1]


def takes_the_first(labels, share, seed):
    training, validation = [], []
    for digit in range(10):
        members = np.flatnonzero(labels == digit)
        training.append(members[round(share * len(members)) :])
        validation.append(members[: round(share * len(members))])
    return np.concatenate(training), np.concatenate(validation)


def begins_at_one(labels, share, seed):
    training, validation = right_split(labels, share, seed)
    zeros = labels[validation] == 0
    return np.concatenate([training, validation[zeros]]), validation[~zeros]


def ends_at_eight(labels, share, seed):
    training, validation = right_split(labels, share, seed)
    nines = labels[validation] == 9
    return np.concatenate([training, validation[nines]]), validation[~nines]


def same_number_of_each(labels, share, seed):
    random = np.random.default_rng(seed)
    validation = np.concatenate([random.permutation(np.flatnonzero(labels == digit))[:10] for digit in range(10)])
    return np.setdiff1d(np.arange(len(labels)), validation), validation


def keeps_all_in_training(labels, share, seed):
    return np.arange(len(labels)), right_split(labels, share, seed)[1]


def draws_with_replacement(labels, share, seed):
    random = np.random.default_rng(seed)
    validation = random.integers(0, len(labels), round(share * len(labels)))
    return np.setdiff1d(np.arange(len(labels)), validation), validation


def loses_some(labels, share, seed):
    training, validation = right_split(labels, share, seed)
    return training[3:], validation


def forgets_to_index(labels, share, seed):
    random = np.random.default_rng(seed)
    training, validation = [], []
    for digit in range(10):
        shuffled = random.permutation(np.sum(labels == digit))
        validation_size = round(share * len(shuffled))
        training.append(shuffled[validation_size:])
        validation.append(shuffled[:validation_size])
    return np.concatenate(training), np.concatenate(validation)


def returns_inside_the_loop(labels, share, seed):
    shuffled = np.random.default_rng(seed).permutation(np.flatnonzero(labels == 0))
    validation_size = round(share * len(shuffled))
    return shuffled[validation_size:], shuffled[:validation_size]


def ignores_the_seed(labels, share, seed):
    return right_split(labels, share, None)


def has_its_own_seed(labels, share, seed):
    return right_split(labels, share, 0)


def has_its_own_share(labels, share, seed):
    return right_split(labels, 0.2, seed)


def returns_labels(labels, share, seed):
    training, validation = right_split(labels, share, seed)
    return labels[training], labels[validation]


def returns_masks(labels, share, seed):
    mask = np.zeros(len(labels), dtype=bool)
    mask[right_split(labels, share, seed)[1]] = True
    return ~mask, mask


def does_not_join(labels, share, seed):
    training, validation = right_split(labels, share, seed)
    return [training[:3], training[3:]], [validation[:3], validation[3:]]


def uses_all_of_mnist(labels, share, seed):
    return starter_split(np.zeros(60_000), share, seed)


# Exercise 3: mistakes in a nearest neighbour
def distances(known, new):
    known, new = known.reshape(len(known), -1), new.reshape(len(new), -1)
    return (new**2).sum(axis=1)[:, None] - 2 * new @ known.T + (known**2).sum(axis=1)


def right_neighbour(known, labels, new):
    return labels[distances(known, new).argmin(axis=1)]


def by_loop(known, labels, new):
    return np.array([labels[((known - image) ** 2).sum(axis=(1, 2)).argmin()] for image in new])


def as_list(known, labels, new):
    return [int(label) for label in right_neighbour(known, labels, new)]


def by_dot_product(known, labels, new):
    return labels[np.einsum("nij,kij->nk", new, known).argmax(axis=1)]


def by_mean(known, labels, new):
    means = np.stack([known[labels == digit].mean(axis=0) for digit in range(10)])
    return distances(means, new).argmin(axis=1)


def without_squares(known, labels, new):
    return np.array([labels[(known - image).sum(axis=(1, 2)).argmin()] for image in new])


def by_ink(known, labels, new):
    return np.array([labels[np.abs((known - image).sum(axis=(1, 2))).argmin()] for image in new])


def without_sign(known, labels, new):
    return np.array([labels[np.abs(known - image).sum(axis=(1, 2)).argmin()] for image in new])


def answers_once(known, labels, new):
    return right_neighbour(known, labels, new[:1])[0]


def keeps_a_list_of_one(known, labels, new):
    return [right_neighbour(known, labels, new[:1])[0]]


def does_not_flatten(known, labels, new):
    return labels[((known - new) ** 2).sum(axis=1).argmin(axis=1)]


def squares_in_place(known, labels, new):
    answers = right_neighbour(known, labels, new)
    known *= 2
    return answers


def half_a_formula(known, labels, new):
    return labels[(-np.einsum("nij,kij->nk", new, known)).argmin(axis=1)]


def lacks_the_two(known, labels, new):
    dots = np.einsum("nij,kij->nk", new, known)
    return labels[(distances(known, new) + dots).argmin(axis=1)]


def adds_the_middle(known, labels, new):
    dots = np.einsum("nij,kij->nk", new, known)
    return labels[(distances(known, new) + 4 * dots).argmin(axis=1)]


BATCH, SPLIT, NEIGHBOUR = data.check_batch_size, data.check_split_indices, data.check_nearest_neighbour
WRONG = [
    (BATCH, ..., "in place of the `...`"),
    (BATCH, 256, "there are 215"),
    (BATCH, 100, "the number of *batches*"),
    (BATCH, 549, "one batch more"),
    (BATCH, 600, "right for 60,000"),
    (BATCH, 551, "Go down"),
    (BATCH, 55_000, "Go down"),
    (BATCH, 549.5, "write an integer"),
    (BATCH, "550", "of type str"),
    (BATCH, True, "of type bool"),
    (BATCH, np.nan, "write an integer"),
    (BATCH, [550, 551], "of type list"),
    (BATCH, 0, "never ends"),
    (BATCH, -550, "at least one image"),
    (SPLIT, starter_split, "Cut each digit by itself"),
    (SPLIT, right_split(np.arange(20) % 10, 0.5, 0), "without brackets"),
    (SPLIT, other_order, "in the other order"),
    (SPLIT, takes_the_first, "Shuffle each digit's indices"),
    (SPLIT, begins_at_one, "Does your loop begin at 1?"),
    (SPLIT, ends_at_eight, "range(9) ends at 8"),
    (SPLIT, same_number_of_each, "not the same number"),
    (SPLIT, keeps_all_in_training, "are in both"),
    (SPLIT, draws_with_replacement, "draws each one once"),
    (SPLIT, loses_some, "in neither part"),
    (SPLIT, forgets_to_index, "the digit's own indices"),
    (SPLIT, returns_inside_the_loop, "Does `return` stand outside the loop"),
    (SPLIT, ignores_the_seed, "two calls with seed 1 differ"),
    (SPLIT, has_its_own_seed, "Hand `seed` to"),
    (SPLIT, has_its_own_share, "a number of your own"),
    (SPLIT, returns_labels, "the labels themselves"),
    (SPLIT, returns_masks, "True and False"),
    (SPLIT, does_not_join, "np.concatenate joins them"),
    (SPLIT, uses_all_of_mnist, "not `y_all`"),
    (SPLIT, lambda labels, share, seed: None, "begin with `return`"),
    (SPLIT, lambda labels, share, seed: right_split(labels, share, seed)[1], "return training, validation"),
    (SPLIT, lambda labels, share, seed: (np.full(3, np.nan), np.full(3, np.nan)), "its dtype float64"),
    (SPLIT, lambda labels, share, seed: ([], []), "its dtype float64"),
    (SPLIT, lambda labels, share, seed: (np.arange(0), np.arange(0)), "in neither part"),
    (SPLIT, lambda labels, share: labels, "TypeError"),
    (NEIGHBOUR, right_neighbour(np.eye(4).reshape(1, 4, 4), np.array([1]), np.eye(4)[None]), "without brackets"),
    (NEIGHBOUR, lambda known, labels, new: labels[np.zeros(len(new), dtype=int)], "the label of the first known image"),
    (NEIGHBOUR, lambda known, labels, new: None, "begin with `return`"),
    (NEIGHBOUR, lambda known, labels, new: distances(known, new).argmin(axis=1), "Look up their labels"),
    (NEIGHBOUR, lambda known, labels, new: labels[distances(known, new).argmax(axis=1)], "the *farthest* image"),
    (NEIGHBOUR, lambda known, labels, new: labels[distances(known, new).argmin(axis=0) % 600], "the other axis"),
    (NEIGHBOUR, lambda known, labels, new: labels[distances(known, new).argmin()], "along axis=1"),
    (NEIGHBOUR, lambda known, labels, new: distances(known, new), "look like distances"),
    (NEIGHBOUR, lambda known, labels, new: labels[distances(known, new).argmin(axis=1)][:7], "one label for each"),
    (NEIGHBOUR, lambda known, labels, new: np.zeros(1000), "not `x_val`"),
    (NEIGHBOUR, lambda known, labels, new: np.zeros(5000), "not `x_train`"),
    (NEIGHBOUR, lambda known, labels, new: np.full(len(new), np.nan), "is NaN"),
    (NEIGHBOUR, lambda known, labels, new: ["four"] * len(new), "their dtype is"),
    (NEIGHBOUR, lambda known, labels, new: np.full(len(new), 12), "a label is 0 to 9"),
    (NEIGHBOUR, lambda known, labels, new: np.full(len(new), 2), "Compute one distance by hand"),
    (NEIGHBOUR, answers_once, "Does `return` stand outside the loop"),
    (NEIGHBOUR, keeps_a_list_of_one, "Does `return` stand outside the loop"),
    (NEIGHBOUR, lambda known, labels, new: right_neighbour(known, labels, new)[:, None], "ravel() makes a plain row"),
    (NEIGHBOUR, does_not_flatten, "Have you laid each out as a row"),
    (NEIGHBOUR, squares_in_place, "changes the arrays"),
    (NEIGHBOUR, by_dot_product, "full of ink wins"),
    (NEIGHBOUR, half_a_formula, "full of ink wins"),
    (NEIGHBOUR, by_mean, "the nearest *mean*"),
    (NEIGHBOUR, without_squares, "cancel out"),
    (NEIGHBOUR, by_ink, "only the amount of ink"),
    (NEIGHBOUR, without_sign, "without their sign"),
    (NEIGHBOUR, lacks_the_two, "The 2 is missing"),
    (NEIGHBOUR, adds_the_middle, "*subtracted*"),
    (NEIGHBOUR, lambda known, labels, new: right_neighbour(known, labels, new) + np.zeros(150), "ValueError"),
    (NEIGHBOUR, lambda known, labels: labels, "TypeError"),
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
        (BATCH, 550),
        (BATCH, np.int64(550)),
        (BATCH, 550.0),
        (BATCH, np.array(550)),
        (BATCH, [550]),
        (SPLIT, right_split),
        (SPLIT, lambda *given: [part.tolist() for part in right_split(*given)]),
        (NEIGHBOUR, right_neighbour),
        (NEIGHBOUR, by_loop),
        (NEIGHBOUR, as_list),
    ],
)
def test_right_answers_are_solved(check, answer, said_about):
    assert ": solved." in said_about(check, answer)


def test_a_split_by_scikit_learn_is_solved_too(said_about):
    from sklearn.model_selection import train_test_split

    def split_indices(labels, share, seed):
        return train_test_split(np.arange(len(labels)), test_size=share, stratify=labels, random_state=seed)

    assert ": solved." in said_about(SPLIT, split_indices)
