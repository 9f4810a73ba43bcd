"""Commands for those who maintain the book. Run them from the repository: ``python -m tools.book.make``."""
