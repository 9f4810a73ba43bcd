"""Checkers of chapter 8, *Postal codes and cheques*."""

import itertools

import numpy as np

from mnist_helpers.exercises._report import checker, recognise

__all__ = ["check_best_threshold", "check_digit_accuracy", "check_repair"]

_WEIGHTS = np.array([3, 7, 1] * 3)


_DIGITS = [
    (0.99, "that is what the codes shall reach. With this accuracy a digit, about 95 of 100 codes are right."),
    (0.99**5, "you took 0.99 to the power of 5: you went from digits to codes. The way back is asked for."),
    (0.99**-5, "a power of minus 5 divides by 0.99 five times. A power of one fifth is the root."),
    (0.99**0.5, "this is the square root: right for codes of two digits. A code has five."),
    (0.99 ** (1 / 9), "this is right for codes of nine digits. A postal code has five."),
    (0.99 ** (1 / 4), "this is right for codes of four digits. A postal code has five."),
    (0.99 ** (1 / 6), "this is right for codes of six digits. A postal code has five."),
    (0.99 * 5, "you multiplied by 5. The chances of five digits multiply each other: p ** 5."),
    (
        0.99 / 5,
        "dividing by 5 makes the share smaller, and each digit must be *better* than the code. "
        "(For a power of one fifth, 1 / 5 stands in brackets.)",
    ),
    (0.01 / 5, "this is about the share of digits that may be wrong. What is left of 1?"),
    (1 - 0.99 ** (1 / 5), "this is the share of digits that may be wrong. What is left of 1?"),
    (0.01 ** (1 / 5), "you took the root of the error. Take the root of the accuracy."),
    (1 - 0.01**5, "this asks that all five digits are wrong at once. One wrong digit spoils the code."),
    (0.995, "this is the example of the chapter. Of 100 codes about 97 or 98 would be right."),
    (1.0, "a network that is always right would do, but you can allow for a few mistakes."),
]


@checker("Exercise 1, how good one digit must be")
def check_digit_accuracy(report, accuracy):
    """Check the accuracy a digit that makes 99 of 100 five-digit codes right."""
    accuracy = report.number(accuracy, advice="Write a number between 0 and 1, or a calculation.")
    nearest, hint = min(_DIGITS, key=lambda mistake: abs(accuracy - mistake[0]))
    if not abs(accuracy - nearest) < 0.0002:
        hint = "a share lies from 0 to 1. Per cent are divided by 100."
        if 0 <= accuracy <= 1:
            hint = f"yours to the power of 5 is {accuracy**5:.4f}, and it must be 0.99. What undoes a power of 5?"
    right = abs(accuracy - 0.99 ** (1 / 5)) < 0.0001
    report.check(right, "With it, 99 of 100 five-digit codes are right.", hint)


def _cost(threshold, confidence, right, cost_error, cost_person) -> float:
    accepted = confidence >= threshold
    return cost_error * (accepted & ~right).sum() + cost_person * (~accepted).sum()


def _cheapest(confidence, cost) -> float:
    """Return the threshold with the lowest cost among all that make a difference."""
    thresholds = [*np.sort(confidence), np.inf]
    return min(thresholds, key=cost)


def _letters(seed: int, number: int):
    random = np.random.default_rng(seed)
    confidence = random.uniform(0.2, 1, number).round(3)
    return confidence, random.random(number) < confidence


def _threshold_mistakes(confidence, right, cost_error, cost_person) -> list[tuple[float, str]]:
    """Return the thresholds that common mistakes lead to, each with the hint that names the mistake."""
    accuracy_of = {t: right[confidence >= t].mean() for t in confidence}
    errors = [(~right[confidence >= t]).sum() for t in np.sort(confidence)]
    tried = [*confidence, np.inf]
    costs = [_cost(t, confidence, right, cost_error, cost_person) for t in tried]
    fewest = (
        "from here on hardly an accepted letter is wrong, whatever the refused ones cost: you count errors only. Add "
        "cost_person for each refused letter, and count sums or shares of *all* letters, not of the accepted ones."
    )
    return [
        (_cheapest(confidence, lambda t: cost_error * (~right[confidence >= t]).sum()), fewest),
        (np.sort(confidence)[np.argmin(errors)], fewest),
        (
            _cheapest(confidence, lambda t: _cost(t, np.sort(confidence), right, cost_error, cost_person)),
            "the confidences were sorted, and `right` was not: they no longer belong to the same letters.",
        ),
        (
            np.sort(tried)[np.argmin(costs)],
            "the costs stand in another order than the thresholds. Sort both, or neither.",
        ),
        (
            _cheapest(
                confidence,
                lambda t: (
                    cost_error * (~right & (confidence >= t)).sum() + cost_person * (right & (confidence < t)).sum()
                ),
            ),
            "a refused letter costs cost_person whether the machine would have been right or wrong.",
        ),
        (
            max(accuracy_of, key=accuracy_of.get),
            "with this threshold the accepted letters are right: you count errors only, or the accuracy of those. "
            "The lowest cost is asked for: add cost_person for each refused letter.",
        ),
        (
            1 - cost_person / cost_error,
            "this is Chow's rule. It needs confidences that hold true; count the costs on these letters.",
        ),
        (cost_person / cost_error, "this is the ratio of the prices. Count the costs on these letters."),
        (
            np.inf,
            "no letter is accepted. Reading some costs less. Do you charge for letters that are *right*? "
            "Or is a cost nan, the mean of an empty array?",
        ),
    ]


_CASES = [
    ("An error costs 20 times as much as a person.", _letters(1, 200), 2.0, 0.1),
    ("A person costs half as much as an error: fewer are asked.", _letters(2, 200), 1.0, 0.5),
    ("A wrong payment costs 400 times as much as a person.", _letters(3, 150), 200.0, 0.5),
    ("Where a person is dear, all is accepted.", _letters(4, 60), 1.0, 50.0),
    ("Where every answer is wrong, none is accepted.", (np.array([0.6, 0.9, 0.7]), np.zeros(3, dtype=bool)), 5.0, 1.0),
    (
        "Letters with the same confidence are accepted or refused together.",
        (np.array([0.5, 1.0, 0.8, 1.0, 0.8, 1.0, 0.5, 0.8]), np.array([0, 1, 1, 1, 0, 1, 0, 1], dtype=bool)),
        3.0,
        1.0,
    ),
    ("A single letter that is right is accepted.", (np.array([0.3]), np.array([True])), 5.0, 1.0),
]


@checker("Exercise 2, the cheapest threshold")
def check_best_threshold(report, best_threshold):
    """Check the choice of a threshold from costs, on letters of the checker's own."""
    keeps = "your function changes what it is given: copy an array before you sort or change it."
    nothing = "it returned None. Is there a `return`, behind the loop?"
    function = report.function(best_threshold, "best_threshold", keeps, nothing)
    for claim, letters, cost_error, cost_person in _CASES:
        case = *letters, cost_error, cost_person
        answer = function(*case)
        threshold = report.number(
            answer, "The function returns a threshold.", "Return the threshold alone, one number."
        )
        paid = _cost(threshold, *case)
        lowest = min(_cost(t, *case) for t in [*letters[0], np.inf])
        shown = f"(Yours: {threshold:.3f}, which costs {paid:.1f}; the lowest cost is {lowest:.1f}.)"
        report.require(paid <= lowest + 1e-9, claim, lambda: f"{_threshold_hint(threshold, *case)} {shown}")  # noqa: B023


def _threshold_hint(threshold, confidence, right, cost_error, cost_person) -> str:
    """Say what may have led to a threshold that is not the cheapest."""

    def paid(t):
        return _cost(t, confidence, right, cost_error, cost_person)

    tried = [*confidence, np.inf]
    costs = [paid(t) for t in tried]
    if not right.any():
        return "no threshold among the confidences refuses every letter. Add np.inf to those you try."
    if threshold == np.argmin(costs) or threshold == np.argmin([paid(t) for t in sorted(tried)]):
        return "this is the place of the lowest cost in your list. Return the threshold at that place."
    if np.isclose(threshold, min(costs)):
        return "this is the lowest cost itself. Return the threshold that leads to it."
    if min(paid(np.nextafter(threshold, -1)), paid(np.nextafter(threshold, 2))) <= min(costs) + 1e-9:
        return "one letter is on the wrong side. It is accepted if confidence >= threshold: equal counts."
    found = recognise(threshold, _threshold_mistakes(confidence, right, cost_error, cost_person), 0, 0)
    if found:
        return found
    if np.isposinf(threshold) or not (confidence >= threshold).any():
        return "no letter is accepted. Reading some costs less."
    if not (~right & (confidence >= threshold)).any():
        return (
            "no accepted letter is wrong, but many are refused: you count errors only. Add cost_person "
            "for each refused "
            "letter."
        )
    if threshold <= confidence.min():
        return (
            "all letters are accepted. An accepted letter that is wrong costs cost_error, a refused one cost_person. "
            "Is one left out, are the two swapped, or do you look for the highest cost?"
        )
    return "compute the cost for each confidence as the threshold, and return the one where it is lowest."


def _routing_number(random) -> str:
    """Draw eight digits, and add the ninth that the checksum asks for."""
    digits = random.integers(0, 10, 8)
    return "".join(map(str, [*digits, -(digits @ _WEIGHTS[:8]) % 10]))


def _filled(text: str, weights) -> str:
    """Fill in the one digit that is missing, under these weights."""
    for digit in "0123456789":
        full = text.replace("?", digit)
        if np.dot([int(character) for character in full], weights) % 10 == 0:
            return full
    return ""


_REPAIR_MISTAKES = [
    ("the missing digit is always 0. Try each of the ten, and test the checksum.", lambda text: text.replace("?", "0")),
    ("the question mark is still there.", lambda text: text),
    (
        "this is the missing digit alone. Return the whole number, all nine digits, as text.",
        lambda text: _filled(text, _WEIGHTS)[text.index("?")],
    ),
    (
        "the digits are added without weights. Multiply by 3, 7, 1, 3, 7, 1, ... first.",
        lambda text: _filled(text, np.ones(9)),
    ),
    *(
        (
            f"the sum would fit with the weights {', '.join(map(str, weights))}. They are 3, 7, 1, in this order.",
            lambda text, weights=weights: _filled(text, weights * 3),
        )
        for weights in itertools.permutations((1, 3, 7))
        if weights != (3, 7, 1)
    ),
    (
        "with yours, the first eight add up to the ninth. All nine together shall end in 0.",
        lambda text: _filled(text, [*_WEIGHTS[:8], -1]),
    ),
    (
        "you put in the rest of the sum. With it, the sum shall end in 0.",
        lambda text: text.replace("?", _rest(text, 1)),
    ),
    (
        "you forgot the weight of the missing digit itself: it is multiplied by 3, 7 or 1 as well.",
        lambda text: text.replace("?", _rest(text, -1)),
    ),
]


def _rest(text: str, sign: int) -> str:
    """Return the last digit of the sum of what is readable, or what it lacks to 10."""
    return str(sign * np.dot([int(character) for character in text.replace("?", "0")], _WEIGHTS) % 10)


def _repair_hint(text: str, answer) -> str:
    """Say what is amiss with an answer, as far as its form tells."""
    if answer is None:
        return (
            "None of the ten digits fits, or a `return` is missing. Start each sum at 0, compare its *last* digit with "
            "0 (`% 10`), try 0 to 9, and give up after the loop, not inside it."
        )
    if not isinstance(answer, str):
        hint = f"return text: nine digits between quotes. You returned {type(answer).__name__}."
        return hint + " A whole number loses the zeros at its beginning." * isinstance(answer, (int, np.integer))
    if len(answer) == len(text) and any(a != t != "?" for a, t in zip(answer, text, strict=True)):
        return "another digit than the missing one has changed. Replace the question mark only."
    return ""


def _check_one_missing(report, repair, numbers) -> None:
    """Check that each digit is filled in at each place."""
    places = [0, 8, 1, 2, 4, 3, 5, 6, 7, *[number % 9 for number in range(len(numbers) - 9)]]
    texts = [number[:place] + "?" + number[place + 1 :] for number, place in zip(numbers, places, strict=True)]
    answers = [repair(text) for text in texts]
    hint = "try each of the ten digits in place of the question mark, and keep the one whose sum ends in 0."
    for what, mistake in _REPAIR_MISTAKES:
        if answers == [mistake(text) for text in texts]:
            hint = what
    for place, text, answer, expected in list(zip(places, texts, answers, numbers, strict=True))[:9]:
        tried = f" (Tried: {text!r}; you returned {answer!r}, and {expected!r} has a sum that ends in 0.)"
        claim = f"A missing digit in place {place + 1} is filled in."
        report.require(answer == expected, claim, (_repair_hint(text, answer) or hint) + tried)
    for text, answer, expected in zip(texts, answers, numbers, strict=True):
        tried = f"Tried: {text!r}; you returned {answer!r}, and {expected!r} has a sum that ends in 0."
        hint = f"not every digit is found: try all from 0 to 9, and compare the last digit of the sum with 0. {tried}"
        report.expect(answer == expected, "Each digit from 0 to 9 is found.", hint)
    report.check(True, "Each digit from 0 to 9 is found.", "")


@checker("Exercise 3, repairing a routing number")
def check_repair(report, repair):
    """Check the repair of routing numbers with one unreadable digit."""
    function = report.function(repair, "repair", nothing=None)
    random = np.random.default_rng(8)
    numbers = [_routing_number(random) for _ in range(40)]
    numbers[6] = "021000021"  # the digit to fill in is a 0
    _check_one_missing(report, function, numbers)
    for whole in ("000000000", *(_routing_number(random) for _ in range(5))):
        hint = f"for {whole!r} you returned {function(whole)!r}. Its sum ends in 0: return the number itself."
        report.expect(function(whole) == whole, "A number that is complete and right comes back as it is.", hint)
    report.check(True, "A number that is complete and right comes back as it is.", "")
    for place in range(9):
        wrong = whole[:place] + str((int(whole[place]) + 1 + place % 3) % 10) + whole[place + 1 :]
        hint = f"for {wrong!r} you returned {function(wrong)!r}. Its sum does not end in 0: return None."
        report.expect(function(wrong) is None, "A complete number with a wrong sum is refused.", hint)
    report.check(True, "A complete number with a wrong sum is refused.", "")
    unclear = {
        "two": whole[:2] + "?" + whole[3:6] + "?" + whole[7:],
        "two equal": "021?0?021",
        "three": "???" + whole[3:],
        "nine": "?????????",
    }
    for number, text in unclear.items():
        hint = f"for {text!r} you returned {function(text)!r}. Many numbers fit; a person must look: return None."
        report.require(function(text) is None, f"A number with {number} missing digits is refused.", hint)
