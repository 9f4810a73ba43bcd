"""Files of the book that are replaced only where they change, and only when every new one is ready."""

from pathlib import Path

from mnist_helpers._writing import write_files


def replace_files(texts: dict[Path, str]) -> list[Path]:
    """Write texts over files that hold something else; return the files that changed.

    Raises
    ------
    mnist_helpers._writing.WritingError
        A file cannot be written, as on a full disk. Every file is as it was.
    """
    changed = [path for path, text in texts.items() if not path.exists() or path.read_bytes() != text.encode()]
    write_files({path: texts[path] for path in changed})
    return changed
