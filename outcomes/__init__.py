"""Top floor: what was agreed becomes what is bought, monitored and reviewed."""
