"""What the floor above sends through this post: the words of its kinds of letters, and what goes with them.

The floor above writes itself down here when it starts; this floor never asks what is behind it.
"""

from collections.abc import Callable

from workshops.models import Letter

File = tuple[str, bytes, str]
WORDS: dict[str, Callable[[Letter], tuple[str, str]]] = {}  # by kind of letter: subject and plain text
FILES: dict[str, Callable[[Letter], File | None]] = {}  # by kind of letter: name, content and type of what goes with it
