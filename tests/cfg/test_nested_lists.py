"""Lists inside a cfg list: the message has the list that was meant, ready to paste."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.cfg.config import CONFIGS, Config, config_from_text, make_config
from vgginspect.cfg.nested_lists import nested_message
from vgginspect.errors import ConfigError

SILENT = "a list for each stage says nothing of the pools; with a max pool after each stage it is\n"
FLAT = "a cfg list has no lists inside it; in one list it is\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[[64], [128], [256, 256], [512, 512], [512, 512]]",
            f"{SILENT}  64,M,128,M,256,256,M,512,512,M,512,512,M\nThis is A of the paper.",
        ),
        (
            "[[64], [128]]+bn + classes=10",
            f"{SILENT}  64,M,128,M+bn+classes=10",
        ),
        ("((64,), ['conv1-8'])", f"{SILENT}  64,M,conv1-8,M"),
        ("[[64]] * 2", f"{SILENT}  64,M,64,M"),
        ("[[64, 'M'], [128]]", f"{FLAT}  64,M,128"),
        ("[64, [128, 128], 'M']", f"{FLAT}  64,128,128,M"),
        ("[[[64], 8], [9]]", f"{SILENT}  64,8,M,9,M"),
        ("[cfgs['A'], 64]", f"{FLAT}  64,M,128,M,256,256,M,512,512,M,512,512,M,64"),
        ("[[], []]", f"{SILENT}  M,M"),
        ("[[8] * 3000]", "a list for each stage says nothing of the pools; write one list"),
    ],
)
def test_lists_by_stage_are_answered_with_the_list_that_was_meant(text, message):
    with pytest.raises(ConfigError) as caught:
        config_from_text(text)
    assert str(caught.value) == message


def test_lists_in_python_are_answered_in_the_same_way():
    with pytest.raises(ConfigError) as caught:
        make_config([(64,), [128, 128]])
    expected = f"entry 1, (64,): must be a whole number or a string; {SILENT}  64,M,128,128,M"
    assert str(caught.value) == expected
    with pytest.raises(ConfigError, match="entry 2, \\[8\\]: must be"):
        Config([64, [8]])
    assert nested_message([[None]]).endswith("; write one list")


@given(st.lists(st.lists(st.integers(1, 999), min_size=1, max_size=3), min_size=1, max_size=5))
def test_the_list_in_the_message_is_the_stages_and_their_pools(stages):
    line = nested_message(stages).splitlines()[1].strip()
    meant = [entry for stage in stages for entry in (*stage, "M")]
    assert config_from_text(line) == make_config(meant)


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
