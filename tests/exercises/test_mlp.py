import numpy as np
import pytest

from mnist_helpers import exercises


def _softmax(logits, axis=-1):
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _naive(logits):
    powers = np.exp(logits)
    return powers / powers.sum(axis=-1, keepdims=True)


def _in_place(logits):
    logits -= logits.max(axis=-1, keepdims=True)
    return _naive(logits)


def _clipped(logits):
    return _naive(np.clip(logits, -500, 500))


def _nan_replaced(logits):
    return np.nan_to_num(_naive(logits))


def _batch_maximum(logits):
    return _naive(logits - logits.max())


def _whole_sum(logits):
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def _no_keepdims(logits):
    powers = np.exp(logits - logits.max(axis=-1))
    return powers.sum(axis=-1)


def _broadcast_rows(logits):
    powers = np.exp(logits)
    return powers / powers.sum(axis=-1)


def _one_row(logits):
    for row in logits:
        return _softmax(row)


def _relu(x):
    return np.maximum(0, x)


def _flat(images):
    return images.reshape(len(images), -1)


def _forward(images, w1, b1, w2, b2):
    return _relu(_flat(images) @ w1 + b1) @ w2 + b2


def _forward_in_place(images, w1, b1, w2, b2):
    w1 *= 2
    return _forward(images, w1 / 2, b1, w2, b2)


def _raises(*_):
    raise KeyError("no such thing")


COUNT, SOFTMAX, FORWARD = (
    exercises.mlp.check_parameters,
    exercises.mlp.check_stable_softmax,
    exercises.mlp.check_forward,
)

WRONG = [
    (COUNT, ..., "in place of the `...`"),
    (COUNT, None, "in place of the `...`"),
    (COUNT, 784 * 64 + 64 * 32 + 32 * 10, "the weights only"),
    (COUNT, 784 * 64 + 64 * 32 + 32 * 10 + 3, "one bias for each layer is too few"),
    (COUNT, 784 * 64 + 64 + 64 * 32 + 32 + 32 * 10, "the ten scores have biases too"),
    (COUNT, 784 * 64 + 64 * 32 + 32 * 10 + 10, "the hidden layers have biases too"),
    (COUNT, 784 * 64 + 784 + 64 * 32 + 64 + 32 * 10 + 32, "for each *output*"),
    (COUNT, 784 * 64 + 64 * 32 + 32 * 10 + 784 + 64 + 32 + 10, "the pixels have no biases"),
    (COUNT, 28 * 64 + 64 + 64 * 32 + 32 + 32 * 10 + 10, "you counted 28 inputs"),
    (COUNT, 784 * 64 + 64 + 784 * 32 + 32 + 32 * 10 + 10, "what the first one gives"),
    (COUNT, 784 + 64 + 32 + 10, "you added up the sizes"),
    (COUNT, 64 + 32 + 10, "these are the biases"),
    (COUNT, 784 * 64 + 64, "Two more follow"),
    (COUNT, 784 * 64 + 64 + 64 * 10 + 10, "one hidden layer is missing"),
    (COUNT, 784 * 64 + 64 + 64 * 32 + 32, "ten scores is missing"),
    (COUNT, 784 * 128 + 128 + 128 * 10 + 10, "from the chapter above"),
    (COUNT, 12, "too few"),
    (COUNT, 10**9, "too many"),
    (COUNT, "784 * 64", "without quotes"),
    (COUNT, True, "of type bool"),
    (COUNT, [50240, 2080, 330], "Add up the counts"),
    (COUNT, float("nan"), "counted one by one"),
    (COUNT, float("inf"), "counted one by one"),
    (COUNT, -3, "counted one by one"),
    (COUNT, 0.5, "counted one by one"),
    (COUNT, len, "this is a function"),
    (COUNT, object(), "of type object"),
    (SOFTMAX, ..., "in place of the `...`"),
    (SOFTMAX, np.ones((2, 10)), "hand over the function itself"),
    (SOFTMAX, _naive, "there is a nan"),
    (SOFTMAX, lambda logits: _softmax(logits, axis=0), "the columns add up to 1"),
    (SOFTMAX, _whole_sum, "all rows together add up to 1"),
    (SOFTMAX, lambda logits: np.exp(logits) / np.exp(logits).sum(), "all rows together add up to 1"),
    (SOFTMAX, _batch_maximum, "of *that row*"),
    (SOFTMAX, lambda logits: _naive(logits - 1000), "you divide 0 by 0"),
    (SOFTMAX, lambda logits: _naive(logits - 500), "of *that row*"),
    (SOFTMAX, lambda logits: _naive(logits - 100), "keeps every power at 1 or below"),
    (SOFTMAX, lambda logits: _naive(logits - logits.mean(axis=-1, keepdims=True)), "keeps every power at 1 or below"),
    (SOFTMAX, lambda logits: _naive(logits - logits.min(axis=-1, keepdims=True)), "keeps every power at 1 or below"),
    (SOFTMAX, lambda logits: _naive(logits - logits.max(axis=-1)), "stay in a column"),
    (SOFTMAX, lambda logits: _softmax(logits).round(2), "without rounding"),
    (SOFTMAX, lambda logits: np.exp(logits).sum(axis=-1), "Are these the sums?"),
    (SOFTMAX, _one_row, "inside a loop"),
    (SOFTMAX, lambda logits: _softmax(logits).T, "changed places"),
    (SOFTMAX, _clipped, "Do not cut large scores off"),
    (SOFTMAX, _nan_replaced, "Do not cut large scores off"),
    (SOFTMAX, _in_place, "writes into the array"),
    (SOFTMAX, _no_keepdims, "stay in a column"),
    (SOFTMAX, _broadcast_rows, "stay in a column"),
    (SOFTMAX, lambda logits: np.log(_softmax(logits)), "these are logarithms"),
    (SOFTMAX, lambda logits: np.exp(logits - logits.max(axis=-1, keepdims=True)), "divide each row by its sum"),
    (SOFTMAX, lambda logits: logits - logits.max(axis=-1, keepdims=True), "Now raise e"),
    (SOFTMAX, lambda logits: logits / logits.sum(axis=-1, keepdims=True), "raise e to the scores"),
    (
        SOFTMAX,
        lambda logits: np.exp(logits - logits.max(axis=-1, keepdims=True)) / np.exp(logits).sum(axis=-1, keepdims=True),
        "above and below the fraction line",
    ),
    (SOFTMAX, lambda logits: _softmax(logits / logits.max(axis=-1, keepdims=True)), "dividing the scores"),
    (SOFTMAX, lambda logits: None, "begin with `return`"),
    (SOFTMAX, lambda logits: "probabilities", "of dtype"),
    (SOFTMAX, lambda logits: [[1], [1, 2]], "of dtype object"),
    (SOFTMAX, lambda: 3, "raised TypeError"),
    (SOFTMAX, _raises, "raised KeyError"),
    (FORWARD, ..., "in place of the `...`"),
    (FORWARD, np.zeros((6, 10)), "hand over the function itself"),
    (FORWARD, lambda x, w1, b1, w2, b2: _flat(x) @ w1 + b1, "you return the hidden layer"),
    (FORWARD, lambda x, w1, b1, w2, b2: (_flat(x) @ w1 + b1) @ w2 + b2, "without ReLU"),
    (FORWARD, lambda *answer: _relu(_forward(*answer)), "no ReLU at the end"),
    (FORWARD, lambda x, w1, b1, w2, b2: _relu((_flat(x) @ w1 + b1) @ w2 + b2), "It belongs between"),
    (FORWARD, lambda x, w1, b1, w2, b2: _relu(_flat(x) @ w1 + b1) @ w2, "biases of the second layer are missing"),
    (FORWARD, lambda x, w1, b1, w2, b2: _relu(_flat(x) @ w1) @ w2 + b2, "biases of the first layer are missing"),
    (FORWARD, lambda x, w1, b1, w2, b2: _relu(_flat(x) @ w1) @ w2, "both layers lack their biases"),
    (FORWARD, lambda x, w1, b1, w2, b2: (_relu(_flat(x) @ w1) + b1) @ w2 + b2, "Add first, then bend"),
    (FORWARD, lambda *answer: _softmax(_forward(*answer)), "leave the softmax out"),
    (FORWARD, lambda x, w1, b1, w2, b2: np.abs(_flat(x) @ w1 + b1) @ w2 + b2, "become 0, not positive"),
    (FORWARD, lambda x, w1, b1, w2, b2: np.minimum(0, _flat(x) @ w1 + b1) @ w2 + b2, "keeps the negative"),
    (FORWARD, lambda x, *weights: _forward(x / 255, *weights), "Do not divide them again"),
    (FORWARD, lambda x, *weights: _forward(x.transpose(0, 2, 1, 3), *weights), "Keras takes the rows"),
    (FORWARD, lambda x, w1, b1, w2, b2: _relu(x @ w1 + b1) @ w2 + b2, "Are the images flat?"),
    (FORWARD, lambda *answer: _forward(*answer).argmax(axis=1), "Did you choose a digit with argmax?"),
    (FORWARD, lambda *answer: _forward(*answer)[0], "ten logits for one image only"),
    (FORWARD, lambda x, w1, b1, w2, b2: max(0, _flat(x) @ w1 + b1) @ w2 + b2, "what `np.maximum` gives"),
    (FORWARD, lambda x, w1, b1, w2, b2: np.max(0, _flat(x) @ w1 + b1) @ w2 + b2, "what `np.maximum` gives"),
    (FORWARD, lambda x, w1, b1, w2, b2: np.max(_flat(x) @ w1 + b1, 0) @ w2 + b2, "melt the images"),
    (FORWARD, lambda *answer: _forward(*answer).round(1), "without rounding"),
    (FORWARD, _forward_in_place, "writes into an array"),
    (FORWARD, lambda *answer: _forward(*answer) * 2, "work through it in order"),
    (FORWARD, lambda x, *weights: _forward(x.reshape(6, 784), *weights), "raised ValueError"),
    (FORWARD, lambda *answer: np.full((6, 10), np.nan), "work through it in order"),
    (FORWARD, lambda *answer: None, "begin with `return`"),
    (FORWARD, lambda x: x, "raised TypeError"),
    (FORWARD, _raises, "raised KeyError"),
]

RIGHT = [
    (COUNT, 784 * 64 + 64 + 64 * 32 + 32 + 32 * 10 + 10),
    (COUNT, np.int64(52650)),
    (COUNT, 52650.0),
    (COUNT, np.array(52650)),
    (COUNT, [52650]),
    (COUNT, np.array([52650.0])),
    (SOFTMAX, _softmax),
    (SOFTMAX, lambda logits: _softmax(logits.astype("float32"))),
    (SOFTMAX, lambda logits: np.array([_softmax(row) for row in logits])),
    (SOFTMAX, lambda logits: [_softmax(row).tolist() for row in logits]),
    (FORWARD, _forward),
    (FORWARD, lambda *answer: _forward(*answer).astype("float32")),
    (FORWARD, lambda *answer: _forward(*answer).tolist()),
]


@pytest.mark.parametrize(("check", "answer", "fragment"), WRONG)
def test_wrong_answer_gets_its_hint(check, answer, fragment, said_about):
    printed = said_about(check, answer)
    assert "solved" not in printed
    assert fragment in printed


@pytest.mark.parametrize(("check", "answer"), RIGHT)
def test_right_answer_is_accepted(check, answer, said_about):
    printed = said_about(check, answer)
    assert "solved. Well done!" in printed
    assert "not yet" not in printed


@pytest.mark.parametrize(("check", "fragment"), [(SOFTMAX, "Hint"), (FORWARD, "Hint")])
def test_hints_do_not_give_the_answer_away(check, fragment, said_about):
    printed = said_about(check, lambda *answer: np.zeros((2, 2)))
    assert fragment in printed
    assert "logits.max" not in printed and "np.maximum" not in printed
