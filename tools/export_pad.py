"""Write what the digit pad knows: the network, its figures and the ready-made digits, as digit_pad_model.js.

    python tools/export_pad.py            write the file
    python tools/export_pad.py --check    exit with 1 if the file is not that of the shipped weights

Run it whenever the weights of "pocket" change. A script file, not data: a page opened from a file may load no data.
"""

import argparse
import base64
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from scipy.special import logsumexp, softmax

from mnist_helpers import export, load_model_card, load_pretrained, pipeline
from mnist_helpers._writing import write_file

TARGET = Path(__file__).resolve().parents[1] / "mnist_helpers" / "digit_pad" / "digit_pad_model.js"
HEAD = "// Written by tools/export_pad.py: the network of the digit pad, and digits of MNIST (CC BY-SA 3.0).\n"


WEAK = 0.01  # the share of validation digits that the network answers so weakly that the pad asks whether it is a digit


def figures(model, logits) -> dict:
    """Return what the pad says about the network: its weights as the page has them, its score, its weakest answers.

    How strong an answer is: the logarithm of the sum of the logits' powers, low for pictures unlike those learned from
    (Liu et al., "Energy-based out-of-distribution detection", 2020, https://arxiv.org/abs/2010.03759).
    """
    card = load_model_card("pocket")
    shipped = next(run for run in card["runs"] if run["seed"] == card["chosen_seed"])
    scored = {key: shipped["test"][key] for key in ("right", "images")}
    weak = round(float(np.quantile(logsumexp(logits, axis=1), WEAK)), 2)
    return {"weights": export.count_weights(export.fold_network(model))} | scored | {"weak": weak}


def ready_made_digits(images, labels, logits) -> list[dict]:
    """Choose images: the first of each digit, and the one of each of which the network is least sure."""
    confidence = softmax(logits, axis=1).max(axis=1)
    places = [np.flatnonzero(labels == digit) for digit in range(10)]
    pixels = [base64.b64encode(np.rint(image * 255).astype("uint8").tobytes()).decode() for image in images]

    def group(title, name, chosen):
        digits = [{"name": name.format(digit), "pixels": pixels[place]} for digit, place in enumerate(chosen)]
        return {"title": title, "digits": digits}

    hardest = [of_digit[confidence[of_digit].argmin()] for of_digit in places]
    return [
        group("Digits of MNIST, ready-made", "A handwritten {}", [of_digit[0] for of_digit in places]),
        group("Hard ones", "A {} that is hard to read", hardest),
    ]


def script() -> str:
    """Return the text of the file."""
    model = load_pretrained("pocket")
    _, (images, labels), _ = pipeline.load_mnist_splits()
    logits = model.predict(images, batch_size=1000, verbose=0)
    parts = {"card": figures(model, logits), "ready": ready_made_digits(images, labels, logits)}
    lines = [f"{name}:{json.dumps(part, separators=(',', ':'))}" for name, part in parts.items()]
    lines.append(f"network:{export.network_to_json(model)}")
    return HEAD + "const DIGIT_PAD_MODEL = {\n" + ",\n".join(lines) + "\n};\n"


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; compare")
    text = script()
    if parser.parse_args().check:
        same = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text
        print(f"{TARGET.name} is that of the shipped weights: {same}")
        return 0 if same else 1
    write_file(TARGET, text)
    print(f"{TARGET}: {len(text):,} bytes")
    return 0


if __name__ == "__main__":
    from commands import run

    sys.exit(run(main))
