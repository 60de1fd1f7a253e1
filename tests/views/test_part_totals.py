from hypothesis import given
from strategies import configs

from vgginspect import plan
from vgginspect.network.grow import grow
from vgginspect.views.part_totals import PART_COLUMNS, Part, parts


def test_the_parts_of_vgg16():
    assert list(parts(plan("D"))) == [
        Part("features", 31, 13, 14714688, 15346630656, 4 * (13_547_520 + 1_530_368)),
        Part("avgpool", 1, 0, 0, 0, 4 * 512 * 49),
        Part("classifier", 7, 3, 123642856, 123633664, 4 * (9192 + 8192)),
        Part("total", 39, 16, 138357544, 15470264320, 60481440),
    ]


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
    for position in range(1, len(Part._fields)):
        assert sum(part[position] for part in some) == whole[position]
    features = grown.features
    assert some[0].params == sum(layer.params for layer in features)
    assert some[0].activation_bytes == sum(layer.activation_bytes for layer in features)
    share = next(column for column in PART_COLUMNS if column.name == "share")
    assert share.value(whole, grown) == 1


def test_the_parameters_of_each_part_take_four_bytes_each():
    grown = plan("D")
    (column,) = (column for column in PART_COLUMNS if column.name == "param_bytes")
    held = [column.value(part, grown) for part in parts(grown)]
    assert held == [58858752, 0, 494571424, 553430176]
