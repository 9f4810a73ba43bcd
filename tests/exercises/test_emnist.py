import math

import numpy as np
import pytest

from mnist_helpers import exercises

LOSS, PREPARE, WORD = (
    exercises.emnist.check_first_loss,
    exercises.emnist.check_prepare,
    exercises.emnist.check_likeliest_word,
)


def _images(change):
    """Return an answer to exercise 2 with right labels and these images."""
    return lambda images, labels: (change(images), labels - 1)


def _labels(change):
    """Return an answer to exercise 2 with right images and these labels."""
    return lambda images, labels: (images.transpose(0, 2, 1), change(labels))


def _writes_into_labels(images, labels):
    labels -= 1
    return images.transpose(0, 2, 1), labels


def _likeliest(scores, words, mail, weigh=lambda total, count, mail, word: total + math.log(count / sum(mail))):
    best, highest = None, -np.inf
    for word, count in zip(words, mail, strict=True):
        if len(word) == len(scores):
            total = sum(scores[place, ord(letter) - 65] for place, letter in enumerate(word))
            value = weigh(total, count, mail, word)
            if value > highest:
                best, highest = word, value
    return best


def _weighed(weigh):
    return lambda scores, words, mail: _likeliest(scores, words, mail, weigh)


def _summed(weigh):
    """Weigh the share of the mail in a function of its own."""
    return _weighed(lambda total, count, mail, word: total + weigh(count / sum(mail)))


def _sums_probabilities(scores, words, mail):
    return _likeliest(np.exp(scores), words, mail)


def _spells(scores, words, mail):
    return "".join(chr(65 + place) for place in scores.argmax(axis=1))


def _any_length(scores, words, mail):
    padded = [word[: len(scores)] for word in words]
    best = _likeliest(scores, [word if len(word) == len(scores) else "A" * len(scores) for word in padded], mail)
    return words[padded.index(best)] if best in padded else words[0]


def _last(scores, words, mail):
    return [word for word in words if len(word) == len(scores)][-1]


def _first_for_none(scores, words, mail):
    return _likeliest(scores, words, mail) or words[0]


def _sums_on_and_on(scores, words, mail):
    best, highest, total = None, -np.inf, 0
    for word, count in zip(words, mail, strict=True):
        if len(word) == len(scores):
            total += math.log(count / sum(mail)) + sum(scores[place, ord(x) - 65] for place, x in enumerate(word))
            if total > highest:
                best, highest = word, total
    return best


def _first(scores, words, mail):
    return next((word for word in words if len(word) == len(scores)), None)


def _shorter_words_too(scores, words, mail):
    sums = {
        word: math.log(count) + sum(row[ord(letter) - 65] for row, letter in zip(scores, word, strict=False))
        for word, count in zip(words, mail, strict=True)
        if len(word) <= len(scores)
    }
    return max(sums, key=sums.get, default=None)


def _starts_at_zero(scores, words, mail):
    best, highest = None, 0
    word = _likeliest(scores, words, mail)
    return word if word and sum(scores.max(axis=1)) > highest else best


WRONG = [
    (LOSS, ..., "in place of the `...`"),
    (LOSS, -math.log(26), "the sign is wrong"),
    (LOSS, math.log(1 / 26), "the sign is wrong"),
    (LOSS, math.log10(26), "base 10"),
    (LOSS, math.log10(1 / 26), "without the minus"),
    (LOSS, math.log2(26), "base 2"),
    (LOSS, 2.3026, "with ten classes"),
    (LOSS, math.log(25), "25 classes"),
    (LOSS, math.log(27), "27 classes"),
    (LOSS, math.log(52), "share a class"),
    (LOSS, 1 / 26, "minus its logarithm"),
    (LOSS, 26, "the number of classes"),
    (LOSS, -math.log(25 / 26), "25 in 26"),
    (LOSS, 25 / 26, "share of wrong guesses"),
    (LOSS, math.log(26) / 26, "once too often"),
    (LOSS, 26 * math.log(26), "added up over all classes"),
    (LOSS, 3.3, "rounded too far"),
    (LOSS, 3.0, "What is minus its natural logarithm?"),
    (LOSS, math.nan, "What is minus its natural logarithm?"),
    (LOSS, "3.26", "Leave the quotes out"),
    (LOSS, [1, 2], "Write a calculation"),
    (PREPARE, 5, "its name, without brackets"),
    (PREPARE, lambda images, labels: (images, labels), "Swap rows and columns"),
    (PREPARE, lambda images, labels: images.transpose(0, 2, 1), "a comma between them"),
    (PREPARE, lambda images, labels: None, "begin with `return`"),
    (PREPARE, _images(lambda images: np.rot90(images, 1, (1, 2))), "a quarter turn is not enough"),
    (PREPARE, _images(lambda images: np.rot90(images, -1, (1, 2))), "a quarter turn is not enough"),
    (PREPARE, _images(lambda images: images[:, ::-1]), "reversing the rows"),
    (PREPARE, _images(lambda images: images[:, :, ::-1]), "reversing the columns"),
    (PREPARE, _images(lambda images: images[:, ::-1, ::-1]), "half a turn is not"),
    (PREPARE, _images(lambda images: images.transpose(0, 2, 1)[:, ::-1]), "a quarter turn"),
    (PREPARE, _images(lambda images: images.transpose(0, 2, 1)[:, :, ::-1]), "a quarter turn"),
    (PREPARE, _images(lambda images: images[::-1]), "Axis 0 counts"),
    (PREPARE, _images(lambda images: images.reshape(len(images), -1)), "the shape is (5, 784)"),
    (PREPARE, lambda images, labels: (labels - 1, images.transpose(0, 2, 1)), "Return the images first"),
    (PREPARE, _images(lambda images: images.T), "Name the axes"),
    (PREPARE, _images(lambda images: images.transpose(2, 0, 1)), "axis 0 must stay first"),
    (PREPARE, _images(lambda images: images.transpose(1, 0, 2)), "axis 0 must stay first"),
    (PREPARE, _images(lambda images: images.reshape(28, 28, -1)), "deals the pixels out anew"),
    (PREPARE, _images(lambda images: images.transpose(0, 2, 1) / 255), "scaled as well"),
    (PREPARE, _images(lambda images: images[:, :20]), "should stay"),
    (PREPARE, _images(lambda images: 255 - images.transpose(0, 2, 1)), "the pixels are others"),
    (PREPARE, _labels(lambda labels: labels), "still run from 1 to 26"),
    (PREPARE, _labels(lambda labels: labels % 26), "Z becomes 0"),
    (PREPARE, _labels(lambda labels: labels + 1), "you added 1"),
    (PREPARE, _labels(lambda labels: labels - labels.min()), "the A may be missing"),
    (PREPARE, _labels(lambda labels: np.array([chr(64 + label) for label in labels])), "these are letters"),
    (PREPARE, _labels(lambda labels: labels[:1] - 1), "their shape is"),
    (PREPARE, _labels(lambda labels: np.unique(labels, return_inverse=True)[1]), "A is 0, and Z is 25"),
    (PREPARE, _labels(lambda labels: np.eye(26)[labels - 1]), "their shape is (5, 26)"),
    (PREPARE, _labels(lambda labels: labels - 3), "A is 0, and Z is 25"),
    (PREPARE, _writes_into_labels, "writes into what it is given"),
    (PREPARE, lambda images: images, "TypeError"),
    (WORD, "OSLO", "its name, without brackets"),
    (WORD, _weighed(lambda total, count, mail, word: total), "the mail is left out"),
    (WORD, _weighed(lambda total, count, mail, word: count), "its letters do not count"),
    (WORD, _summed(lambda share: share), "you added the share itself"),
    (WORD, _summed(math.log1p), "you added the share itself"),
    (WORD, _summed(math.log10), "the mail counts too little"),
    (WORD, _summed(lambda share: math.log(share) / 2), "the mail counts too little"),
    (WORD, _summed(math.log2), "Add its natural logarithm once"),
    (WORD, _summed(lambda share: 2 * math.log(share)), "the mail counts too much"),
    (WORD, _summed(lambda share: abs(math.log(share))), "*less* likely"),
    (WORD, lambda scores, words, mail: _likeliest(scores / len(scores), words, mail), "the mail counts too much"),
    (WORD, _sums_on_and_on, "does the sum go on from word to word?"),
    (WORD, _first, "Does `return` stand inside the loop?"),
    (WORD, _shorter_words_too, "which has 4 letters; the page has 6"),
    (WORD, _starts_at_zero, "does `highest` start at `-np.inf`?"),
    (WORD, lambda scores, words, mail: _likeliest(scores, words, mail) or "", "for a page of two letters"),
    (WORD, lambda scores, words, mail: [_likeliest(scores, words, mail)], "it returned list"),
    (WORD, _weighed(lambda total, count, mail, word: total + count), "you added the mail itself"),
    (WORD, _weighed(lambda total, count, mail, word: total - math.log(count / sum(mail))), "*less* likely"),
    (WORD, _weighed(lambda total, count, mail, word: total * count / sum(mail)), "*less* likely"),
    (WORD, _weighed(lambda total, count, mail, word: total * math.log(count / sum(mail))), "multiplied the two"),
    (WORD, _sums_probabilities, "they are logarithms already"),
    (
        WORD,
        _weighed(lambda total, count, mail, word: total + len(word) * math.log(count / sum(mail))),
        "once a word, not at each letter",
    ),
    (WORD, _weighed(lambda total, count, mail, word: -total - math.log(count / sum(mail))), "*least* likely"),
    (WORD, _last, "the last word of the right length"),
    (WORD, _spells, "Return a word of the list"),
    (WORD, lambda scores, words, mail: None, "Is there a `return` at its end?"),
    (WORD, lambda scores, words, mail: 3, "Return the word itself"),
    (WORD, lambda scores, words, mail: words[0], "has the highest sum"),
    (WORD, lambda scores, words, mail: "BERLIN", "which has 6 letters; the page has 4"),
    (WORD, _first_for_none, "for a page of two letters"),
    (WORD, _any_length, "letters"),
    (WORD, lambda scores, words: words[0], "TypeError"),
]


@pytest.mark.parametrize(("check", "answer", "hint"), WRONG)
def test_wrong_answers_get_their_hint(check, answer, hint, refused):
    refused(hint, check, answer)


@pytest.mark.parametrize("answer", [math.log(26), -np.log(1 / 26), np.float32(3.258), np.array([3.26])])
def test_the_loss_in_other_forms(answer, said_about):
    assert ": solved." in said_about(LOSS, answer)


def _by_loop(images, labels):
    upright = np.zeros_like(images)
    for number, image in enumerate(images):
        upright[number] = image.T
    return upright, [int(label) - 1 for label in labels]


@pytest.mark.parametrize(
    "answer", [_images(lambda images: np.swapaxes(images, 1, 2)), _by_loop, lambda *given: list(_by_loop(*given))]
)
def test_other_ways_to_prepare(answer, said_about):
    assert ": solved." in said_about(PREPARE, answer)


@pytest.mark.parametrize("weigh", [None, lambda total, count, mail, word: total + np.log(count)])
def test_other_ways_to_find_the_word(weigh, said_about):
    assert ": solved." in said_about(WORD, _weighed(weigh) if weigh else _likeliest)
