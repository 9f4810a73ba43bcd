"""Fitting a network: the learning-rate schedule of chapter 3, and one call that trains with it."""

import math

import keras
import numpy as np

from mnist_helpers._checks import as_numbers, check_numbers, check_whole, said


@keras.saving.register_keras_serializable(package="mnist_helpers")
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that rises to a peak during the first 30 % of the steps, then falls to zero.

    Both ways are straight lines; the first step has 2 % of the peak.
    Source: L. N. Smith and N. Topin, "Super-convergence", 2017, https://arxiv.org/abs/1708.07120.

    Parameters
    ----------
    peak : float
        The largest learning rate.
    steps : int
        Batches in the whole training.

    Raises
    ------
    ValueError
        A peak or a number of steps that is not above zero.

    Examples
    --------
    >>> schedule = OneCycle(peak=0.01, steps=100)
    >>> [round(float(schedule(step)), 4) for step in (0, 30, 65, 100)]
    [0.0002, 0.01, 0.005, 0.0]
    """

    def __init__(self, peak: float, steps: int):
        check_numbers(peak=peak, steps=steps)
        if not peak > 0 or not steps > 0:
            raise ValueError(f"peak and steps must be above 0; got peak={peak!r}, steps={steps!r}.")
        self.peak, self.steps = peak, steps

    def __call__(self, step):
        """Return the learning rate at a step, counted from 0."""
        progress = keras.ops.cast(step, "float32") / self.steps
        rising = 0.02 + 0.98 * progress / 0.3
        falling = (1 - progress) / 0.7
        return self.peak * keras.ops.maximum(keras.ops.minimum(rising, falling), 0.0)

    def get_config(self) -> dict:
        """Return what the schedule was made with."""
        return {"peak": self.peak, "steps": self.steps}


def _check_pair(data, name: str) -> None:
    """Raise where data is no pair of images and labels that belong together."""
    if len(data) != 2:
        raise ValueError(f"{name} must be two things, images and labels; got {len(data)}.")
    images, labels = (
        as_numbers(part, f"{part_name} of {name}") for part, part_name in zip(data, ("images", "labels"), strict=True)
    )
    if images.ndim < 2 or labels.shape[:1] != images.shape[:1] or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"{name} must be images (n, ...) and n labels, whole numbers; got shapes {images.shape} "
            f"and {labels.shape}, labels of dtype {labels.dtype}."
        )


def fit_one_cycle(model, data, validation_data=None, *, epochs, peak, batch_size=256, verbose=0):
    """Train a classifier that ends in logits: Adam, cross-entropy, a one-cycle learning rate.

    Parameters
    ----------
    model : keras.Model
        Ends in logits ``(n, classes)``. It is compiled here, and trained on from the weights that it has.
    data : (images, labels) or tf.data.Dataset
        Arrays, which are shuffled and cut into batches, or batches ``(images, labels)`` of a known number.
        Labels are whole numbers.
    validation_data : (images, labels) or tf.data.Dataset, optional
        Scored after each epoch.
    epochs : int
        Passes through the data.
    peak : float
        The largest learning rate.
    batch_size : int
        Images a batch, for arrays.
    verbose : int
        As in ``keras.Model.fit``.

    Returns
    -------
    dict of str to list of float
        A figure an epoch: ``loss``, ``accuracy``, and the same with ``val_`` where validation data is given.

    Raises
    ------
    ValueError
        The number of batches is unknown, or a number is not above zero.

    Examples
    --------
    >>> from mnist_helpers import load_mnist, models, pipeline
    >>> (images, labels), _ = load_mnist()
    >>> few = pipeline.scale_pixels(images[:512])[..., None], labels[:512]
    >>> history = fit_one_cycle(models.build_mlp(32), few, few, epochs=2, peak=5e-3)
    >>> sorted(history)
    ['accuracy', 'loss', 'val_accuracy', 'val_loss']
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"model must be a keras.Model, such as models.build_mlp(); got {said(model)}.")
    check_whole(epochs=epochs, batch_size=batch_size)
    check_numbers(peak=peak)
    if not epochs > 0 or not batch_size > 0:
        raise ValueError(f"epochs and batch_size must be above 0; got epochs={epochs!r}, batch_size={batch_size!r}.")
    is_arrays = isinstance(data, (tuple, list))
    for name, given in {"data": data, "validation_data": validation_data}.items():
        if isinstance(given, (tuple, list)):
            _check_pair(given, name)
        elif not hasattr(given, "cardinality") and not (name == "validation_data" and given is None):
            raise TypeError(f"{name} must be (images, labels) or a tf.data.Dataset; got {said(given)}.")
    batches = math.ceil(len(data[0]) / batch_size) if is_arrays else int(data.cardinality())
    if batches < 1:
        raise ValueError(
            f"the number of batches must be known and above 0; got {batches} "
            "(-1: endless, -2: unknown). Try data.take(number) or tf.data.experimental.assert_cardinality."
        )
    model.compile(
        optimizer=keras.optimizers.Adam(OneCycle(peak, epochs * batches)),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    arguments = {"x": data[0], "y": data[1], "batch_size": batch_size} if is_arrays else {"x": data}
    fit = model.fit(**arguments, shuffle=is_arrays, epochs=epochs, validation_data=validation_data, verbose=verbose)
    return fit.history
