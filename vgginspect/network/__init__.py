"""From a Config to a Plan: the layer classes, the layers that a token appends, the sums."""
