"""The page, in a real browser where there is one."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import CHROMIUM

from vgginspect import observe, plan, trace
from vgginspect.drawing import Order, draw
from vgginspect.drawing.page import embedded, page
from vgginspect.lang import words
from vgginspect.report.json_document import document
from vgginspect.views.quiz import questions

EN = words("en")
DRIVER = shutil.which("chromedriver")


def data_of(html: str) -> Any:
    match = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)
    assert match
    return json.loads(match[1])


def test_the_numbers_are_the_json_documents() -> None:
    grown = plan("D", batch_norm=True, input_shape="3x64x48")
    assert data_of(page(grown, EN))["plan"] == json.loads(json.dumps(document(grown)))


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "</script><b>", "<!--", "{{data}}", "a&b", "\u2028"]
)
def test_a_name_is_only_text(name: str) -> None:
    html = page(plan("8", name=name), EN)
    assert html.count("<script") == 2
    assert html.count("</script>") == 2
    assert "alert(1)</script>" not in html
    assert "<b>" not in html
    assert data_of(html)["plan"]["config"]["name"] == name


def test_a_title_takes_the_place_of_the_name() -> None:
    html = page(plan("A"), EN, "<Ours>")
    assert "<title>&lt;Ours&gt;</title>" in html
    assert "<h1>&lt;Ours&gt;</h1>" in html
    assert "vgg11)" not in html


@pytest.mark.parametrize(
    ("theme", "schemes"), [("auto", "light dark"), ("light", "light"), ("dark", "dark")]
)
def test_a_browser_is_told_the_theme(theme: str, schemes: str) -> None:
    html = page(plan("8"), EN, theme=theme)
    assert html.startswith('<!doctype html>\n<html lang="en">\n')
    assert f'<meta name="color-scheme" content="{schemes}">' in html


def test_nothing_embedded_can_end_the_element() -> None:
    text = embedded({"a": "</script><!-- & -->"})
    assert not set("<>&") & set(text)
    assert json.loads(text) == {"a": "</script><!-- & -->"}


def test_it_asks_no_network_and_stays_small() -> None:
    html = draw(plan("E+bn"), Order(EN, suffix=".html")).decode()
    assert len(html) < 200_000
    assert not re.findall(r"""(?:src|href)=["'](?!data:)""", html)
    assert "http://" not in html
    assert "https://" not in html
    assert "default-src 'none'" in html
    assert "{{" not in html


def test_every_figure_has_its_arithmetic() -> None:
    grown = plan("C+bn")
    figures = data_of(page(grown, EN))["figures"]
    assert len(figures) == len(grown.layers)
    index = [layer.name for layer in grown.layers].index("conv3_3")
    assert ["parameters", "1·1·256·256 + 256 = 65,792", "k·k·in·out + out", ""] in figures[index]


def test_height_and_width_are_one_row_if_they_are_calculated_alike() -> None:
    for shape, names in (("3x8x8", ["height, width"]), ("3x8x6", ["height", "width"])):
        [first, *_] = data_of(page(plan("8", input_shape=shape), EN))["figures"]
        assert [name for name, *_ in first if "t" in name[-5:]][: len(names)] == names


def test_the_command(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    command = [sys.executable, "-m", "vgginspect", "draw", "A", "-o", str(file)]
    subprocess.run(command, check=True)
    assert file.read_text(encoding="utf-8") == page(plan("A"), EN)


class Browser:
    """A headless Chromium with a page open."""

    def __init__(self, driver: Any, folder: Path) -> None:
        self.driver = driver
        self.folder = folder

    def open(self, html: str, fragment: str = "") -> None:
        file = self.folder / "page.html"
        file.write_text(html, encoding="utf-8")
        self.driver.get("about:blank")
        self.driver.get(file.as_uri() + fragment)

    def keys(self, *keys: str) -> None:
        from selenium.webdriver.common.by import By

        for key in keys:
            self.driver.find_element(By.TAG_NAME, "body").send_keys(key)

    def click(self, selector: str) -> None:
        from selenium.webdriver.common.by import By

        self.driver.find_element(By.CSS_SELECTOR, selector).click()

    def run(self, script: str) -> Any:
        return self.driver.execute_script(f"return {script}")

    def text(self, selector: str) -> str:
        found: str = self.run(f"document.querySelector({json.dumps(selector)}).textContent")
        return found

    def count(self, selector: str) -> int:
        found: int = self.run(f"document.querySelectorAll({json.dumps(selector)}).length")
        return found


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("chromium and chromedriver are not installed")
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1200,900"):
        options.add_argument(argument)
    options.add_argument("--disable-background-networking")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(DRIVER)
    driver = webdriver.Chrome(options=options, service=service)
    driver.set_page_load_timeout(60)
    yield Browser(driver, tmp_path_factory.mktemp("page"))
    driver.quit()


@pytest.fixture
def quiet(browser: Browser) -> Iterator[Browser]:
    """The browser; afterwards there must be no console message and no request to a network."""
    for kind in ("browser", "performance"):
        browser.driver.get_log(kind)
    yield browser
    assert browser.driver.get_log("browser") == []
    for entry in browser.driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            assert message["params"]["request"]["url"].startswith(("file:", "data:"))


A = page(plan("A"), EN)
RIGHT, LEFT, HOME, END = "\ue014", "\ue012", "\ue011", "\ue010"


def values(browser: Browser) -> list[str]:
    """The values of ``v``, ``in_channels``, ``len(layers)`` and the shape."""
    found: list[str] = browser.run(
        "[...document.querySelectorAll('#state dd')].map(dd => dd.textContent)"
    )
    return found


def test_step_through_a_to_the_end_by_keys(quiet: Browser) -> None:
    quiet.open(A)
    assert quiet.text("#place") == "step 0 of 14"
    assert quiet.count("#list li") == 0
    quiet.keys(RIGHT)
    assert quiet.count("#list li") == 2
    assert quiet.count("#list li.new") == 2
    assert "in_channels = 64" in quiet.text("#said")
    assert quiet.text("#tokens [aria-current]") == "64"
    assert "conv = nn.Conv2d" in quiet.text("#loop .runs:nth-child(7)")
    assert values(quiet) == ["64", "3 → 64", "0 → 2", "3×224×224 → 64×224×224"]
    quiet.keys(*[RIGHT] * 20)
    assert quiet.text("#place") == "step 14 of 14"
    assert quiet.count("#list li") == 21
    assert quiet.count("#head li") == 8
    assert quiet.text("#length") == "(21)"
    assert "132,863,336" in quiet.text("#table tfoot")
    assert "8 convolutions + 3 fully connected = 11 weight layers → VGG11" in quiet.text("#said")
    quiet.keys(LEFT, "b")
    assert quiet.text("#place") == "step 12 of 14"
    assert values(quiet) == ["512", "512", "18 → 20", "512×14×14"]
    quiet.keys(HOME)
    assert quiet.text("#place") == "step 0 of 14"
    assert values(quiet) == ["—", "3", "0", "3×224×224"]
    quiet.keys(END, " ")
    assert quiet.text("#place") == "step 14 of 14"


def test_every_step_shows_what_the_plan_says(quiet: Browser) -> None:
    grown = plan("C+bn")
    quiet.open(page(grown, EN))
    for step in grown.steps:
        quiet.keys("n")
        assert quiet.count("#list li") == step.layers_after
        assert quiet.count("#list li.new") == len(step.layers)
        assert quiet.count("#table tbody tr:not([hidden])") == step.layers_after
        shapes = "×".join(map(str, step.output_shape))
        assert quiet.text("#state div:last-child dd").endswith(shapes)
        total = sum(layer.params for s in grown.steps[: step.step] for layer in s.layers)
        assert f"{total:,}" in quiet.text("#table tfoot")


IN_SIGHT = """(() => {
  const box = document.querySelector('#scroll').getBoundingClientRect()
  const above = document.querySelector('#table thead').getBoundingClientRect().height
  const below = document.querySelector('#table tfoot').getBoundingClientRect().height
  return [...document.querySelectorAll('#table tr.new')].map(row => row.getBoundingClientRect())
    .every(row => row.top >= box.top + above - 1 && row.bottom <= box.bottom - below + 1)
})()"""


@pytest.mark.parametrize("fragment", ["#step=2", "#step=12", "#step=19"])
def test_new_rows_of_the_table_are_in_sight(quiet: Browser, fragment: str) -> None:
    quiet.open(page(plan("D+bn"), EN), fragment)
    assert quiet.count("#table tr.new") > 0
    assert quiet.run(IN_SIGHT)


def test_no_line_of_the_loop_is_cut_off(quiet: Browser) -> None:
    quiet.open(page(plan("C+bn"), EN))
    loop = "document.querySelector('#loop')"
    assert quiet.run(f"{loop}.scrollWidth <= {loop}.clientWidth")


def test_numbers_past_what_javascript_counts_are_rounded(quiet: Browser) -> None:
    wide = "conv1-2147483647"
    quiet.open(page(plan(f"{wide},{wide}", features_only=True, input_shape="3x8x8"), EN))
    quiet.keys(END)
    exact = sum(layer.params for layer in plan(f"{wide},{wide}", features_only=True).layers)
    assert f"{exact / 1e18:.3f}e+18" in quiet.text("#table tfoot")


def test_deep_link_and_back_button(quiet: Browser) -> None:
    quiet.open(A, "#step=5")
    assert quiet.text("#place") == "step 5 of 14"
    quiet.click("#next")
    quiet.click("#tokens li:nth-child(9) button")
    assert quiet.run("location.hash") == "#step=9"
    quiet.driver.back()
    assert quiet.text("#place") == "step 6 of 14"
    quiet.driver.back()
    assert quiet.text("#place") == "step 5 of 14"
    quiet.driver.forward()
    assert quiet.text("#place") == "step 6 of 14"
    quiet.open(A, "#step=999")
    assert quiet.text("#place") == "step 14 of 14"
    quiet.open(A, "#step=<b>")
    assert quiet.text("#place") == "step 0 of 14"


def test_it_works_in_the_frame_of_a_notebook(quiet: Browser) -> None:
    quiet.open("<!doctype html>" + trace("A")._repr_html_())
    quiet.driver.switch_to.frame(0)
    quiet.click("#next")
    quiet.keys(RIGHT, RIGHT)
    assert quiet.text("#place") == "step 3 of 14"
    assert quiet.count("#list li.new") == 2
    quiet.keys(END)
    assert "132,863,336" in quiet.text("#table tfoot")
    quiet.click("#quiz")
    assert answer(quiet, "conv relu", "64", "2", "64x224x224") == ["right"] * 4
    quiet.click("#form button")
    assert quiet.text("#form p") == "step 2 · v = 'M'"
    assert answer(quiet, "max pool", "64", "1", "64x224x224")[:2] == ["right"] * 2
    assert quiet.text("#score") == "· 6 of 8 right"


def test_the_slider_and_play(quiet: Browser) -> None:
    quiet.open(A)
    quiet.run(
        "(() => {const j=document.getElementById('jump'); j.value=7;"
        "j.dispatchEvent(new Event('input'))})()"
    )
    assert quiet.text("#place") == "step 7 of 14"
    quiet.click("#play")
    assert quiet.text("#play") == "Pause"
    quiet.driver.set_script_timeout(10)
    quiet.driver.execute_async_script("setTimeout(arguments[0], 1500)")
    assert quiet.text("#place") == "step 8 of 14"
    quiet.keys("p")
    assert quiet.text("#play") == "Play"


def test_a_chosen_layer_shows_its_arithmetic_and_its_whole_text(quiet: Browser) -> None:
    quiet.open(A, "#step=8")
    assert quiet.text("#list li:nth-child(4)") == "conv2_1 Conv2d 64→128, 3×3, pad 1"
    quiet.click("#list li:nth-child(4) button")
    assert "3·3·64·128 + 128 = 73,856" in quiet.text("#arithmetic")
    assert "Conv2d(64, 128, kernel_size=(3, 3), stride=(1, 1)" in quiet.text("#arithmetic")
    assert quiet.count("#list [tabindex='0']") == 1
    down, up = "\ue015", "\ue013"
    active = quiet.driver.switch_to.active_element
    active.send_keys(up)
    assert quiet.text("#arithmetic strong") == "pool1"
    quiet.driver.switch_to.active_element.send_keys(down, *[up] * 9)
    assert quiet.text("#arithmetic strong") == "conv1_1"
    assert quiet.text("#place") == "step 8 of 14"


def test_the_chart_follows_the_measure(quiet: Browser) -> None:
    quiet.open(A, "#step=14")
    assert "102,764,544" in quiet.text("#chart")
    quiet.click("#measures button:nth-child(2)")
    assert "1,849.69" in quiet.text("#chart")
    assert quiet.text("#measures [aria-pressed=true]") == "MACs (M)"
    widths = quiet.run(
        "[...document.querySelectorAll('#chart .bar span')].map(b => parseFloat(b.style.width))"
    )
    assert max(widths) == 100


def test_a_name_is_shown_as_text(quiet: Browser) -> None:
    quiet.open(page(plan("8,M", name="<script>alert(1)</script>"), EN), "#step=1")
    assert quiet.text("h1") == "<script>alert(1)</script>"
    assert quiet.driver.title == "<script>alert(1)</script>"


#: What of a step cannot be seen without scrolling.
UNSEEN = """(() => {
  const unseen = (query, box) => [...document.querySelectorAll(query)].filter(element => {
    const inner = element.getBoundingClientRect()
    return !inner.width || inner.left < box.left - 1 || inner.right > box.right + 1
      || inner.top < box.top - 1 || inner.bottom > box.bottom + 1
  }).map(element => query + ': ' + element.textContent)
  const inside = query => document.querySelector(query).getBoundingClientRect()
  const third = document.querySelector('.quiz').hidden ? '.sums' : '.quiz'
  return [
    ...unseen('.tokens [aria-current], #picture svg, #picture .new, #said, .source, .grown, '
      + third, {left: 0, top: 0, right: innerWidth, bottom: innerHeight}),
    ...unseen('.list .new', inside('#grown')),
    ...unseen('.source span, .source dd', inside('.source')),
    ...unseen(`${third} :is(p, dd, button)`, inside(third)),
  ]
})()"""


@pytest.mark.parametrize("cfg", ["A", "D", "E+bn"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_step_is_seen_whole_on_a_laptop(quiet: Browser, cfg: str, language: str) -> None:
    metrics = {"width": 1400, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    quiet.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        quiet.open(page(plan(cfg), words(language)))
        for step in range(len(plan(cfg).steps) + 2):
            assert quiet.run(UNSEEN) == [], f"step {step}"
            quiet.keys(RIGHT)
        quiet.click("#quiz")
        quiet.click("#form button")
        assert quiet.run(UNSEEN) == []
        assert quiet.count(".question .bad") == 4
    finally:
        quiet.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def marked(browser: Browser, style: str) -> list[str]:
    """The blocks of the picture that are marked."""
    query = f"document.querySelectorAll('#picture g.{style}')"
    found: list[str] = browser.run(f"[...{query}].map(mark => mark.dataset.name)")
    return found


def test_the_new_blocks_of_the_picture_light_up(quiet: Browser) -> None:
    grown = plan("D+bn")
    quiet.open(page(grown, EN))
    blocks = [la.name for la in grown.layers if la.type not in ("BatchNorm2d", "ReLU", "Dropout")]
    assert marked(quiet, "ahead") == blocks
    for step in [*grown.steps, None]:
        quiet.keys(RIGHT)
        new = [layer.name for layer in (step.layers if step else grown.head)]
        assert marked(quiet, "new") == [name for name in new if name in blocks]
        there = len(blocks) - len(marked(quiet, "ahead"))
        blocks_there = [la.name for la in grown.layers[: step.layers_after if step else None]]
        assert there == sum(name in blocks for name in blocks_there)
    quiet.click("#picture [data-name=pool2] path")
    assert quiet.text("#place") == "step 6 of 19"
    assert marked(quiet, "new") == ["pool2"]


RECORDED = """
from torch import nn
from torch.nn import functional

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 2, 1)

    def forward(self, x):
        x = functional.max_pool2d(functional.relu(self.first(x)), 2)
        return functional.log_softmax(self.last(x).mean((2, 3)), 1)
"""


def test_a_network_in_python_is_walked_without_a_loop(quiet: Browser, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    (tmp_path / "net.py").write_text(RECORDED, encoding="utf-8")
    recorded = observe(f"{tmp_path / 'net.py'}:Net", input_size=32)
    quiet.open(page(recorded, EN))
    assert quiet.run("document.querySelector('#code').hidden")
    assert quiet.count("#quiz") == 0
    quiet.keys(RIGHT)
    assert values(quiet) == ["'conv3-8p0'", "3 → 8", "0 → 2", "3×32×32 → 8×30×30"]
    assert marked(quiet, "new") == ["conv1_1"]
    quiet.keys(RIGHT, RIGHT)
    assert quiet.text("#tokens [aria-current]") == "—"
    assert quiet.text("#said") == "step 3 · append Conv2d; in_channels = 2"
    assert marked(quiet, "new") == ["conv2_1"]
    quiet.keys(END)
    assert quiet.text("#said").startswith("mean, then log_softmax · 2 convolutions")
    assert marked(quiet, "new") == ["mean"]
    assert quiet.text("#head") == "mean meanlog_softmax log_softmax"
    assert f"{recorded.totals.params:,}" in quiet.text("#table tfoot")


def test_a_long_picture_moves_with_the_steps(quiet: Browser) -> None:
    quiet.open(page(plan([*[64] * 60, "M"]), EN))
    for _ in range(3):
        quiet.keys(END)
        assert quiet.run("document.querySelector('#picture').scrollLeft") > 100
        quiet.keys(HOME)
        assert quiet.run("document.querySelector('#picture').scrollLeft") == 0


def answer(browser: Browser, *given: str) -> list[str]:
    """Answer the questions about a step; what is said about each."""
    from selenium.webdriver.common.by import By

    fields = browser.driver.find_elements(By.CSS_SELECTOR, "#form input")
    for field, text in zip(fields, given, strict=True):
        field.send_keys(text)
    fields[-1].send_keys(ENTER)
    found: list[str] = browser.run(
        "[...document.querySelectorAll('.question p')].map(said => said.innerText)"
    )
    return found


ENTER = "\ue007"


def test_the_quiz_asks_checks_explains_and_keeps_score(quiet: Browser) -> None:
    quiet.open(page(plan("8,M,16"), EN))
    quiet.click("#quiz")
    assert quiet.text("#form p") == "step 1 · v = 8"
    assert quiet.text("#tokens .asked") == "8"
    hidden = "getComputedStyle(document.querySelector('[data-of=conv2_1]')).visibility"
    assert quiet.run(hidden) == "hidden"
    assert answer(quiet, "conv, relu", "8", "2", "8x224x224") == ["right"] * 4
    assert quiet.text("#place") == "step 1 of 4"
    assert quiet.text("#score") == "· 4 of 4 right"
    quiet.driver.switch_to.active_element.send_keys(ENTER)
    assert quiet.text("#form p") == "step 2 · v = 'M'"
    said = answer(quiet, "conv", "16", "4", "8 224")
    assert said[0].startswith(
        "wrong: MaxPool2d\nnot named: MaxPool2d; not appended: conv; max pool"
    )
    assert said[1] == "wrong: 8\nno convolution, so in_channels stays 8"
    assert said[2] == "wrong: 3\neach appended layer counts: 2 + 1 = 3"
    assert said[3].startswith("wrong: 8×112×112\na shape has three numbers")
    assert quiet.text("#score") == "· 4 of 8 right"
    assert quiet.run("document.querySelector('#answer0').ariaInvalid") == "true"
    quiet.keys(RIGHT, LEFT)
    assert quiet.text("#form p") == "step 3 · v = 16"
    answer(quiet, "conv relu", "16", "5", "(16, 112, 112)")
    assert quiet.text("#score") == "· 8 of 12 right"
    quiet.driver.switch_to.active_element.send_keys(ENTER)
    assert quiet.text("#form") == "Start again"
    quiet.driver.switch_to.active_element.send_keys(ENTER)
    assert quiet.text("#place") == "step 0 of 4"
    assert quiet.text("#score") == ""
    quiet.click("#quiz")
    assert not quiet.run("document.querySelector('.sums').hidden")


CASES = [
    ("8,M+bn", ["Convolution + batch norm + ReLU", "08", "3 ", "(8, 0224, 224)"]),
    ("8,M+bn", ["CONV, BN and relu", " 8 ", "3", "8 x 224 x 223"]),
    ("8,M+bn", ["nn.Conv2d(3, 8, 3), nn.ReLU(inplace=True)", "x", "", "9x224x224"]),
    ("8,M+bn", ["relu bn conv", "3", "2", "3×1×1"]),
    ("8,M+bn", ["conv conv bn relu relu", "8", "3", "99999999999999999999x1"]),
    ("LRN,8", ["lrn pool", "3", "1", "3x224x224"]),
    ("A,8", ["Average pool", "3", "1", "3 112 112 112"]),
    ("A,8", ["pool", "3", "1", "2x112x113"]),
    ("M,8", ["p", "3", "1", "<b>3</b>"]),
]


@pytest.mark.parametrize(("cfg", "given"), CASES)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_checks_answers_as_the_terminal_does(
    quiet: Browser, cfg: str, given: list[str], language: str
) -> None:
    spoken = words(language)
    grown = plan(cfg)
    quiet.open(page(grown, spoken))
    quiet.click("#quiz")
    asked = questions(grown.steps[0], spoken)
    expected = []
    for question, text in zip(asked, given, strict=True):
        wrong = question.wrong(text, spoken)
        said = spoken("quiz_wrong", answer=question.answer) + f"\n{wrong}"
        expected.append(said if wrong else spoken("quiz_right"))
    assert answer(quiet, *given) == expected


#: Answer the questions of the page; all but the first are wrong.
ANSWER = "answer0.value='conv bn relu'; document.querySelector('#form button').click()"


@pytest.mark.parametrize("width", [360, 768, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_the_screen_and_is_accessible(quiet: Browser, width: int, scheme: str) -> None:
    axe_core = pytest.importorskip("axe_core_python")
    emulate = quiet.driver.execute_cdp_cmd
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    emulate("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    emulate("Emulation.setEmulatedMedia", {"features": features})
    try:
        quiet.open(page(plan("E+bn"), EN), "#step=7")
        assert quiet.run("document.documentElement.scrollWidth") <= width
        paper = quiet.run("getComputedStyle(document.body).backgroundColor")
        assert paper == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 23, 26)")
        script = Path(axe_core.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
        quiet.driver.execute_script(script)
        quiet.driver.set_script_timeout(60)
        for act in ("location.hash='step=7'", "location.hash='step=22'", "quiz.click()", ANSWER):
            quiet.driver.execute_script(act)
            found = quiet.driver.execute_async_script(
                "const done = arguments[0]; axe.run().then(r => done(r.violations))"
            )
            assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
    finally:
        emulate("Emulation.clearDeviceMetricsOverride", {})
        emulate("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_theme_is_kept_whatever_the_readers_mode(quiet: Browser, theme: str, scheme: str) -> None:
    emulate = quiet.driver.execute_cdp_cmd
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    emulate("Emulation.setEmulatedMedia", {"features": features})
    try:
        quiet.open(draw(plan("A"), Order(EN, suffix=".html", theme=theme)).decode())
        paper = quiet.run("getComputedStyle(document.body).backgroundColor")
        assert paper == ("rgb(255, 255, 255)" if theme == "light" else "rgb(20, 23, 26)")
        picture = "getComputedStyle(document.querySelector('#picture .paper')).fill"
        assert quiet.run(picture) == paper
        emulate("Emulation.setEmulatedMedia", {"media": "print", "features": features})
        paper = quiet.run("getComputedStyle(document.body).backgroundColor")
        assert paper == quiet.run(picture) == "rgb(255, 255, 255)"
    finally:
        emulate("Emulation.setEmulatedMedia", {"media": "", "features": []})


def test_it_prints_the_whole_walk(quiet: Browser) -> None:
    quiet.open(A, "#step=2")
    quiet.run("window.dispatchEvent(new Event('beforeprint'))")
    quiet.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert quiet.count("#table tbody tr:not([hidden])") == 29
        assert quiet.count("#steps tbody tr, #steps > tr") == 13
        assert quiet.run("getComputedStyle(document.querySelector('.report')).display") == "block"
        assert quiet.run("getComputedStyle(document.querySelector('.controls')).display") == "none"
    finally:
        quiet.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    quiet.run("window.dispatchEvent(new Event('afterprint'))")
    assert quiet.text("#place") == "step 2 of 14"
    quiet.click("#quiz")
    quiet.run("answer0.value = 'conv'")
    for event in ("beforeprint", "afterprint"):
        quiet.run(f"window.dispatchEvent(new Event('{event}'))")
    assert quiet.run("answer0.value") == "conv"
