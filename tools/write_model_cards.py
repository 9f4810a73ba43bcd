"""Write the figures of the shipped networks into backmatter/model_cards.md, from their cards.

    python tools/write_model_cards.py            write the page
    python tools/write_model_cards.py --check    exit with 1 if the page is not that of the cards

`train_reader.py ship` calls it, so that no figure of the page is typed.
"""

import argparse
import sys
from pathlib import Path
from statistics import mean, stdev

from mnist_helpers import load_model_card
from mnist_helpers._writing import write_file
from mnist_helpers.reading.networks import FOLDER

PAGE = Path(__file__).resolve().parents[1] / "backmatter" / "model_cards.md"
PURPOSES = {
    "reader": "The best network of the book: examined in the chapter on evaluation, and let read in the next.",
    "pocket": "Its small sibling. It runs in the page: the digit pad on the first page asks it.",
    "cnn": "The first convolutional network of the book, for comparison.",
    "mlp": "The first network of the book, a multilayer perceptron, for comparison.",
}
READING = {
    "borders": "Marks where one digit may end and the next begin. There `reading.find_digits` cuts the ink of a line.",
    "judge": "Looks at a piece of a line and at what stands around it. Is it one whole digit, and which one? "
    "`reading.find_digits` takes the row of pieces that it finds likeliest.",
    "page_reader_1": "Reads one digit, drawn with any pen. `reading.read_digits` asks it for each digit that was cut "
    "out, and lets its twin and the judge vote with it.",
    "page_reader_2": "Its twin, with the same digits and another start. The two err on different digits.",
}
OF_READING = """## Networks that help to read

Four more networks lie in the module `mnist_helpers.reading`, which finds and reads the digits of a picture
([chapter 8](../chapters/08_applications.ipynb)). They learned from pages composed of the 55,000 training images, and
were trained once each, from one seed. The figures here are from pages of validation images. No test image scored any of
them alone; how well they read together, that chapter measures on pages of test images. Such pages hold digits, paper,
lines, dirt and light, and nothing else: no letters, no joined-up hand, no photograph of a real envelope."""
MARK = "<!-- Figures: from here on tools/write_model_cards.py writes the page. -->"


def share(right: int, images: int) -> str:
    """Return a share in per cent."""
    return f"{right / images:.2%}"


def runs_table(card: dict) -> str:
    """Return a table of the runs, one a row, and the spread of their test accuracy."""
    sizes = [card["runs"][0][part]["images"] for part in ("validation", "test")]
    rows = [
        f"| seed | wrong of {sizes[0]:,} validation images | wrong of {sizes[1]:,} test images | test accuracy "
        "| with averaging |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for run in card["runs"]:
        validation, test = run["validation"], run["test"]
        seed = f"{run['seed']}, shipped" if run["seed"] == card["chosen_seed"] else run["seed"]
        wrong = [part["images"] - part["right"] for part in (validation, test)]
        shares = [share(test[right], test["images"]) for right in ("right", "right_averaged")]
        rows.append(f"| {seed} | {' | '.join(map(str, wrong))} | {' | '.join(shares)} |")
    shares = [run["test"]["right"] / run["test"]["images"] for run in card["runs"]]
    points = 100 * stdev(shares)
    spread = f"Test accuracy over the seeds: {mean(shares):.2%}, standard deviation {points:.2f} percentage points."
    return "\n".join([*rows, "", spread])


def digits_table(card: dict) -> str:
    """Return precision, recall and F1 a digit, of the run that is shipped, on the test images."""
    run = next(run for run in card["runs"] if run["seed"] == card["chosen_seed"])
    scores = run["test"]["by_digit"]
    rows = ["| digit | images | precision | recall | F1 |", "| --- | ---: | ---: | ---: | ---: |"]
    for digit in range(10):
        numbers = " | ".join(f"{scores[name][digit]:.4f}" for name in ("precision", "recall", "f1"))
        rows.append(f"| {digit} | {scores['images'][digit]} | {numbers} |")
    return "\n".join(rows)


def log_table(card: dict) -> str:
    """Return the training log of the run that is shipped."""
    run = next(run for run in card["runs"] if run["seed"] == card["chosen_seed"])
    rows = ["| epoch | training loss | validation loss | validation accuracy |", "| ---: | ---: | ---: | ---: |"]
    for epoch, line in enumerate(run["log"], start=1):
        rows.append(f"| {epoch} | {line['loss']:.4f} | {line['val_loss']:.4f} | {line['val_accuracy']:.2%} |")
    return "\n".join(rows)


def recipe_sentences(card: dict) -> str:
    """Say how the network was built and trained."""
    training, seconds = card["training"], [line["cpu_seconds"] for run in card["runs"] for line in run["log"]]
    arguments = ", ".join(f"{name}={value}" for name, value in card["arguments"].items())
    changed = "as they are"
    if training["augmentation"]:
        units = {"rotation": " degrees", "shift": " pixels", "elastic": " pixels"}
        amounts = ", ".join(
            f"{name} {value:g}{units.get(name, '')}" for name, value in training["augmentation"].items()
        )
        changed = f"changed anew in each epoch ({amounts})"
    settling = ""
    if training["settling_epochs"]:
        settling = f" and {training['settling_epochs']} more, at a low rate, with the images as they are"
    return (
        f"`models.{card['builder']}({arguments})`, {card['parameters']:,} parameters. Images {changed}; Adam, "
        f"batches of {training['batch_size']}, one-cycle learning rate with peak {training['peak']:g}, "
        f"{training['epochs']} epochs{settling}, about {sum(seconds) / len(card['runs']):,.0f} CPU-seconds a run. "
        f"Trained on {card['date']} ({card['machine']}) with Keras {card['versions']['keras']} and TensorFlow "
        f"{card['versions']['tensorflow']}."
    )


def section(name: str) -> str:
    """Return the part of the page that is about one network."""
    card = load_model_card(name)
    return "\n\n".join(
        [
            f"## {name}",
            PURPOSES[name],
            recipe_sentences(card),
            runs_table(card),
            f"<details><summary>{name}: each digit, on the test images</summary>",
            digits_table(card),
            "</details>",
            f"<details><summary>{name}: training log of the run that is shipped</summary>",
            log_table(card),
            "</details>",
        ]
    )


def reading_section(name: str) -> str:
    """Return the part of the page that is about one of the networks that help to read."""
    card = load_model_card(name, FOLDER)
    training, validation = card["training"], card["validation"]
    arguments = ", ".join(f"{key}={value}" for key, value in card["arguments"].items())
    source = f"{training['pages']:,} composed pages"
    if "photographs" in training:
        source += (
            f", and from what looks like writing in {training['photographs']} pieces of photographs and "
            f"{training['surfaces']:,} drawn surfaces without any"
        )
    if "touching" in training:
        source = f"digits found on {source}, and from digits of MNIST, drawn anew with other pens and as they are"
    figures = {
        "overlap": "of the ink that it marks or that lies where digits meet, {:.1%} is both.",
        "whole_or_not": "it tells whole digits from other pieces in {:.1%} of cases,",
        "digit": "and names {:.1%} of the whole ones rightly.",
        "accuracy_cut": "it reads {:.1%} of the digits that were cut right",
        "accuracy_as_they_are": "and {:.1%} of the 5,000 validation images as they are.",
    }
    found = " ".join(words.format(validation[key]) for key, words in figures.items() if key in validation)
    return "\n\n".join(
        [
            f"### {name}",
            READING[name],
            f"`models.{card['builder']}({arguments})`, {card['parameters']:,} parameters. Learned from {source}; "
            f"{training['epochs']} epochs, one-cycle learning rate with peak {training['peak']:g}. Trained on "
            f"{card['date']} ({card['machine']}) with Keras {card['versions']['keras']} and TensorFlow "
            f"{card['versions']['tensorflow']}. On {validation['pages']} pages of validation images: {found}",
        ]
    )


def page() -> str:
    """Return the whole page: the prose that stands before the mark, and the figures of the cards."""
    prose, mark, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    if not mark:
        raise ValueError(f"{PAGE.name} must hold the line that parts prose and figures: {MARK}")
    return "\n\n".join([prose + mark, *map(section, PURPOSES), OF_READING, *map(reading_section, READING)]) + "\n"


def write() -> None:
    """Write the page."""
    write_file(PAGE, page())


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; compare")
    if parser.parse_args().check:
        same = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page()
        print(f"{PAGE.name} is that of the cards: {same}")
        return 0 if same else 1
    write()
    return 0


if __name__ == "__main__":
    from commands import run

    sys.exit(run(main))
