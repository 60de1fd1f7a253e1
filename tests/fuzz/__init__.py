"""Fuzzing of the doors that strangers' bytes come in by."""
