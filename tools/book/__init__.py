"""From the text of the chapters to their notebooks: make, run, check, take back."""
