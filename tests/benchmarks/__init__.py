"""The benchmark: ``python -m tests.benchmarks``. It measures and never judges."""
