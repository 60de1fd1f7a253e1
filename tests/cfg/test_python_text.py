"""CONFIGs in Python notation, against Python itself and against lists written out."""

import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import token_texts

from vgginspect.cfg.config import CONFIGS, Config, config_from_text, make_config
from vgginspect.cfg.parser import MAX_TOKENS
from vgginspect.cfg.python_text import read, split_options
from vgginspect.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "argument"),
    [
        ("[64] * 2 + ['M']", "64,64,M"),
        ("[64, 'M'] + 2*[128] + ['M']", "64,M,128,128,M"),
        ("[64, 'M'] * 2 + [128]", "64,M,64,M,128"),
        ("3*[64] * 2", "64,64,64,64,64,64"),
        ("2*3*[64]", "64,64,64,64,64,64"),
        ("([64] + ['M']) * 2", "64,M,64,M"),
        ("[64] + [8]*0 + [9]*-1", "64"),
        ("[*[64]*2, 'M']", "64,64,M"),
        ("*[64]*2, 'M'", "64,64,M"),
        ("(64, 'M') + (128,)", "64,M,128"),
        ("list((64, 'M'))", "64,M"),
        ("tuple([64, 'M'])", "64,M"),
        ("[64]*2 + ['M']+bn", "64,64,M+bn"),
        ("[64] * 2 + ['M'] + hidden=[16] + classes=10", "64,64,M+classes=10+hidden=16"),
        ("[64, M]*2", "64,M,64,M"),
        ("[conv1-64, M]*2", "conv1-64,M,conv1-64,M"),
        ("cfg = [64]*2", "64,64"),
        ("cfg: list[int] = [64]*2", "64,64"),
        ("  'A': [64]*2,\n", "64,64"),
        ("{'A': [64]*2}", "64,64"),
        ("[64,  # first\n 'M'] * 2  # twice\n", "64,M,64,M"),
        ("[64]\n + ['M']", "64,M"),
        ("[64,\r\n 'M'] * 2", "64,M,64,M"),
        ("[‘M’, １２８] * 2", "M,128,M,128"),
        ("[np.int64(8), 'M']", "8,M"),
        ("[numpy.int32(8), np.str_('M')]", "8,M"),
        ("[tensor(8), torch.tensor(16, device='cuda:0'), int(8)]", "8,16,8"),
        ("array([8, 16])", "8,16"),
        ("tensor([8, 16], dtype=torch.int32)", "8,16"),
        ("torch.Size([8, 16])", "8,16"),
        ("D + [512, 'M']", "64,64,M,128,128,M,256,256,256,M,512,512,512,M,512,512,512,M,512,M"),
        ("A + [512]", "64,M,128,M,256,256,M,512,512,M,512,512,M,512"),
        ("[*C, 8]", "64,64,M,128,128,M,256,256,conv1-256,M"
         ",512,512,conv1-512,M,512,512,conv1-512,M,8"),
        ("cfgs['A']", "A"),
        ('cfg["vgg16"]', "D"),
        ("vgg.cfgs['A-LRN']", "A-LRN"),
        ("cfg['vgg16_bn']", "D+bn"),
        ("cfgs['D'][:4]", "64,64,M,128"),
        ("cfgs['A'][:-1] + [8]", "64,M,128,M,256,256,M,512,512,M,512,512,8"),
        ("cfgs['A'][::3]", "64,M,M,M,M"),
        ("make_layers(cfgs['D'], batch_norm=True)", "D+bn"),
        ("make_layers(cfgs['D'], True)", "D+bn"),
        ("make_layers(cfg=cfgs['D'], batch_norm=False)", "D"),
        ("make_layers(cfg['vgg16_bn'])", "D+bn"),
        ("vgg.make_layers([64, 'M'])", "64,M"),
        ("make_layers([64] * 2 + ['M'])+no-bias", "64,64,M+no-bias"),
        ("VGG(make_layers(cfgs['D']))", "D"),
        ("VGG(make_layers(cfgs['D'], True), num_classes=10, init_weights=x)", "D+bn+classes=10"),
        ("VGG('VGG16')", "D"),
        ("models.vgg16()", "D"),
        ("torchvision.models.vgg16_bn(num_classes=10)", "D+bn+classes=10"),
        ("vgg11(weights=VGG11_Weights.DEFAULT, dropout=0.25)", "A+dropout=0.25"),
        ("models.vgg16(True)", "D"),
        ("[64] + vgg11", "64,64,M,128,M,256,256,M,512,512,M,512,512,M"),
        ("[64] + A+bn", "64,64,M,128,M,256,256,M,512,512,M,512,512,M+bn"),
        ("[2**6, 'M', 64*2]", "64,M,128"),
        ("dict(A=[64, 'M'])", "64,M"),
        ("return [64, 'M']", "64,M"),
        ("tiny: [64, M]", "64,M"),
        ("_make_layers(cfgs['D'], True)", "D+bn"),
        ("models.vgg16(pretrained=True).features", "D+features-only"),
    ],
)  # fmt: skip
def test_python_notation_is_the_list_written_out(text, argument):
    assert config_from_text(text) == config_from_text(argument)
    assert config_from_text(text).argument == argument


@pytest.mark.parametrize(
    ("text", "said", "at"),
    [
        ("[64, 'spam'] * 2", "token 2, 'spam': not a token", "'spam'"),
        ("[64,\n 'spam'] * 2", "line 2, token 2, 'spam': not a token", "'spam'"),
        ("[64]*2 + ['M', 12B]", "not Python: invalid decimal literal", None),
        ("[64]*2 + ['M'", "not Python: ", "["),
        ("\n [64]*2 +\n ['M' 'q')", "line 3, not Python: ", None),
        ("+".join(["[64]"] * 5000), "this Python text is nested too deeply", None),
        ("[8] + ['한', 'x'] ", "token 2, '한': not a token", "'한'"),
        ("['한글 없음'] * 2 + ['M', 9.5]", "token 1, '한글 없음': not a token", "'한글 없음'"),
        ("[8] + (9.5, '한')", "token 2, 9.5: not a token; channels are whole numbers", "9.5"),
        ("[0x40] * 2", "token 1, 0x40: not a token; channels are whole numbers in dec", "0x40"),
        ("[-64] * 2", "token 1, -64: the number of channels must be positive", "-64"),
        ("[64*x, 'M'] + [8]", "token 1, 64*x: not a token; tokens are", "64*x"),
        ("[-2*3] * 2", "token 1, -2*3: the number of channels must be positive", "-2*3"),
        ("64,maxpool(2,1)", "token 2, maxpool(2,1): not a token; write maxpools1", "maxpool(2,1)"),
        ("Conv2d(3,64,3)", "not a token; write conv3-64p0", "Conv2d(3,64,3)"),
        ("make_layers(D, True)+[512]", "make_layers makes layers, not a list; add to the list "
         "inside its brackets", "make_layers(D, True)"),
        ("[1]*" + "9" * 5000, "this number is too large", None),
        ("[64] + vgg16_bn", "batch norm is an option of", "vgg16_bn"),
        ("[64, spam(3)]", "token 2, spam(3): the call of spam is not known; Python", "spam(3)"),
        ("[64, 'M'] * 2.0", "a list is repeated a whole number of times", "2.0"),
        ("[64, 'M'] * True", "a list is repeated a whole number of times", "True"),
        ("[64] * [2]", "a list is repeated a whole number of times", "[64]"),
        ("[64] * (9**61)", "this power is too large", "9**61"),
        ("[64] * (9**60)", "this number is too large", "9**60"),
        ("[64] * (1//0)", "a division by 0", "1//0"),
        ("[64] * (1/1)", "not a whole number that is written out", "1/1"),
        ("[64] * 2 + x[3]", "neither a list nor the name of one; Python text is read", "x[3]"),
        ("[64] + ['vgg16_bn']", "token 2, 'vgg16_bn': batch norm is an option of", "'vgg16_bn'"),
        ("[64] + cfgs['vgg16_bn']", "batch norm is an option of", "cfgs['vgg16_bn']"),
        ("cfgs['F']", "'F' is not the name of a list; known are A, A-LRN, B", "cfgs['F']"),
        ("cfgs['D'][::0]", "a slice has whole numbers, and its step is not 0", "0"),
        ("cfgs['D'][:'x']", "a slice has whole numbers, and its step is not 0", "'x'"),
        ("models.resnet18()", "the call of resnet18 is not known; Python text is read, not run; "
         "known are make_layers, VGG, vgg11, vgg13, vgg16, vgg19", "models.resnet18()"),
        ("models.vgg17()", "the call of vgg17 is not known", "models.vgg17()"),
        ("make_layers(cfgs['D'], dilation=2)", "the argument dilation of make_layers is not known; "
         "known are cfg, batch_norm", "dilation=2"),
        ("make_layers(cfgs['D'], **more)", "the argument ** of make_layers is not kn", "**more"),
        ("make_layers(cfgs['D'], True, 3)", "this argument of make_layers is not known", "3"),
        ("make_layers(*x)", "this argument of make_layers is not known", "*x"),
        ("make_layers()", "make_layers needs a list, as in make_layers(cf", "make_layers()"),
        ("vgg16(num_classes=n)", "the value of this argument is not written out", "n"),
        ("(lambda: [64])()", "this call is not known; Python text is read", "(lambda: [64])()"),
    ],
)  # fmt: skip
def test_an_error_in_python_notation_points_at_what_is_wrong(text, said, at):
    with pytest.raises(ConfigError) as caught:
        config_from_text(text)
    message = str(caught.value)
    assert message.startswith(said)
    if at is not None:
        *_, line, caret = message.split("\n")
        # Korean letters are two cells wide, and so are their carets.
        cells = "".join(char if char.isascii() else char * 2 for char in line)
        marked = "".join(char if char.isascii() else char * 2 for char in at)
        assert cells[caret.index("^") :][: caret.count("^")] == marked


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[64], [128]]*", "unexpected text after the list"),
        ("[" * 500, "this bracket is not closed"),
        ("x = foo(", "token 1, x: not a token"),
        ("lambda: [64]", "token 1, lambda:: not a token"),
        ("import os; [64]", "token 1, import: not a token"),
        ("M,x = [8, 2]", "token 2, x: not a token"),
        ("M: (8, 2) + (3,)", "token 1, M:: not a token"),
        ("[64]\x00*2", "the cfg list is binary data"),
        ("[]*3", "the cfg list is empty"),
        ("vgg16(num_classes=0)", "the number of classes must be a whole number from 1"),
        ("make_layers(D, batch_norm=3)", "batch norm must be on or off (True or False), not 3"),
        ("cfg = [64,'M']; cfg2=[1]", "2 cfg lists found: cfg, cfg2; give only one"),
        ("dict(A=[64], B=[8])", "token 1, dict(A=[64]: not a token; use one pair of brackets"),
        ("vgg16().classifier", "token 1, vgg16().classifier: not a token; use one pair"),
        ("{'A': [64]*2, 'B': [8]*2}", "2 cfg lists found: A, B; give only one"),
    ],
)
def test_other_text_gets_the_usual_errors(text, said):
    with pytest.raises(ConfigError) as caught:
        config_from_text(text)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    "text", ["[64]*10**9", "[64]*1000000000", "[64] * 2000000 * 2", "[64]*2000000 + [64]",
             "([64]*1500 + ['M'])*1500", "[*[64]*2000000, 64]", "cfgs['D'] * 200000"],
)  # fmt: skip
def test_more_tokens_than_allowed_are_refused_before_they_are_made(text):
    with pytest.raises(ConfigError, match="the cfg list has more than 2,000,000 tokens"):
        config_from_text(text)


def test_as_many_tokens_as_allowed():
    assert len(config_from_text(f"[64] * {MAX_TOKENS}").tokens) == MAX_TOKENS


LISTS = st.recursive(
    st.lists(token_texts().map(lambda text: int(text) if text.isdecimal() else text), max_size=4)
    .map(repr)
    .flatmap(lambda text: st.sampled_from([text, f"list({text})", f"[*{text}]"])),
    lambda inner: st.one_of(
        st.builds("({} + {})".format, inner, inner),
        st.builds("{} * {}".format, inner.map("({})".format), st.integers(-1, 4)),
        st.builds("{} * {}".format, st.integers(-1, 4), inner.map("({})".format)),
        st.builds("[*{}, 8, *{}]".format, inner, inner),
        st.builds("{}[{}:{}]".format, inner.map("({})".format), st.integers(-3, 3),
                  st.integers(-3, 5)),
    ),
    max_leaves=6,
)  # fmt: skip


@given(LISTS, st.sampled_from(["{}", "cfg = {}", "({})", "make_layers({})", " {} \n"]))
@example("[64] * 2 + ['M']", "{}")
def test_list_arithmetic_is_that_of_python(text, around):
    # The text is made here, of literals alone.
    entries = eval(text, {"__builtins__": {"list": list}})
    if entries:
        assert config_from_text(around.format(text)) == make_config(entries)
    else:
        with pytest.raises(ConfigError, match="the cfg list is empty"):
            config_from_text(around.format(text))


@pytest.mark.parametrize(
    "code",
    [
        "__import__('os').system('echo > ran')",
        "[64, __import__('os').system('echo > ran')]",
        "[64] * __import__('os').system('echo > ran')",
        "make_layers(open('ran', 'w'))",
        "make_layers(cfgs['D'], batch_norm=open('ran', 'w'))",
        "cfgs[open('ran', 'w')]",
        "[*open('ran', 'w')]",
        "[open('ran', 'w') for _ in (1,)]",
        "[64, f\"{open('ran', 'w')}\"]",
    ],
)
def test_nothing_is_run(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for text in (code, f"x = {code}", f"{code} + [64]", f"{code}+bn"):
        with pytest.raises(ConfigError):
            config_from_text(text)
    assert os.listdir() == []  # noqa: PTH208


@given(
    st.lists(
        st.sampled_from(
            [
                "[",
                "]",
                "(",
                ")",
                "64",
                "'M'",
                "*",
                "+",
                "2",
                ",",
                "cfgs['D']",
                "D",
                " ",
                "\n",
                "'",
                "#",
                "make_layers(",
                "np.int64(8)",
                "=",
                ":",
                "x",
                "-",
                "bn",
                "한",
                "[:2]",
                "{",
                "}",
            ]
        )
    ).map("".join)
)
def test_any_mixture_is_a_config_or_an_error_that_no_terminal_minds(text):  # fmt: skip
    try:
        found = config_from_text(text)
    except ConfigError as error:
        assert all(line.isprintable() for line in str(error).split("\n"))
    else:
        assert config_from_text(found.argument) == found


@pytest.mark.parametrize("text", ["64,M", "conv(", "64", "x", "{}", "{'a': 1, 'b': 2}", "[64]; 8"])
def test_what_is_no_config_in_python_notation(text):
    found = read(text)
    assert found is None or text == "64,M"


def test_what_follows_the_last_list_are_options():
    assert split_options("[8] + ['x']+bn + hidden=[4, 4]") == (
        "[8] + ['x']",
        ["bn ", " hidden=[4, 4]"],
    )
    assert split_options("D") == ("D", [])


def test_the_tokens_of_a_config_can_be_python_text_without_options():
    assert Config("[64] * 2 + ['M']") == make_config([64, 64, "M"])
    assert Config("cfgs['D']").tokens == CONFIGS["D"].tokens
    with pytest.raises(ConfigError, match="the tokens of a Config have no options"):
        Config("make_layers(cfgs['D'], batch_norm=True)")
    with pytest.raises(ConfigError, match="token 2, spam: not a token"):
        Config("[64, spam]")
