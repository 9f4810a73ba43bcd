"""Read thousands of random pictures, and count what comes of them: an answer, a clear error, or a fault.

``python tools/fuzz_reading.py`` reads 10,000 pictures of random shapes, dtypes and contents, from a seed. It exits with
1 if one of them raised anything other than a ValueError or TypeError of our own, or took too long.
"""

import argparse
import sys
import time
import traceback
from collections import Counter

import numpy as np
from scipy import ndimage

DTYPES = (np.uint8, np.uint8, np.uint8, bool, np.uint16, np.int16, np.int64, np.float16, np.float32, np.float64, object)
LONGEST_SECONDS = 10.0


def random_shape(random: np.random.Generator) -> tuple[int, ...]:
    """Return a shape: mostly of small pictures, now and then none that a picture may have."""
    height, width = np.exp(random.uniform(0, np.log(300), 2)).astype(int).tolist()
    kind = random.integers(20)
    if kind == 0:
        return [(), (0,), (width,), (0, width), (height, width, 0), (height, width, 5), (2, 3, 4, 1)][
            random.integers(7)
        ]
    if kind == 1:
        return [(1, 1), (1, 3000), (3000, 1), (5, 4000), (28, 28), (20, 20)][random.integers(6)]
    return (height, width, int(random.integers(1, 5))) if kind < 8 else (height, width)


def random_content(shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    """Return values from 0 to 1: even, noise, clouds, gradients, boards, stripes, blots, a few bright pixels."""
    noise = random.random(shape)
    place = np.indices(shape[:2]).sum(axis=0) if len(shape) > 1 else np.zeros(shape)
    place = place.reshape(place.shape + (1,) * (len(shape) - place.ndim))
    kind = random.integers(8)
    if kind == 0:
        return np.full(shape, random.choice([0, 0.3, 1]))
    if kind == 1:
        return noise
    if kind == 2:
        clouds = ndimage.gaussian_filter(noise, random.uniform(0.5, 20))
        return (clouds - clouds.min(initial=1)) / max(1e-9, np.ptp(clouds) if clouds.size else 1)
    if kind == 3:
        return np.broadcast_to(place / max(1, place.max(initial=0)), shape)
    if kind == 4:
        return np.broadcast_to(place // random.integers(1, 20) % 2, shape).astype(float)
    if kind == 5:
        return np.clip(0.9 + 0.02 * noise - 0.7 * (place % random.integers(2, 60) == 0), 0, 1) * np.ones(shape)
    if kind == 6:
        return (ndimage.gaussian_filter(noise, 3) > 0.5) * 0.8 + 0.1
    return (noise > 0.999).astype(float)


def random_picture(random: np.random.Generator) -> np.ndarray:
    """Return an array that is, or looks like, a picture; one in twenty holds NaN, infinity or negative numbers."""
    content = random_content(random_shape(random), random)
    dtype = np.dtype(DTYPES[random.integers(len(DTYPES))])
    largest = random.choice([1, 255, 65535]) if dtype.kind == "f" else {bool: 1, np.uint16: 65535}.get(dtype.type, 255)
    if dtype == np.int16:
        largest = 255
    with np.errstate(over="ignore"):
        picture = np.array(content * largest).astype(dtype)
    if picture.size and dtype.kind in "fi" and random.random() < 0.05:
        spoilt = [np.nan, np.inf, -1.0] if dtype.kind == "f" else [-1]
        picture.flat[random.integers(picture.size)] = random.choice(spoilt)
    return picture


def count_outcomes(number: int, seed: int) -> tuple[Counter, float, list[str]]:
    """Return how often each thing happened, the longest time for one picture, and what went wrong."""
    from mnist_helpers.reading import read_digits

    counts, slowest, faults = Counter(), 0.0, []
    one = np.ones((40, 40))
    one[8:32, 18:22] = 0
    read_digits(one)  # networks load at their first use
    for index in range(number):
        picture = random_picture(np.random.default_rng((seed, index)))
        start = time.perf_counter()
        try:
            reading = read_digits(picture)
        except (ValueError, TypeError) as error:
            ours = traceback.extract_tb(error.__traceback__)[-1].filename.endswith("pictures.py")
            counts["a clear error" if ours else "FAULT"] += 1
            if not ours:
                faults.append(f"{index}: {picture.shape} {picture.dtype}: {traceback.format_exc(limit=-2)}")
        except Exception:
            counts["FAULT"] += 1
            faults.append(f"{index}: {picture.shape} {picture.dtype}: {traceback.format_exc(limit=-2)}")
        else:
            kind = "some digit accepted" if reading.accepted.any() else "all rejected" if reading.text else "empty"
            counts[kind] += 1
        seconds = time.perf_counter() - start
        if seconds > LONGEST_SECONDS:
            faults.append(f"{index}: {picture.shape} {picture.dtype} took {seconds:.1f} s")
        slowest = max(slowest, seconds)
    return counts, slowest, faults


def main() -> int:
    """Read the pictures and print the counts."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--number", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    counts, slowest, faults = count_outcomes(given.number, given.seed)
    for kind, count in sorted(counts.items()):
        print(f"{kind}: {count}")
    print(f"slowest: {slowest:.2f} s")
    print("\n".join(faults))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
