"""What the floor above sends through this post: the words of its kinds of letters, what goes with them, and when it has any.

The floor above writes itself down here when it starts; this floor never asks what is behind it.
"""

from collections.abc import Callable
from datetime import datetime

from workshops.models import Letter

File = tuple[str, bytes, str]
WORDS: dict[str, Callable[[Letter], tuple[str, str]]] = {}  # by kind of letter: subject and plain text
FILES: dict[str, Callable[[Letter], File | None]] = {}  # by kind of letter: name, content and type of what goes with it
DUE: list[Callable[[datetime], object]] = []  # asks for whatever letters are due; safe to call at any time
