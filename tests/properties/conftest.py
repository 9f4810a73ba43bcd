"""Tests of properties share a table of calls and what is odd input."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
