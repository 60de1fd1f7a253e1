"""Computed from a Config or a Plan: arithmetic, look-up, sizes, adaptations, source code."""
