"""Small things about text that every room may use."""
