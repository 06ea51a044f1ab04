"""Benchmarks against other engines, side by side in one run: `python -m tests.benchmarks` (or `make bench`).

`measure.py` times contestants in turns, so that a busy machine slows all of them alike, and takes medians; `report.py`
holds what a run prints: one line a measurement with its ratio and, where one is set, its target. Each other file is
one group of measurements, listed in `__main__.py`. No benchmark is part of the tests: figures are read, not asserted.
"""
