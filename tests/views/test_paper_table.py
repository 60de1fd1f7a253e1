"""``configs --paper`` against Table 1 of arXiv:1409.1556, copied from the paper by hand."""

import csv
import io
import json

from vgginspect.lang import words
from vgginspect.views.paper_table import report

#: The columns of the table, its rows from ``conv3-64`` to ``soft-max``; "-" is an empty cell.
TABLE_1 = """
conv3-64  conv3-64  conv3-64  conv3-64  conv3-64  conv3-64
-         LRN       conv3-64  conv3-64  conv3-64  conv3-64
maxpool   maxpool   maxpool   maxpool   maxpool   maxpool
conv3-128 conv3-128 conv3-128 conv3-128 conv3-128 conv3-128
-         -         conv3-128 conv3-128 conv3-128 conv3-128
maxpool   maxpool   maxpool   maxpool   maxpool   maxpool
conv3-256 conv3-256 conv3-256 conv3-256 conv3-256 conv3-256
conv3-256 conv3-256 conv3-256 conv3-256 conv3-256 conv3-256
-         -         -         conv1-256 conv3-256 conv3-256
-         -         -         -         -         conv3-256
maxpool   maxpool   maxpool   maxpool   maxpool   maxpool
conv3-512 conv3-512 conv3-512 conv3-512 conv3-512 conv3-512
conv3-512 conv3-512 conv3-512 conv3-512 conv3-512 conv3-512
-         -         -         conv1-512 conv3-512 conv3-512
-         -         -         -         -         conv3-512
maxpool   maxpool   maxpool   maxpool   maxpool   maxpool
conv3-512 conv3-512 conv3-512 conv3-512 conv3-512 conv3-512
conv3-512 conv3-512 conv3-512 conv3-512 conv3-512 conv3-512
-         -         -         conv1-512 conv3-512 conv3-512
-         -         -         -         -         conv3-512
maxpool   maxpool   maxpool   maxpool   maxpool   maxpool
FC-4096   FC-4096   FC-4096   FC-4096   FC-4096   FC-4096
FC-4096   FC-4096   FC-4096   FC-4096   FC-4096   FC-4096
FC-1000   FC-1000   FC-1000   FC-1000   FC-1000   FC-1000
soft-max  soft-max  soft-max  soft-max  soft-max  soft-max
"""
LETTERS = ["A", "A-LRN", "B", "C", "D", "E"]
#: Table 2, in millions.
TABLE_2 = ["133 M", "133 M", "133 M", "134 M", "138 M", "144 M"]


def test_it_is_table_1_of_the_paper(cli):
    rows = json.loads(cli("configs", "--paper", "-f", "json").out)["rows"]
    assert [list(row) for row in rows] == [["part", "stage", *LETTERS]] * len(rows)
    cells = [[row[letter] for letter in LETTERS] for row in rows]
    assert cells[0] == ["11", "11", "13", "16", "16", "19"]
    assert cells[1] == ["3×224×224"] * 6
    wanted = [line.split() for line in TABLE_1.strip().splitlines()]
    assert [[cell or "-" for cell in row] for row in cells[2:-1]] == wanted
    assert cells[-1] == TABLE_2
    assert [row["part"] for row in rows if not row["stage"]] == [
        *["weight_layers", "input"],
        *["classifier"] * 4,
        "parameters",
    ]


def test_every_format_has_the_table(cli, golden):
    rows = list(csv.reader(io.StringIO(cli("configs", "--paper", "-f", "csv").out)))
    assert rows[0] == ["part", "stage", *LETTERS]
    assert len(rows) == 2 + 25 + 2
    golden("configs-paper.txt", cli("configs", "--paper").out)
    golden("configs-paper.tex", cli("configs", "--paper", "-f", "booktabs").out)
    golden("configs-paper.md", cli("configs", "--paper", "-f", "markdown").out)
    some = cli("configs", "--paper", "--columns", "D,E", "-f", "tsv").out.splitlines()
    assert some[0] == "D\tE"


def test_it_fits_in_80_columns(cli):
    lines = cli("configs", "--paper").out.splitlines()
    assert max(map(len, lines[:-1])) <= 80


def test_it_is_known_whether_columns_were_chosen():
    assert report(words("en"), "D").chosen
    assert not report(words("en")).chosen
