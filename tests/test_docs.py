"""Every example in README.md and docs/ is run, and prints what the document says.

How examples are written:

- A block of the language ``console`` holds commands and their output, as a person would see
  them. A line that begins with ``$ `` is a command, run by bash in a folder that starts empty
  and stays the same throughout the document; a trailing backslash continues it. The lines
  behind it are all it prints, errors included, to the letter but for blanks at line ends.
- ``...`` on a line of its own stands for any lines left out, within a line for any text.
- A block of the language ``python`` is executed, in one namespace for the document. With
  ``>>>`` prompts it is a doctest, in which ``...`` stands for any text.
- ``<!-- file: NAME -->`` on the line above a block saves the block as the file NAME in that
  folder instead, for the commands and the code that follow.
- ``<!-- needs: PROGRAM ... -->`` on the line above a block names programs beyond a plain system,
  or Python modules beyond our tests'; where one is not installed, the block is left out and the
  tests say so.
- ``<!-- not run: REASON -->`` on the line above a block leaves it out.
- Blocks of other languages (``sh``, ``text``, ``json``) are not run.

``python tests/examples.py docs/FILE.md`` writes what the commands print today into a document.
"""

import re

import pytest
from examples import ROOT, agrees, blocks, commands, failures, missing, update

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / ".github" / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_every_example_prints_what_the_document_says(path, tmp_path):
    found = failures(path, tmp_path)
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_what_the_examples_need_is_installed(path):
    absent = {name for block in blocks(path.read_text(encoding="utf-8")) for name in missing(block)}
    if absent:
        pytest.skip(f"examples of {path.name} were left out: no {', '.join(sorted(absent))} here")


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_every_block_closes_and_says_its_language(path):
    document = path.read_text(encoding="utf-8")
    assert len(re.findall(r"^ *```", document, re.MULTILINE)) == 2 * len(list(blocks(document)))
    for block in blocks(document):
        assert block.language, f"a block without a language: {block.text[:60]!r}"


def slug(heading):
    """The anchor that GitHub gives a heading."""
    text = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(path):
    document = re.sub(r"^ *```.*?^ *```", "", path.read_text("utf-8"), flags=re.M | re.S)
    return {slug(heading) for heading in re.findall(r"^#+ +(.+)$", document, re.MULTILINE)}


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_every_link_within_the_project_leads_somewhere(path):
    document = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.S)
    for link in re.findall(r"\]\(([^)\s]+)\)", document):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a  \nb", "a\nb \n", True),
        ("a\nb", "a\nc", False),
        ("", "", True),
        ("", "error", False),
        ("a", "", False),
        ("a\n...\nd", "a\nb\nc\nd\n", True),
        ("a\n...\nd", "a\nd\n", True),
        ("a\n...\nd", "a\nb\nc\n", False),
        ("a\n...", "a\nb\nc\n", True),
        ("...\nc", "a\nb\nc\n", True),
        ("...\nb", "a\nb\nc\n", False),
        ("took ... s", "took 0.12 s", True),
        ("took ... s", "took 0.12\n s", False),
        ("took ... s", "gave 0.12 s", False),
        ("a.c ...", "abc 1", False),
    ],
)
def test_outputs_are_compared_line_by_line(expected, actual, same):
    assert agrees(expected, actual) is same


def written(tmp_path, text):
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return path, scratch


GOOD = """
<!-- file: net.cfg -->
```text
[8, 'M', 16]
```

1. In a list:

   ```console
   $ vgginspect summary @net.cfg --get totals.params \\
       --features-only
   1392
   $ vgginspect summary nothing; echo "exit $?"
   vgginspect: unknown configuration 'nothing'...
   ...
   exit 2
   ```

```python
from vgginspect import plan
params = plan(open("net.cfg").read(), features_only=True).totals.params
```

```python
>>> params
1392
```

<!-- not run: takes a day -->
```console
$ false
true
```

<!-- needs: bash no-such-program -->
```console
$ no-such-program
fine
```

<!-- needs: bash -->
```console
$ echo $((6 * 7))
42
```
"""


def test_a_good_page_has_no_failures(tmp_path):
    assert failures(*written(tmp_path, GOOD)) == []


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("1392\n   $", "1393\n   $", "page.md:10: $ vgginspect summary @net.cfg"),
        ("\n42\n", "\n43\n", "page.md:43: $ echo $((6 * 7))"),
        ("exit 2", "exit 0", "page.md:13: $ vgginspect summary nothing"),
        (">>> params\n1392", ">>> params\n1393", "Expected:\n    1393"),
        ("from vgginspect import plan", "from vgginspect import plane", "page.md:20: ImportError"),
    ],
)
def test_a_wrong_page_has_a_failure_that_says_where(tmp_path, good, bad, said):
    (found,) = failures(*written(tmp_path, GOOD.replace(good, bad)))[:1]
    assert said in found


def test_a_page_is_brought_up_to_date(tmp_path, capsys):
    stale = GOOD.replace("   1392\n   $", "   1\n   2\n   $")
    path, scratch = written(tmp_path, stale)
    update(path, scratch)
    assert path.read_text(encoding="utf-8") == GOOD
    assert capsys.readouterr().out.endswith("page.md: 1 outputs changed\n")


def test_output_without_a_command_is_a_mistake():
    document = "```console\nvgginspect trace A\n```\n"
    (block,) = blocks(document)
    with pytest.raises(ValueError, match="line 2: output without a command"):
        list(commands(document, block))


def test_the_readme_leads_to_every_document():
    readme = ROOT / "README.md"
    links = re.findall(r"\]\(([^)#\s]+)[^)\s]*\)", readme.read_text(encoding="utf-8"))
    translated = ROOT / "docs" / "ko"
    for path in DOCUMENTS[1:]:
        if translated not in path.parents:
            assert path.relative_to(ROOT).as_posix() in links
