"""From a Config to a Plan: the rules of layers, what a token appends, growth."""
