"""Load and cost measurements, each with its yardstick in the same run. See README.md."""
