"""What a peer says of the memory of vgg16 in training: batch 32, Adam, float32."""

import sys

from vgginspect.pytorch.import_torchvision import load

NAME = sys.argv[1]


def main() -> None:
    model = load().vgg16(weights=None)
    if NAME == "torchinfo":
        from torchinfo import summary

        print(summary(model, input_size=(32, 3, 224, 224), mode="train"))
    elif NAME == "torch-kitsune":
        from kitsune.predict import predict_memory

        print(predict_memory(model, (3, 224, 224), batch_size=32).summary())
    else:
        raise SystemExit(f"no such peer: {NAME}")


main()
