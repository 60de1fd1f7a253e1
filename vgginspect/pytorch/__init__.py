"""The only room that imports torch, and only when one of its functions is called."""
