"""What one of the peers does for vgg16: build it, run it, print its table or its count."""

import contextlib
import sys

from vgginspect.pytorch.import_torchvision import load

NAME = sys.argv[1]


def main() -> None:
    import torch

    model = load().vgg16(weights=None)
    model.eval()
    if NAME == "torchinfo":
        from torchinfo import summary

        summary(model, input_size=(1, 3, 224, 224))
    elif NAME == "torchsummary":
        from torchsummary import summary

        summary(model, (3, 224, 224), device="cpu")
    elif NAME == "fvcore":
        from fvcore.nn import FlopCountAnalysis, flop_count_table

        print(flop_count_table(FlopCountAnalysis(model, torch.zeros(1, 3, 224, 224))))
    elif NAME == "ptflops":
        from ptflops import get_model_complexity_info

        get_model_complexity_info(model, (3, 224, 224))
    else:
        raise SystemExit(f"no such peer: {NAME}")


with contextlib.suppress(BrokenPipeError):
    main()
