"""What runs on a push and once a week is what a maintainer can run by hand, with the versions that the README names."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

import mnist_helpers

ROOT = Path(__file__).parents[2]
WORKFLOWS = {path.name: yaml.safe_load(path.read_text("utf-8")) for path in ROOT.glob(".github/workflows/*.yml")}
STEPS = [
    pytest.param(step, id=f"{name}-{job}-{number}")
    for name, workflow in WORKFLOWS.items()
    for job, content in workflow["jobs"].items()
    for number, step in enumerate(content["steps"])
]


def test_there_is_one_for_a_push_and_one_for_a_week():
    assert sorted(WORKFLOWS) == ["push.yml", "weekly.yml"]
    assert "schedule" in WORKFLOWS["weekly.yml"][True]  # YAML 1.1 reads the key "on" as a truth value


@pytest.mark.parametrize("step", STEPS)
def test_each_command_is_one_that_a_maintainer_is_told(step):
    documents = (ROOT / "README.md").read_text("utf-8") + (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    told = set(re.findall(r"`([^`\n]+)`", documents))
    told |= set(documents.splitlines())
    told |= {part for command in told for part in command.split(" && ")}
    assert "uses" in step or step["run"].strip() in told


@pytest.mark.parametrize("step", STEPS)
def test_no_failure_is_hidden(step):
    assert "continue-on-error" not in step
    assert "||" not in step.get("run", "")


def test_the_versions_of_python_are_those_of_the_readme():
    matrix = WORKFLOWS["push.yml"]["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert f"With Python {', '.join(matrix[:-1])} or {matrix[-1]}" in (ROOT / "README.md").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == f">={matrix[0]}"


def test_what_is_published_has_been_tested():
    assert {"test", "style", "build"} <= set(WORKFLOWS["push.yml"]["jobs"]["publish"]["needs"])


def test_dependabot_leaves_jupyter_book_2_alone():
    settings = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text("utf-8"))
    (python,) = [entry for entry in settings["updates"] if entry["package-ecosystem"] == "pip"]
    assert {"dependency-name": "jupyter-book", "versions": [">=2"]} in python["ignore"]


def test_package_changelog_and_citation_name_the_same_version():
    newest, date = re.search(
        r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M
    ).groups()
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert (newest, date) == (mnist_helpers.__version__, citation["date-released"])
    assert citation["version"] == mnist_helpers.__version__
