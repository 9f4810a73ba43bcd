"""A network that looks at the images it is given before it answers."""

import keras
import numpy as np


def _check(images, shape) -> None:
    """Raise where arrays are not images of that shape with pixels from 0 to 1; symbols and datasets pass."""
    if not isinstance(images, (np.ndarray, list, tuple)) and not hasattr(images, "numpy"):
        return
    values = np.asarray(images)
    if values.dtype.kind not in "biuf":
        raise ValueError(f"images must hold numbers; got dtype {values.dtype}.")
    sides = zip(values.shape[1:], shape, strict=False)
    if values.ndim != len(shape) + 1 or any(expected not in (None, side) for side, expected in sides):
        cure = " Add the channel with images[..., None]." if values.shape[1:] == shape[:-1] else ""
        cure = " For one image use image[None]." if values.shape == shape else cure
        raise ValueError(f"images must have shape (n, {', '.join(map(str, shape))}); got {values.shape}.{cure}")
    if not values.size:
        raise ValueError(f"there is no image to look at; got an array of shape {values.shape}.")
    if not np.isfinite(values).all():
        raise ValueError("images hold pixels that are not finite numbers (NaN or infinite).")
    if values.min() < -0.01 or values.max() > 1.01:
        raise ValueError(
            f"pixels must be from 0 (paper) to 1 (ink); got {values.min():g} to {values.max():g}. "
            "Pixels from 0 to 255 become so with pipeline.scale_pixels."
        )


@keras.saving.register_keras_serializable(package="mnist_helpers")
class CheckedModel(keras.Model):
    """A functional model that raises for images that it cannot have been trained on."""

    def __call__(self, inputs, *args, **kwargs):
        """Answer for images, or take symbols as any model does."""
        _check(inputs, self.input_shape[1:])
        return super().__call__(inputs, *args, **kwargs)

    def predict(self, x, *args, **kwargs):
        """Answer for arrays of images, batch by batch, or for a dataset."""
        _check(x, self.input_shape[1:])
        return super().predict(x, *args, **kwargs)

    def evaluate(self, x=None, *args, **kwargs):
        """Score the answers for arrays of images, or for a dataset."""
        _check(x, self.input_shape[1:])
        return super().evaluate(x, *args, **kwargs)

    def fit(self, x=None, *args, **kwargs):
        """Learn from arrays of images, or from a dataset."""
        _check(x, self.input_shape[1:])
        return super().fit(x, *args, **kwargs)
