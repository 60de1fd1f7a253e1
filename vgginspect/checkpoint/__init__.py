"""From the names and shapes of a checkpoint's tensors to a Config."""
