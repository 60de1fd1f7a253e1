"""From text to a Config: tokens, the list parser, options, the paper's lists."""
