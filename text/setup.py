# Setup: the same in every chapter.
import importlib.util
import os

REPOSITORY = ""  # set by tools/set_repository.py
if importlib.util.find_spec("mnist_helpers") is None:
    if not REPOSITORY:
        raise ModuleNotFoundError(
            "mnist_helpers is missing. In a clone: pip install -r requirements.txt"
        )
    %pip install --quiet --no-deps git+{REPOSITORY}
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from IPython.display import Markdown, display

from mnist_helpers import exercises, load_mnist, pipeline, plots

keras.utils.set_random_seed(1)
plots.use_book_style()
