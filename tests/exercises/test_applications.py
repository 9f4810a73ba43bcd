import numpy as np
import pytest

from mnist_helpers import exercises
from mnist_helpers.exercises import applications


def _cost(threshold, confidence, right, cost_error, cost_person):
    accepted = confidence >= threshold
    return cost_error * np.sum(accepted & ~right) + cost_person * np.sum(~accepted)


def _best_threshold(confidence, right, cost_error, cost_person, cost=_cost, last=(np.inf,)):
    thresholds = [*np.sort(confidence), *last]
    costs = [cost(threshold, confidence, right, cost_error, cost_person) for threshold in thresholds]
    return thresholds[int(np.argmin(costs))]


def _swapped(confidence, right, cost_error, cost_person):
    return _best_threshold(confidence, right, cost_person, cost_error)


def _errors_only(confidence, right, cost_error, cost_person):
    return _best_threshold(confidence, right, cost_error, 0)


def _all_errors(confidence, right, cost_error, cost_person):
    def cost(t, confidence, right, cost_error, cost_person):
        return cost_error * (~right).sum() + cost_person * (confidence < t).sum()

    return _best_threshold(confidence, right, cost_error, cost_person, cost)


def _charges_right_ones(confidence, right, cost_error, cost_person):
    return _best_threshold(confidence, ~right, cost_error, cost_person)


def _most_expensive(confidence, right, cost_error, cost_person):
    return _best_threshold(confidence, right, -cost_error, -cost_person)


def _without_costs(confidence, right, cost_error, cost_person):
    return _best_threshold(confidence, right, 1, 1)


def _never_refuses_all(confidence, right, cost_error, cost_person):
    return _best_threshold(confidence, right, cost_error, cost_person, last=())


def _highest_accuracy(confidence, right, cost_error, cost_person):
    return max(confidence, key=lambda threshold: right[confidence >= threshold].mean())


def _place_of_lowest(confidence, right, cost_error, cost_person):
    costs = [_cost(t, confidence, right, cost_error, cost_person) for t in np.sort(confidence)]
    return int(np.argmin(costs))


def _lowest_cost(confidence, right, cost_error, cost_person):
    return _cost(
        _best_threshold(confidence, right, cost_error, cost_person), confidence, right, cost_error, cost_person
    )


def _mean_over_accepted(confidence, right, cost_error, cost_person):
    def cost(t, confidence, right, cost_error, cost_person):
        accepted = confidence >= t
        errors = (~right[accepted]).mean() if accepted.any() else 0
        return cost_error * errors + cost_person * (~accepted).mean()

    return _best_threshold(confidence, right, cost_error, cost_person, cost)


def _mean_of_nothing(confidence, right, cost_error, cost_person):
    def cost(t, confidence, right, cost_error, cost_person):
        accepted = confidence >= t
        return cost_error * (accepted & ~right).sum() / accepted.sum() + cost_person * (~accepted).mean()

    return _best_threshold(confidence, right, cost_error, cost_person, cost)


def _sorts_one_of_two(confidence, right, cost_error, cost_person):
    return _best_threshold(np.sort(confidence), right, cost_error, cost_person)


def _two_orders(confidence, right, cost_error, cost_person):
    thresholds = np.append(confidence, np.inf)
    costs = [_cost(t, confidence, right, cost_error, cost_person) for t in thresholds]
    return np.sort(thresholds)[np.argmin(costs)]


def _spares_wrong_ones(confidence, right, cost_error, cost_person):
    def cost(t, confidence, right, cost_error, cost_person):
        accepted = confidence >= t
        return cost_error * (accepted & ~right).sum() + cost_person * (~accepted & right).sum()

    return _best_threshold(confidence, right, cost_error, cost_person, cost)


def _round_thresholds(confidence, right, cost_error, cost_person):
    thresholds = np.linspace(0, 1, 101)
    return thresholds[np.argmin([_cost(t, confidence, right, cost_error, cost_person) for t in thresholds])]


def _one_off(confidence, right, cost_error, cost_person):
    return np.nextafter(_best_threshold(confidence, right, cost_error, cost_person), 2)


def _sorts(confidence, right, cost_error, cost_person):
    confidence.sort()
    return 0.5


def _sum(number, weights):
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True)) % 10


def _repair(text, weights=(3, 7, 1) * 3, most=1):
    if text.count("?") > most:
        return None
    fits = [full for digit in "0123456789" if _sum(full := text.replace("?", digit), weights) == 0]
    return fits[0] if fits else None


def _direct(text, sign):
    """Put the rest of the sum in, with the sign that is given, whatever the weight of the place."""
    rest = sum(int(digit) * weight for digit, weight in zip(text, (3, 7, 1) * 3, strict=True) if digit != "?")
    return text.replace("?", str(sign * rest % 10))


def _without_zero(text):
    fits = [full for digit in "123456789" if _sum(full := text.replace("?", digit), (3, 7, 1) * 3) == 0]
    return fits[0] if fits and text.count("?") < 2 else None


def _gives_up_early(text):
    full = text.replace("?", "0")
    return full if _sum(full, (3, 7, 1) * 3) == 0 else None


def _refuses_two_only(text):
    return None if text.count("?") == 2 else _repair(text, most=9)


def _new_check_digit(text):
    full = text.replace("?", "0")
    rest = sum(int(digit) * weight for digit, weight in zip(full[:8], (3, 7, 1) * 3, strict=False))
    return full[:8] + str(-rest % 10)


def _without_the_check(text):
    return text if "?" not in text else _repair(text)


def _without_the_count(text):
    return _repair(text) if text.count("?") < 2 else _repair(text.replace("?", "0", 1))


ACCURACY = exercises.applications.check_digit_accuracy
THRESHOLD = exercises.applications.check_best_threshold
REPAIR = exercises.applications.check_repair

WRONG = [
    (ACCURACY, 0.99, "that is what the codes shall reach"),
    (ACCURACY, 0.99**5, "to the power of 5"),
    (ACCURACY, 0.99 / 5, "must be *better*"),
    (ACCURACY, 0.002, "What is left of 1?"),
    (ACCURACY, 1 - 0.99**0.2, "share of digits that may be wrong"),
    (ACCURACY, 0.01**0.2, "root of the accuracy"),
    (ACCURACY, 1 - 0.01**5, "wrong at once"),
    (ACCURACY, 0.99**-5, "divides by 0.99"),
    (ACCURACY, 0.99 * 5, "multiplied by 5"),
    (ACCURACY, 0.99**0.5, "square root"),
    (ACCURACY, 0.99 ** (1 / 9), "nine digits"),
    (ACCURACY, 0.99**1 / 5, "stands in brackets"),
    (ACCURACY, 0.995, "example of the chapter"),
    (ACCURACY, 1, "you can allow for"),
    (ACCURACY, 99.8, "divided by 100"),
    (ACCURACY, 0.9, "undoes a power"),
    (ACCURACY, 0.95**0.2, "yours to the power of 5 is 0.9500"),
    (ACCURACY, float("nan"), "from 0 to 1"),
    (ACCURACY, "0.998", "quotes"),
    (ACCURACY, [0.9, 0.99], "one number"),
    (ACCURACY, ..., "put your answer"),
    (THRESHOLD, lambda confidence, right, cost_error, cost_person: 0.0, "all letters are accepted"),
    (THRESHOLD, lambda confidence, right, cost_error, cost_person: np.inf, "no letter is accepted"),
    (THRESHOLD, _swapped, "all letters are accepted"),
    (THRESHOLD, _errors_only, "hardly an accepted letter is wrong"),
    (THRESHOLD, _mean_over_accepted, "not of the accepted ones"),
    (THRESHOLD, _mean_of_nothing, "the mean of an empty array"),
    (THRESHOLD, _sorts_one_of_two, "`right` was not"),
    (THRESHOLD, _two_orders, "another order"),
    (THRESHOLD, _spares_wrong_ones, "would have been right or wrong"),
    (THRESHOLD, _round_thresholds, "for each confidence"),
    (THRESHOLD, lambda confidence, right, cost_error, cost_person: cost_person / cost_error, "ratio of the prices"),
    (THRESHOLD, lambda confidence, right, cost_error, cost_person: (0.5, 17.6), "type tuple"),
    (THRESHOLD, _all_errors, "all letters are accepted"),
    (THRESHOLD, _charges_right_ones, "letters that are *right*"),
    (THRESHOLD, _most_expensive, "all letters are accepted"),
    (THRESHOLD, _without_costs, "all letters are accepted"),
    (THRESHOLD, _never_refuses_all, "np.inf"),
    (THRESHOLD, _highest_accuracy, "The lowest cost is asked for"),
    (THRESHOLD, _place_of_lowest, "at that place"),
    (THRESHOLD, _lowest_cost, "the lowest cost itself"),
    (THRESHOLD, _one_off, "equal counts"),
    (THRESHOLD, _sorts, "copy an array"),
    (THRESHOLD, lambda confidence, right, cost_error, cost_person: 1 - cost_person / cost_error, "Chow's rule"),
    (THRESHOLD, lambda confidence, right, cost_error, cost_person: 0.42, "compute the cost for each"),
    (THRESHOLD, lambda confidence, right, cost_error, cost_person: None, "it returned None"),
    (THRESHOLD, lambda confidence, right, cost_error, cost_person: confidence, "Return the threshold alone"),
    (THRESHOLD, 0.5, "hand over the function itself"),
    (REPAIR, lambda text: text.replace("?", "0"), "always 0"),
    (REPAIR, lambda text: text, "still there"),
    (REPAIR, lambda text: _repair(text, (1,) * 9), "without weights"),
    (REPAIR, lambda text: _repair(text, (1, 3, 7) * 3), "weights 1, 3, 7. They"),
    (REPAIR, lambda text: _repair(text, (7, 3, 1) * 3), "weights 7, 3, 1. They"),
    (REPAIR, lambda text: _repair(text, (1, 7, 3) * 3), "weights 1, 7, 3. They"),
    (REPAIR, lambda text: _repair(text, (*(3, 7, 1) * 2, 3, 7, -1)), "add up to the ninth"),
    (REPAIR, _without_zero, "try 0 to 9"),
    (REPAIR, _gives_up_early, "after the loop"),
    (REPAIR, _new_check_digit, "another digit than the missing one"),
    (REPAIR, _refuses_two_only, "three missing digits"),
    (REPAIR, lambda text: _direct(text, 1), "rest of the sum"),
    (REPAIR, lambda text: _direct(text, -1), "the weight of the missing digit itself"),
    (REPAIR, lambda text: (_repair(text) or "?")[text.find("?")], "the missing digit alone"),
    (REPAIR, lambda text: int(_repair(text) or 0), "loses the zeros"),
    (REPAIR, lambda text: list(_repair(text) or ""), "return text"),
    (REPAIR, lambda text: None, "a `return` is missing"),
    (REPAIR, lambda text: _repair(text) if "?" in text else None, "comes back as it is"),
    (REPAIR, _without_the_check, "does not end in 0"),
    (REPAIR, _without_the_count, "a person must look"),
    (REPAIR, lambda text: _repair(text.replace("?", "x")), "ValueError"),
    (REPAIR, "021000021", "hand over the function itself"),
]


@pytest.mark.parametrize(("check", "answer", "fragment"), WRONG)
def test_a_wrong_answer_gets_a_hint_that_names_the_mistake(check, answer, fragment, said_about):
    said = said_about(check, answer)
    assert "solved" not in said
    assert fragment in said


@pytest.mark.parametrize("accuracy", [0.99**0.2, 0.998, 1 - 0.01 / 5, np.float32(0.998), [0.998], np.array(0.998)])
def test_accuracy_in_any_form(accuracy, said_about):
    assert "solved" in said_about(ACCURACY, accuracy)


def test_thresholds_found_in_other_ways(said_about):
    def between(confidence, right, cost_error, cost_person):
        values = np.unique(np.append(confidence, [0.0, 1.0]))
        thresholds = np.append((values[1:] + values[:-1]) / 2, np.inf)
        costs = [_cost(threshold, confidence, right, cost_error, cost_person) for threshold in thresholds]
        return thresholds[np.argmin(costs)]

    assert "solved" in said_about(THRESHOLD, _best_threshold)
    assert "solved" in said_about(THRESHOLD, between)


def test_repairs_found_in_other_ways(said_about):
    def by_inverse(text):
        """3 times 7 is 21: the one undoes the other, where only the last digit counts."""
        weights, place = (3, 7, 1) * 3, text.find("?")
        if text.count("?") > 1:
            return None
        if place < 0:
            return text if _sum(text, weights) == 0 else None
        rest = _sum(text.replace("?", "0"), weights)
        digit = -rest * {3: 7, 7: 3, 1: 1}[weights[place]] % 10
        return text[:place] + str(digit) + text[place + 1 :]

    assert "solved" in said_about(REPAIR, _repair)
    assert "solved" in said_about(REPAIR, by_inverse)


def test_drawn_routing_numbers_have_a_right_checksum():
    numbers = [applications._routing_number(np.random.default_rng(seed)) for seed in range(200)]
    assert all(len(number) == 9 and _sum(number, (3, 7, 1) * 3) == 0 for number in numbers)
