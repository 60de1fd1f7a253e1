"""Lists inside a cfg list: the message has the list that was meant, ready to paste."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.cfg.config import CONFIGS, Config, config_from_text, make_config
from vgginspect.cfg.nested_lists import nested_message
from vgginspect.cfg.tokens import Token
from vgginspect.errors import ConfigError

FLAT = "a cfg list has no lists inside it; in one list it is\n"


def silent(between, after, known=""):
    return (
        "a list for each stage says nothing of the pools; with a max pool between the stages "
        f"it is\n  {between}\nand with one after the last stage, too\n  {after}{known}"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[[64], [128], [256, 256], [512, 512], [512, 512]]",
            silent(
                "64,M,128,M,256,256,M,512,512,M,512,512",
                "64,M,128,M,256,256,M,512,512,M,512,512,M",
                "\nThis is A of the paper.",
            ),
        ),
        (
            "[[64], [128]]+bn + classes=10",
            silent("64,M,128+bn+classes=10", "64,M,128,M+bn+classes=10"),
        ),
        ("((64,), ['conv1-8'])", silent("64,M,conv1-8", "64,M,conv1-8,M")),
        ("((64, 64), (8,))", silent("64,64,M,8", "64,64,M,8,M")),
        ("[[64]] * 2", silent("64,M,64", "64,M,64,M")),
        ("[[64, 'M'], [128]]", f"{FLAT}  64,M,128"),
        ("[64, [128, 128], 'M']", f"{FLAT}  64,128,128,M"),
        ("[[[64], 8], [9]]", silent("64,8,M,9", "64,8,M,9,M")),
        ("[cfgs['A'], 64]", f"{FLAT}  64,M,128,M,256,256,M,512,512,M,512,512,M,64"),
        ("[[], []]", "a list for each stage says nothing of the pools; write one list"),
        ("[[]]", "a list for each stage says nothing of the pools; write one list"),
        ("[['M'], 'M']", "a cfg list has no lists inside it; write one list"),
        ("[[8] * 3000]", "a list for each stage says nothing of the pools; write one list"),
        ("[[8] * 5000]", "a cfg list has no lists inside it; write one list"),
        # The options of a call stay.
        (
            "make_layers([[64], [128]], batch_norm=True)",
            silent("64,M,128+bn", "64,M,128,M+bn"),
        ),
        (
            "VGG(make_layers([[64, 'M'], 128]), num_classes=10)+no-bias",
            f"{FLAT}  64,M,128+classes=10+no-bias",
        ),
        # Arguments of a layer are no stage.
        (
            "[(64, 3, 1), 'M']",
            "(64, 3, 1) is not a token; the arguments of a layer are part of its token, as in "
            "conv3-64s2p1",
        ),
        (
            "[(64, 3), (128, 3)]",
            "(64, 3) is not a token; the arguments of a layer are part of its token, as in "
            "conv3-64s2p1",
        ),
    ],
)
def test_lists_by_stage_are_answered_with_the_list_that_was_meant(text, message):
    with pytest.raises(ConfigError) as caught:
        config_from_text(text)
    assert str(caught.value) == message


def test_lists_in_python_are_answered_in_the_same_way():
    with pytest.raises(ConfigError) as caught:
        make_config([(64,), [128, 128]])
    meant = silent("64,M,128,128", "64,M,128,128,M")
    assert str(caught.value) == f"entry 1, (64,): must be a whole number or a string; {meant}"
    with pytest.raises(ConfigError, match="entry 2, \\[8\\]: must be"):
        Config([64, [8]])
    assert nested_message([[None]]).endswith("; write one list")


def test_a_token_is_no_list():
    with pytest.raises(ConfigError) as caught:
        make_config([Token("conv", 8, (3, 3), 1, 1)])
    assert str(caught.value).startswith("entry 1, Token(")
    assert "list" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["[[[64]*1000]*1000]*1000", "[[64]*1000000]*1000", "[[[[]]*1000000]*2]*2"]
)
def test_lists_inside_are_counted_before_they_are_made(text):
    with pytest.raises(ConfigError, match="the cfg list has more than 2,000,000 tokens"):
        config_from_text(text)


def test_lists_inside_are_not_followed_without_end():
    endless = [64]
    endless.append(endless)
    for cfg in (endless, [[[64] * 10**6] * 1000] * 1000):
        with pytest.raises(ConfigError, match="a cfg list has no lists inside it; write one list"):
            make_config(cfg)


@given(st.lists(st.lists(st.integers(1, 999), min_size=1, max_size=3), min_size=1, max_size=5))
def test_the_list_in_the_message_is_the_stages_and_their_pools(stages):
    _, between, _, after, *_ = nested_message(stages).splitlines()
    meant = [entry for stage in stages for entry in (*stage, "M")]
    assert config_from_text(after.strip()) == make_config(meant)
    assert config_from_text(between.strip()) == make_config(meant[:-1])


@pytest.mark.parametrize("letter", CONFIGS)
def test_the_papers_lists_are_named(letter):
    stages: list[list[object]] = [[]]
    for token in CONFIGS[letter].tokens:
        if token.text == "M":
            stages.append([])
        else:
            stages[-1].append(token.value)
    said = nested_message(stages[:-1])
    assert said.endswith(f"This is {letter} of the paper.")
