"""Load the shipped networks with the TensorFlow, Keras and NumPy of Colab, and hold them to the figures of their cards.

    python tools/check_colab.py

Makes a virtual environment with tools/colab_versions.txt, installs the helpers there without their dependencies, as a
notebook in Colab does, and counts the validation and test images that each network reads. Takes some minutes, most of
them for pip. Exit status 1 when a count differs.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COUNT = """
import keras, numpy, tensorflow
from mnist_helpers import load_model_card, load_pretrained, pipeline

print(f"TensorFlow {tensorflow.__version__}, Keras {keras.__version__}, NumPy {numpy.__version__}")
_, validation, test = pipeline.load_mnist_splits()
same = True
for name in ("reader", "pocket", "cnn", "mlp"):
    model, card = load_pretrained(name), load_model_card(name)
    run = next(run for run in card["runs"] if run["seed"] == card["chosen_seed"])
    for part, (images, labels) in (("validation", validation), ("test", test)):
        right = int((model.predict(images, batch_size=1000, verbose=0).argmax(axis=1) == labels).sum())
        same &= right == run[part]["right"]
        print(f"{name}, {part}: {right} right, {run[part]['right']} in the card")
raise SystemExit(not same)
"""


def main() -> int:
    """Run the command."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python"
        install = [python, "-m", "pip", "install", "--quiet"]
        subprocess.run([*install, "-r", ROOT / "tools" / "colab_versions.txt"], check=True)
        subprocess.run([*install, "--no-deps", ROOT], check=True)
        settings = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
        return subprocess.run([python, "-c", COUNT], cwd=folder, env=settings, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
