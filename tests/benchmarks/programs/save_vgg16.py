"""Save a real vgg16 checkpoint with random weights, some 550 MB."""

import sys

import torch

from vgginspect import build

torch.save(build("D").state_dict(), sys.argv[1])
