"""The bridge to PyTorch: the only part of the package that imports torch, when it is called."""
