from hypothesis import given
from strategies import configs

from vgginspect import plan
from vgginspect.network.grow import grow
from vgginspect.network.plan import Totals
from vgginspect.views.part_totals import PART_COLUMNS, parts


def column(name, made):
    (found,) = (column for column in PART_COLUMNS if column.name == name)
    return [found.value(part, made) for part in parts(made)]


def test_the_parts_of_vgg16():
    made = plan("D")
    whole = made.totals
    assert [part.part for part in parts(made)] == ["features", "avgpool", "classifier", "total"]
    assert [part.totals for part in parts(made)] == [
        Totals(
            layers=31,
            conv_layers=13,
            depth=13,
            params=14714688,
            trainable_params=14714688,
            features_params=14714688,
            macs=15346630656,
            param_bytes=58858752,
            activation_bytes=4 * (13_547_520 + 1_530_368),
            saved_bytes=4 * (13_547_520 + 1_530_368) + 8 * 1_530_368,
        ),
        Totals(layers=1, activation_bytes=4 * 512 * 49, saved_bytes=4 * 512 * 49),
        Totals(
            layers=7,
            linear_layers=3,
            depth=3,
            params=123642856,
            trainable_params=123642856,
            classifier_params=123642856,
            macs=123633664,
            param_bytes=494571424,
            activation_bytes=4 * (9192 + 8192),
            saved_bytes=4 * 4 * 4096 + 2 * 4096,
        ),
        whole,
    ]
    assert (whole.layers, whole.depth, whole.params) == (39, 16, 138357544)
    assert (whole.macs, whole.activation_bytes) == (15470264320, 60481440)
    assert column("depth", made) == [13, 0, 3, 16]
    assert column("param_bytes", made) == [58858752, 0, 494571424, 553430176]
    assert column("share", made) == [0.106353, 0.0, 0.893647, 1.0]


@given(configs())
def test_the_parts_add_up_to_the_whole(config):
    grown = grow(config)
    *some, whole = parts(grown)
    assert [part.part for part in some] == [
        name
        for name, there in (
            ("features", True),
            ("avgpool", config.avgpool and not config.features_only),
            ("classifier", not config.features_only),
        )
        if there
    ]
    totals = [part.totals for part in some]
    assert tuple(map(sum, zip(*totals, strict=True))) == whole.totals == grown.totals
    assert totals[0].params == sum(layer.params for layer in grown.features)
    assert totals[0].activation_bytes == sum(layer.activation_bytes for layer in grown.features)
