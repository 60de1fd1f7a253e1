"""Helpers for text that every room may use."""
