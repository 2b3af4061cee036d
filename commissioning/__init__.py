"""Ground floor: who, for what, and where in the commissioning cycle."""
