"""Ways of counting votes: values in, a result with its steps out. Pure, one module for each family.

Which to use when: `docs/explanation/methods.md`. Every one is held against an independent program in `tests/workshops/methods/`.
"""
