import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.cfg.config import make_config
from vgginspect.errors import ConfigError
from vgginspect.network.grow import grow
from vgginspect.report.json_document import document, fields
from vgginspect.report.json_path import bare, get

PLAN = grow(make_config("D"))
WHOLE = document(PLAN)


def made():
    return fields(PLAN, PLAN.iter_steps)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("schema", 1),
        ("totals.params", 138357544),
        ("totals", WHOLE["totals"]),
        ("config.name", "D"),
        ("config.tokens.2", "M"),
        ("config.tokens.-1", "M"),
        ("config.tokens.-18", 64),
        ("config.tokens.17", "M"),
        ("config.hidden", [4096, 4096]),
        ("input", [3, 224, 224]),
        ("input.0", 3),
        ("steps.0.token", 64),
        ("steps.17.output_shape", [512, 7, 7]),
        ("steps.-1.output_shape", [512, 7, 7]),
        ("layers.0.name", "conv1_1"),
        ("layers.38.name", "fc8"),
        ("layers.-1.name", "fc8"),
        ("layers.conv4_2.output_shape", [512, 28, 28]),
        ("layers.conv4_2.output_shape.1", 28),
        ("layers.features.0.name", "conv1_1"),
        ("layers.features.0", WHOLE["layers"][0]),
        ("layers.classifier.6.params", 4097000),
        ("layers.avgpool.type", "AdaptiveAvgPool2d"),
        ("layers.fc6.in_channels", 25088),
        ("layers.conv1_1.state_dict.features.0.weight", [64, 3, 3, 3]),
        ("layers.conv1_1.state_dict.features.0.weight.1", 3),
        ("layers.relu1_1.receptive_field", 3),
        ("layers.fc6.receptive_field", None),
        ("layers", WHOLE["layers"]),
        ("steps", WHOLE["steps"]),
        (".totals..depth.", 16),
        ("layers[0].name", "conv1_1"),
        (".layers[-1].output_shape[0]", 1000),
        ("layers[conv4_2].state_dict.features[19].bias", [512]),
    ],
)
def test_a_path_leads_to_a_value(path, value):
    assert get(made(), path) == value


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "no entry '' in the document\n  the entries are schema, config, origin, input, steps"),
        ("total", "no entry 'total' in the document; did you mean totals?"),
        ("params", "no entry 'params' in the document; did you mean totals.params?"),
        ("hidden", "no entry 'hidden' in the document; did you mean config.hidden?"),
        ("totals.parms", "no entry 'parms' in totals; did you mean params?"),
        ("totals.parms.x", "no entry 'parms' in totals; did you mean params?"),
        ("config.tokens.99", "config.tokens has 18 entries, 0 to 17; there is no entry 99"),
        ("totals.params.x", "totals.params is 138357544; it has no entry 'x'"),
        ("config.name.x", "config.name is D; it has no entry 'x'"),
        ("config.tokens.18", "config.tokens has 18 entries, 0 to 17; there is no entry 18"),
        ("config.tokens.-19", "config.tokens has 18 entries, 0 to 17; there is no entry -19"),
        (
            "config.tokens.M",
            "no entry 'M' in config.tokens\n  the entries are 0, 1, …",
        ),
        ("steps.18", "steps has 18 entries, 0 to 17; there is no entry 18"),
        (
            "steps.99999999999999999999",
            "steps has 18 entries, 0 to 17; there is no entry 9999999999",
        ),
        ("layers.39", "layers has 39 entries, 0 to 38; there is no entry 39"),
        ("layers.-40", "layers has 39 entries, 0 to 38; there is no entry -40"),
        ("layers.--3", "no entry '--3' in layers"),
        ("config.tokens.-", "no entry '-' in config.tokens"),
        ("config.tokens.٣", "no entry '٣' in config.tokens"),
        (
            "config.tokens.9999999999999999",
            "config.tokens has 18 entries, 0 to 17; there is no entry 99",
        ),
        ("input.-" + "9" * 5000, f"input has 3 entries, 0 to 2; there is no entry -{'9' * 39}"),
        ("layers.conv9_9", "no entry 'conv9_9' in layers; did you mean conv"),
        ("layers.features.99", "no entry 'features' in layers"),
        (
            "layers.conv1_1.state_dict.weight",
            "no entry 'weight' in layers.conv1_1.state_dict",
        ),
        ("layers.fc6.jump.x", "layers.fc6.jump is null; it has no entry 'x'"),
        ("\x1b[31m", r"no entry '\x1b[31m' in the document"),
        ("z" * 500, f"no entry '{'z' * 40}' in the document"),
    ],
)
def test_a_path_that_leads_nowhere_says_how_far_it_led(path, said):
    with pytest.raises(ConfigError) as caught:
        get(made(), path)
    assert str(caught.value).startswith(said)


def paths(value, path=""):
    """Every path that leads somewhere in a document."""
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield f"{path}{key}"
            yield from paths(inner, f"{path}{key}.")


SMALL = grow(make_config("8,M", hidden="none"))
PIECES = st.text("-0123456789[].", max_size=6) | st.text(max_size=6)
PATHS = st.builds("{}.{}{}".format, st.sampled_from([*paths(document(SMALL))]), PIECES, PIECES)


@given(PATHS | st.text())
def test_any_path_leads_to_a_value_or_a_clear_error(path):
    try:
        value = get(fields(SMALL, SMALL.iter_steps), path)
    except ConfigError as error:
        assert any(said in str(error) for said in ("no entry",))
    else:
        assert json.loads(json.dumps(value)) == value


NAMED = {
    "facts": [{"name": "bias", "value": "no"}, {"name": "pools", "value": "M"}],
    "configs": [{"config": "D", "depth": 16}, {"config": "D+bn", "depth": 16}],
    "sides": [{"label": "A", "config": {"name": "A"}}, {"label": "64,M", "config": {}}],
    "edits": [{"config": "E", "edit": "inserted"}, {"config": "E", "edit": "dropped"}],
    "twice": [{"name": "conv1_1", "path": "a.0"}, {"name": "conv1_1", "path": "a.1"}],
    "numbers": [1, 2],
    "none": [],
    "one": [7],
    "long": "y" * 61,
    "forty": dict.fromkeys(map(str, range(40))),
    "more": dict.fromkeys(map(str, range(41))),
    "stream": iter(()),
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("facts.pools.value", "M"),
        ("configs.D+bn", {"config": "D+bn", "depth": 16}),
        ("sides.A.config.name", "A"),
        ("twice.conv1_1.path", "a.0"),
        ("twice.a.1.path", "a.1"),
        ("edits.1.edit", "dropped"),
    ],
)
def test_entries_answer_to_their_names(path, value):
    assert get({key: lambda v=v: v for key, v in NAMED.items()}, path) == value


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            "facts.pool",
            "no entry 'pool' in facts; did you mean pools?\n  the entries are bias, pools",
        ),
        ("configs.F", "no entry 'F' in configs\n  the entries are D, D+bn"),
        ("edits.E", "no entry 'E' in edits\n  the entries are 0, 1, …"),
        ("numbers.one", "no entry 'one' in numbers\n  the entries are 0, 1, …"),
        ("numbers.2", "numbers has 2 entries, 0 to 1; there is no entry 2"),
        ("one.1", "one has 1 entry; there is no entry 1"),
        ("none.0", "none has no entry; there is no entry 0"),
        ("stream." + "9" * 41, f"stream has no entry; there is no entry {'9' * 40}"),
        ("long." + "z" * 41, f"long is {'y' * 60}; it has no entry '{'z' * 40}'"),
        ("forty.x", f"no entry 'x' in forty\n  the entries are {', '.join(map(str, range(40)))}"),
        ("more.x", f"no entry 'x' in more\n  the entries are {', '.join(map(str, range(40)))}, …"),
        ("none.one", "no entry 'one' in none\n  the entries are 0, 1, …"),
    ],
)
def test_names_that_no_entry_has(path, said):
    with pytest.raises(ConfigError) as caught:
        get({key: lambda v=v: v for key, v in NAMED.items()}, path)
    assert str(caught.value) == said


def test_only_what_the_path_leads_through_is_worked_out():
    def never():
        raise AssertionError

    assert get({"a": lambda: {"b": 1}, "c": never}, "a.b") == 1

    def stream():
        yield {"name": "first", "path": "x"}
        yield {"name": "second", "path": "y"}
        raise AssertionError

    assert get({"rows": stream}, "rows.0.name") == "first"
    assert get({"rows": stream}, "rows.1.name") == "second"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("D", "D"),
        (1, "1"),
        (0.5, "0.5"),
        (None, "null"),
        (True, "true"),
        ([3, 224, 224], "[3, 224, 224]"),
        ({"a": [1]}, '{"a": [1]}'),
    ],
)
def test_a_value_is_printed_bare(value, text):
    assert bare(value) == text


@pytest.mark.parametrize("layer", WHOLE["layers"], ids=lambda layer: layer["path"])
def test_every_layer_answers_to_its_name_its_path_and_its_number(layer):
    number = WHOLE["layers"].index(layer)
    for key in (layer["name"], layer["path"], number):
        assert get(made(), f"layers.{key}") == layer
    assert json.loads(bare(get(made(), f"layers.{number}"))) == layer
