"""Questions about a step, and what is said about wrong answers."""

import pytest

from vgginspect import plan
from vgginspect.lang import words
from vgginspect.views.quiz import questions

EN = words("en")


def ask(cfg: str, step: int, question: int, answer: str) -> str:
    return list(questions(plan(cfg).steps[step - 1], EN))[question].wrong(answer, EN)


@pytest.mark.parametrize("cfg", ["A", "D+bn", "C", "A-LRN", "8,avgpool3s2p1c,conv3x1-16s2p0"])
def test_the_answers_given_are_right(cfg: str) -> None:
    for step in plan(cfg).steps:
        asked = list(questions(step, EN))
        assert len(asked) == 4
        assert [question.wrong(question.answer, EN) for question in asked] == [""] * 4
        assert all(question.wrong(given, EN) for question in asked for given in ("", "x"))


@pytest.mark.parametrize(
    ("cfg", "step", "question", "answer"),
    [
        ("A", 1, 0, "conv relu"),
        ("A", 1, 0, "nn.Conv2d(3, 64, 3), nn.ReLU(inplace=True)"),
        ("A+bn", 1, 0, "Convolution + batch norm + ReLU"),
        ("A+bn", 1, 0, "CONV, BN and relu"),
        ("A", 2, 0, "max pool"),
        ("A", 2, 0, "pool"),
        ("8,A", 2, 0, "average pool"),
        ("8,LRN", 2, 0, "lrn"),
        ("A", 1, 3, "(64, 224, 224)"),
        ("A", 1, 3, "64x224x224"),
    ],
)
def test_answers_may_be_short(cfg: str, step: int, question: int, answer: str) -> None:
    assert ask(cfg, step, question, answer) == ""


@pytest.mark.parametrize(
    ("cfg", "step", "question", "answer", "said"),
    [
        ("A", 1, 0, "conv", "not named: ReLU; number: append Conv2d and ReLU"),
        ("A", 1, 0, "conv, bn, relu", "not appended: bn; number"),
        ("A", 1, 0, "relu, conv", "not in this order or number; number"),
        ("A", 1, 0, "conv, relu, relu", "not in this order or number; number"),
        ("A", 2, 0, "c", "not named: MaxPool2d; not appended: c; max pool"),
        ("A", 1, 1, "3", "in_channels = v: the next convolution takes these 64 channels"),
        ("A", 2, 1, "3", "no convolution, so in_channels stays 64"),
        ("A", 3, 2, "4", "each appended layer counts: 3 + 2 = 5"),
        ("A", 1, 3, "64", "a shape has three numbers"),
        ("A", 1, 3, "3x224x224", "the output has 64 channels"),
        ("A", 1, 3, "64x222x222", "height and width stay, by stride and padding"),
        ("A", 2, 3, "64x224x224", "height = width = ⌊(224 + 2·0 − 1·(2 − 1) − 1) / 2⌋ + 1 = 112"),
        ("8,conv1-8s2x1", 2, 3, "8x1x1", "height = ⌊(224 + 2·0 − 1·(1 − 1) − 1) / 2⌋ + 1 = 112; w"),
        ("A", 2, 3, "3x112x113", "the output has 64 channels; height = width"),
    ],
)
def test_what_was_wrong_is_said(cfg: str, step: int, question: int, answer: str, said: str) -> None:
    assert ask(cfg, step, question, answer).startswith(said)
