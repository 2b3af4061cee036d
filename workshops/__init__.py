"""First floor: propose, deliberate, vote, agree; live."""
