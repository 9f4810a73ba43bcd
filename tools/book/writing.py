"""Files of the book that are replaced only when every new one is ready."""

import os
from pathlib import Path


def replace_files(texts: dict[Path, str]) -> list[Path]:
    """Write texts over files, all prepared beside them first; return the files that changed.

    Raises
    ------
    OSError
        A file cannot be written, as on a full disk. Every file is as it was.
    """
    changed = [path for path, text in texts.items() if not path.exists() or path.read_bytes() != text.encode()]
    parts = {path: path.with_name(f"{path.name}.part") for path in changed}
    try:
        for path, part in parts.items():
            with part.open("wb") as file:
                file.write(texts[path].encode())
                file.flush()
                os.fsync(file.fileno())
        for path, part in parts.items():
            part.replace(path)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
    return changed
