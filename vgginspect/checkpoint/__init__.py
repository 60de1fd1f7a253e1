"""From a file to the names and shapes of its tensors, and from these to a Config."""
