"""One script per figure that docs/benchmarks.md prints."""
