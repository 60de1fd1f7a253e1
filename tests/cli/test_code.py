import pytest
import torch
from torch import nn

from vgginspect import build


def network(source):
    names: dict = {"__name__": "source"}
    exec(compile(source, "source", "exec"), names)
    found = [value for value in names.values() if isinstance(value, type)]
    return next(one for one in found if issubclass(one, nn.Module) and one is not nn.Module)()


@pytest.mark.parametrize("more", [[], ["--unrolled"]])
@pytest.mark.parametrize("cfg", ["8,M,16,M+input=32+classes=4+hidden=9", "8,A,LRN+bn+input=16"])
def test_the_source_makes_the_network(cfg, more, cli):
    done = cli("code", cfg, *more)
    assert (done.code, done.err) == (0, "")
    with torch.device("meta"):
        made = network(done.out).state_dict()
        expected = build(cfg).state_dict()
    assert [(key, value.shape) for key, value in made.items()] == [
        (key, value.shape) for key, value in expected.items()
    ]


def test_it_is_written_to_a_file_of_python_or_text(cli, tmp_path):
    for name in ("net.py", "net.txt", "net"):
        assert cli("code", "8,M", "-o", str(tmp_path / name)).code == 0
        assert (tmp_path / name).read_text() == cli("code", "8,M").out
    refused = cli("code", "8,M", "-o", str(tmp_path / "net.csv"))
    assert (refused.code, refused.out) == (2, "")
    assert "vgginspect summary makes them" in refused.err
    assert not (tmp_path / "net.csv").exists()
