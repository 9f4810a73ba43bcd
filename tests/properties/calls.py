"""For every public function a call that works, and of which kind each argument is."""

from dataclasses import dataclass, field

import numpy as np

from mnist_helpers import (
    augment,
    claims,
    composing,
    data,
    evaluation,
    export,
    models,
    pad,
    pipeline,
    plots,
    pretrained,
    reading,
    recorded,
    training,
    upload,
    workers,
)

RANDOM = np.random.default_rng(3)


@dataclass(frozen=True)
class Call:
    """A call that works.

    Attributes
    ----------
    function : function
    arguments : dict
        By name, what it works with.
    kinds : dict
        Of which kind some arguments are, by name: a key of ``odd_input.KINDS``. What is of another kind must be
        refused.
    optional : tuple of str
        Arguments that may be None.
    heavy : bool
        It takes more than a few milliseconds.
    repeats : bool
        Called again, it gives the same answer.
    """

    function: object
    arguments: dict
    kinds: dict = field(default_factory=dict)
    optional: tuple = ()
    heavy: bool = False
    repeats: bool = True

    @property
    def name(self) -> str:
        """What the test is called."""
        return f"{self.function.__module__.removeprefix('mnist_helpers.')}.{self.function.__name__}"


def kinds(**names) -> dict:
    """Return the kind of each argument from the arguments of each kind."""
    return {name: kind for kind, group in names.items() for name in group.split()}


RIGHT = np.array([True, True, False, True, True, False])
CONFIDENCE = np.array([0.9, 0.8, 0.7, 0.95, 0.6, 0.3])
LABELS = np.array([0, 1, 2, 1, 0, 2, 1, 2])
ANSWERS = np.array([0, 1, 2, 1, 1, 2, 0, 2])
PIXELS = RANDOM.integers(0, 256, (8, 6, 5), dtype=np.uint8)
SCALED = RANDOM.random((3, 8, 8, 1)).astype("float32")
DIGITS = np.zeros((3, 28, 28), np.float32)
DIGITS[:, 5:24, 12:16] = 1
INK = np.zeros((40, 30))
INK[5:35, 12:18] = 1
PAGE = np.full((50, 80), 255, np.uint8)
PAGE[10:40, 30:36] = PAGE[10:40, 50:56] = 20
HISTORY = {"loss": [2, 1], "val_loss": [2, 1.5], "accuracy": [0.5, 0.8], "val_accuracy": [0.5, 0.7]}
TABLES = {"network": evaluation.reliability(CONFIDENCE, RIGHT)}
CURVES = {"network": evaluation.error_by_coverage(CONFIDENCE, RIGHT)}
MATRIX = np.array([[5, 1, 0], [2, 5, 0], [1, 0, 5]])

EVALUATION = [
    Call(
        evaluation.accuracy_interval,
        {"right": 8, "images": 10, "level": 0.9},
        kinds(whole="right images", number="level"),
    ),
    Call(
        evaluation.images_needed,
        {"accuracy_a": 0.9, "accuracy_b": 0.8, "disagreement": 0.2, "level": 0.9, "power": 0.7},
        kinds(number="accuracy_a accuracy_b disagreement level power"),
        optional=("disagreement",),
    ),
    Call(evaluation.mcnemar, {"right_a": RIGHT, "right_b": RIGHT[::-1].copy()}, kinds(array="right_a right_b")),
    Call(
        evaluation.confusion_matrix,
        {"labels": LABELS, "answers": ANSWERS, "classes": 4},
        kinds(array="labels answers", whole="classes"),
    ),
    Call(
        evaluation.per_class_report,
        {"labels": LABELS, "answers": ANSWERS, "classes": 4},
        kinds(array="labels answers", whole="classes"),
    ),
    Call(evaluation.most_confused_pairs, {"matrix": MATRIX, "count": 2}, kinds(array="matrix", whole="count")),
    Call(
        evaluation.reliability,
        {"confidence": CONFIDENCE, "right": RIGHT, "bins": 5},
        kinds(array="confidence right", whole="bins"),
    ),
    Call(
        evaluation.expected_calibration_error,
        {"confidence": CONFIDENCE, "right": RIGHT, "bins": 5},
        kinds(array="confidence right", whole="bins"),
    ),
    Call(
        evaluation.fit_temperature,
        {"logits": np.array([[4.0, 0], [1, 3], [2, 1]]), "labels": np.array([0, 1, 1])},
        kinds(array="logits labels"),
    ),
    Call(evaluation.error_by_coverage, {"confidence": CONFIDENCE, "right": RIGHT}, kinds(array="confidence right")),
    Call(
        evaluation.choose_threshold,
        {"confidence": CONFIDENCE, "right": RIGHT, "largest_error": 0.1},
        kinds(array="confidence right", number="largest_error"),
    ),
]

PIPELINE = [
    Call(pipeline.scale_pixels, {"images": PIXELS}, kinds(array="images")),
    Call(
        pipeline.split_validation,
        {"images": PIXELS, "labels": LABELS % 2, "validation_size": 3, "seed": 1},
        kinds(array="images labels", whole="validation_size seed"),
    ),
    Call(
        pipeline.make_dataset,
        {"images": SCALED, "labels": LABELS[:3], "batch_size": 2, "shuffle_seed": 1},
        kinds(array="images labels", whole="batch_size shuffle_seed"),
        optional=("shuffle_seed",),
        heavy=True,
    ),
]

AMOUNTS = {"rotation": 5.0, "shift": 1.0, "zoom": 0.1, "shear": 0.1}
AUGMENT = [
    Call(
        augment.random_affine,
        {"images": SCALED, "seed": (1, 2), **AMOUNTS},
        kinds(array="images seed", number="rotation shift zoom shear"),
        heavy=True,
    ),
    Call(
        augment.random_warp,
        {"images": SCALED, "seed": (1, 2), **AMOUNTS, "elastic": 1.0},
        kinds(array="images seed", number="rotation shift zoom shear elastic"),
        heavy=True,
    ),
    Call(
        augment.augment_dataset,
        {"dataset": pipeline.make_dataset(SCALED, LABELS[:3]), "transform": augment.random_affine, "seed": 1},
        kinds(whole="seed"),
        heavy=True,
    ),
]

MODELS = [
    Call(
        models.build_mlp, {"hidden_units": 3, "dropout": 0.1}, kinds(whole="hidden_units", number="dropout"), heavy=True
    ),
    Call(
        models.build_cnn,
        {"filters": (2, 3), "hidden_units": 2, "input_shape": (14, 14, 1), "classes": 3},
        kinds(whole="hidden_units classes"),
        heavy=True,
    ),
    Call(
        models.build_reader,
        {"filters": (2, 3), "pooled": (1,), "input_shape": (8, 8, 1), "classes": 3},
        kinds(whole="classes"),
        heavy=True,
    ),
    Call(models.build_border_finder, {"filters": (2, 3)}, heavy=True),
]

TINY = models.build_mlp(0, 0)
TRAINING = [
    Call(training.OneCycle, {"peak": 0.1, "steps": 10}, kinds(number="peak steps")),
    Call(
        training.fit_one_cycle,
        {"model": TINY, "data": (DIGITS[..., None], LABELS[:3]), "epochs": 1, "peak": 0.1, "batch_size": 3},
        kinds(whole="epochs batch_size", number="peak"),
        heavy=True,
        repeats=False,
    ),
]

PLOTS = [
    Call(
        plots.image_grid,
        {"images": SCALED, "titles": ["a", "b", "c"], "columns": 2, "limits": (0, 1), "width": 2.0},
        kinds(array="images limits", whole="columns", number="width"),
        optional=("titles", "limits"),
        heavy=True,
    ),
    Call(plots.training_curves, {"history": HISTORY, "metric": "accuracy"}, heavy=True),
    Call(
        plots.probability_bars,
        {"images": SCALED[:1], "probabilities": np.array([[0.1, 0.9]]), "labels": np.array([1]), "width": 2.0},
        kinds(array="images probabilities labels", number="width"),
        optional=("labels",),
        heavy=True,
    ),
    Call(plots.confusion_heat_map, {"matrix": MATRIX, "width": 2.0}, kinds(array="matrix", number="width"), heavy=True),
    Call(plots.reliability_diagram, {"tables": TABLES, "width": 2.0}, kinds(number="width"), heavy=True),
    Call(
        plots.error_coverage_curves,
        {"curves": CURVES, "lowest_coverage": 0.5, "width": 2.0},
        kinds(number="lowest_coverage width"),
        heavy=True,
    ),
    Call(
        plots.pages,
        {"images": [PAGE], "titles": ["a"], "boxes": [[(2, 3, 9, 8)]], "marks": [["7"]], "columns": 1, "width": 2.0},
        kinds(whole="columns", number="width"),
        optional=("titles", "boxes", "marks"),
        heavy=True,
    ),
]

COMPOSING = [
    Call(
        composing.compose_code,
        {"digit_images": DIGITS, "digits": LABELS[:3], "seed": 1, "height": 40, "skew": 1.0, "noise": 2.0, "specks": 3},
        kinds(array="digit_images digits", number="skew noise height", whole="specks"),
        heavy=True,
    ),
    Call(
        composing.compose_many,
        {"images": DIGITS, "labels": LABELS[:3], "number": 1, "seed": 1, "lengths": (2,)},
        kinds(array="images labels", whole="number seed"),
        heavy=True,
    ),
]

READING = [
    Call(reading.to_grey, {"image": PAGE}, kinds(array="image")),
    Call(
        reading.find_digits,
        {"image": PAGE, "length": 3},
        kinds(array="image", whole="length"),
        optional=("length",),
        heavy=True,
    ),
    Call(
        reading.read_digits,
        {"image": PAGE, "model": None, "temperature": 2.0, "threshold": 0.5, "length": 3},
        kinds(array="image", number="temperature threshold", whole="length"),
        optional=("length",),
        heavy=True,
    ),
    Call(reading.normalise_digit, {"ink": INK}, kinds(array="ink")),
    Call(reading.restore_pen, {"ink": INK}, kinds(array="ink")),
]

SHIPPED = [
    Call(export.fold_network, {"model": TINY}),
    Call(export.count_weights, {"layers": export.fold_network(TINY)}),
    Call(export.network_to_json, {"model": TINY}),
    Call(pretrained.load_model_card, {"name": "reader"}, kinds(text="name")),
    Call(pretrained.load_pretrained, {"name": "mlp"}, kinds(text="name"), heavy=True),
    Call(recorded.load_recorded, {"name": "augmentation"}, kinds(text="name")),
]

WIDGETS = [
    Call(pad.DigitPad, {"image": INK[:28, 2:]}, kinds(array="image"), optional=("image",)),
    Call(upload.newest_file, {"value": ({"name": "code.png", "content": memoryview(b"8")},)}),
]

CLAIMS = [Call(claims.claim, {"text": "3 is less than 5", "holds": True, "setting": "three epochs"})]

WORKERS = [Call(workers.free_ports, {"count": 2}, kinds(whole="count"))]

REFUSED_CALLS = [
    Call(data.load_emnist_letters, {"shuffle_seed": -1}, kinds(whole="shuffle_seed"), optional=("shuffle_seed",)),
    Call(
        data.load_svhn,
        {"train_size": 0, "test_size": 0},
        kinds(whole="train_size test_size"),
        optional=("train_size", "test_size"),
    ),
    Call(
        pipeline.load_mnist_splits,
        {"validation_size": 0, "seed": -1},
        kinds(whole="validation_size seed"),
    ),
]
"""Calls that are to be refused: with good arguments they read files, and fit no property of small numbers."""

CALLS = [
    *EVALUATION,
    *PIPELINE,
    *AUGMENT,
    *MODELS,
    *TRAINING,
    *PLOTS,
    *COMPOSING,
    *READING,
    *SHIPPED,
    *WIDGETS,
    *CLAIMS,
    *WORKERS,
]
