"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { plan, words, columns, loop, lit, reasons, figures, kinds, depth } = data;
  const { steps, layers } = plan;
  const last = steps.length + 1;
  const head = layers.filter((layer) => layer.step === null);
  const $ = (id) => document.getElementById(id);
  let position = 0;
  let measure = "params";
  let timer = null;
  // In a notebook's frame the page has no address of its own.
  const hasAddress = location.protocol !== "about:";

  // Text goes in as text alone, so that nothing a user wrote can be markup.
  const make = (tag, options = {}, ...children) => {
    const { text, ...rest } = options;
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(rest)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    element.append(...children);
    return element;
  };
  const fill = (message, values) =>
    message.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  const grouped = (number) => number.toLocaleString("en-US");
  const dims = (shape) => shape.join("×");
  const fixed = (value, digits) =>
    value ? (value / 1e6).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }) : "0";
  const shown = (value, kind) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "number" && value > Number.MAX_SAFE_INTEGER) return value.toExponential(3);
    if (kind === "sides" && Array.isArray(value)) return value.map(grouped).join("×");
    if (kind === "count" || kind === "sides") return grouped(value);
    if (kind === "millions") return fixed(value, 2);
    if (kind === "megabytes") return fixed(value, 3);
    if (kind === "shape" || kind === "size") return dims(value);
    if (kind === "share") return (100 * value).toFixed(1) + "%";
    return String(value);
  };
  // The step that a layer comes with; layers stand in that order, so those there are the first ones.
  const comes = layers.map((layer) => layer.step ?? last);
  const countAt = [];
  for (let step = 0, count = 0; step <= last; step++) {
    while (comes[count] === step) count++;
    countAt.push(count);
  }
  const sumsOf = (name) => {
    const sums = [0];
    for (const layer of layers) sums.push(sums[sums.length - 1] + layer[name]);
    return sums;
  };
  const sums = { params: sumsOf("params"), macs: sumsOf("macs"), activation_bytes: sumsOf("activation_bytes") };

  // What does not change from step to step.
  const tokenButtons = steps.map((step, index) => {
    const button = make("button", { text: step.token, title: fill(words.step, { number: index + 1 }) });
    button.addEventListener("click", () => go(index + 1));
    $("tokens").append(make("li", {}, button));
    return button;
  });
  const loopLines = loop.map((text) => {
    const indent = text.length - text.trimStart().length + 6;
    const line = make("span", { style: `padding-left:calc(.8rem + ${indent}ch);text-indent:-${indent}ch` });
    $("loop").append(line);
    return line;
  });
  const table = $("table");
  const titles = make("tr");
  for (const column of columns) {
    titles.append(make("th", { text: column.title, scope: "col", class: column.right ? "right" : "" }));
  }
  const rows = layers.map((layer) => {
    const row = make("tr");
    columns.forEach((column, index) => {
      const tag = index ? "td" : "th";
      const cell = make(tag, { class: column.right ? "right" : "" });
      if (!index) cell.setAttribute("scope", "row");
      if (column.name === "type") cell.append(make("span", { class: "swatch", style: `background:var(--${kinds[layer.path]})`, "aria-hidden": "true" }));
      cell.append(shown(layer[column.name], column.kind));
      row.append(cell);
    });
    row.addEventListener("mouseenter", () => explain(layer));
    return row;
  });
  const items = layers.map((layer) => {
    const index = layer.step === null ? `${layer.path} ` : "";
    const item = make("li", { tabindex: "0" }, make("span", { class: "name", text: layer.name }), ` ${index}${layer.repr}`);
    item.addEventListener("mouseenter", () => explain(layer));
    item.addEventListener("focus", () => explain(layer));
    return item;
  });
  const body = make("tbody");
  const foot = make("tr");
  table.append(make("thead", {}, titles), body, make("tfoot", {}, foot));
  const stepTable = $("steps");
  const stepTitles = make("tr");
  for (const title of [words.token, words.why, words.appended, "in_channels", words.layers, words.shape]) {
    stepTitles.append(make("th", { text: title, scope: "col" }));
  }
  stepTable.append(make("thead", {}, stepTitles));
  steps.forEach((step, index) => {
    const names = layers.filter((layer) => layer.step === step.step).map((layer) => layer.name);
    const cells = [step.token, reasons[index], names.join(" "), step.in_channels_after, step.layers_after, dims(step.output_shape)];
    stepTable.append(make("tr", {}, ...cells.map((cell) => make("td", { text: cell }))));
  });
  const measures = [
    ["params", "count"],
    ["macs", "millions"],
    ["activation_bytes", "megabytes"],
  ].map(([name, kind]) => ({ name, kind, title: columns.find((column) => column.name === name).title }));
  const measureButtons = measures.map(({ name, title }) => {
    const button = make("button", { text: title });
    button.addEventListener("click", () => {
      measure = name;
      chart();
    });
    $("measures").append(button);
    return button;
  });
  const most = {};
  for (const { name } of measures) most[name] = layers.reduce((most, layer) => Math.max(most, layer[name]), 1);
  const bars = layers.map((layer) => {
    if (!layer.params && !layer.macs && !layer.activation_bytes) return null;
    const fillBar = make("span", { style: `width:0;background:var(--${kinds[layer.path]})` });
    const amount = make("span", { class: "amount" });
    $("chart").append(make("div", {}, make("span", { text: layer.name }), make("div", { class: "bar", "aria-hidden": "true" }, fillBar), amount));
    return { fillBar, amount };
  });
  const longest = (texts) => texts.reduce((most, text) => Math.max(most, text.length), 0);
  const amounts = measures.flatMap(({ name, kind }) => layers.map((layer) => shown(layer[name], kind)));
  $("chart").style.setProperty("--names", `${longest(layers.map((layer) => layer.name))}ch`);
  $("chart").style.setProperty("--amounts", `${longest(amounts)}ch`);

  function explain(layer) {
    const box = $("arithmetic");
    const list = make("dl");
    for (const [name, calculation, formula, note] of figures[layer.path]) {
      const term = (formula ? `${name} = ${formula}` : name) + (note ? ` (${note})` : "");
      list.append(make("div", {}, make("dt", { text: term }), make("dd", { text: calculation })));
    }
    box.replaceChildren(make("p", {}, make("strong", { text: layer.name }), ` ${layer.path}`), make("p", { text: layer.repr }), list);
  }

  // Where a bar stands for a layer that is there, its length and amount; elsewhere nothing.
  function bar(index, isThere) {
    if (!bars[index]) return;
    const { kind } = measures.find(({ name }) => name === measure);
    const value = layers[index][measure];
    bars[index].fillBar.style.width = isThere ? `${(100 * value) / most[measure]}%` : "0";
    bars[index].amount.textContent = isThere ? shown(value, kind) : "";
  }

  function chart() {
    layers.forEach((_, index) => bar(index, index < there));
    measureButtons.forEach((button, index) => button.setAttribute("aria-pressed", String(measures[index].name === measure)));
  }

  function state(step) {
    const box = $("state");
    box.replaceChildren();
    const rows = [
      ["in_channels", step.in_channels_before, step.in_channels_after],
      [words.layers, step.layers_before, step.layers_after],
      [words.shape, dims(step.input_shape), dims(step.output_shape)],
    ];
    for (const [name, before, after] of rows) {
      const changed = String(before) !== String(after);
      const change = make("dd", { text: changed ? `${before} → ${after}` : after, class: changed ? "changed" : "" });
      box.append(make("div", {}, make("dt", { text: name }), change));
    }
  }

  // Only what differs from the step shown before is touched: a long network stays quick.
  let there = 0;
  let fresh = [];
  function grow() {
    const before = there;
    there = countAt[position];
    for (let index = before; index < there; index++) {
      body.append(rows[index]);
      $(layers[index].step === null ? "head" : "list").append(items[index]);
      bar(index, true);
    }
    for (let index = before - 1; index >= there; index--) {
      rows[index].remove();
      items[index].remove();
      bar(index, false);
    }
    for (const index of fresh) {
      for (const element of [rows[index], items[index]]) element.classList.remove("new");
      items[index].removeAttribute("aria-label");
    }
    const first = position ? countAt[position - 1] : 0;
    fresh = Array.from({ length: there - first }, (_, offset) => first + offset);
    for (const index of fresh) {
      for (const element of [rows[index], items[index]]) element.classList.add("new");
      items[index].setAttribute("aria-label", `${words.new}: ${layers[index].name} ${layers[index].repr}`);
    }
    const length = Math.min(there, layers.length - head.length);
    $("length").textContent = length ? `(${grouped(length)})` : "";
  }

  function totalsRow() {
    foot.replaceChildren(
      ...columns.map((column, index) => {
        if (!index) return make("th", { text: words.total, scope: "row" });
        const text = column.name in sums ? shown(sums[column.name][there], column.kind) : "";
        return make("td", { text, class: column.right ? "right" : "" });
      }),
    );
  }

  function render() {
    const step = steps[position - 1];
    const before = { in_channels_before: plan.input[0], in_channels_after: plan.input[0], layers_before: 0, layers_after: 0, input_shape: plan.input, output_shape: plan.input };
    const final = steps[steps.length - 1];
    state(step || (position === 0 ? before : { ...final, in_channels_before: final.in_channels_after, layers_before: final.layers_after, input_shape: final.output_shape }));
    tokenButtons.forEach((button, index) => {
      button.classList.toggle("done", index + 1 < position);
      if (index + 1 === position) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    const running = new Set(step ? lit[step.branch === "conv" ? "conv" : step.token] : position === 0 ? lit.start : lit.end);
    loopLines.forEach((line, index) => {
      line.classList.toggle("runs", running.has(index));
      line.textContent = (running.has(index) ? "▶ " : "  ") + loop[index];
    });
    grow();
    totalsRow();
    for (const id of ["list", "scroll"]) $(id).scrollTop = $(id).scrollHeight;
    const place = fill(words.place, { position, last });
    $("place").textContent = place;
    $("jump").value = position;
    $("jump").setAttribute("aria-valuetext", place);
    for (const id of ["first", "back"]) $(id).setAttribute("aria-disabled", String(position === 0));
    for (const id of ["next", "last"]) $(id).setAttribute("aria-disabled", String(position === last));
    const why = step ? `${fill(words.step, { number: position })} · ${reasons[position - 1]}` : position === 0 ? fill(words.start, { shape: dims(plan.input) }) : `${head.length ? words.head + " · " : ""}${depth}`;
    $("said").textContent = why;
    if (fresh.length) explain(layers[fresh[0]]);
    else $("arithmetic").replaceChildren(make("p", { text: words.pick }));
  }

  function go(target, remember = true) {
    const next = Math.max(0, Math.min(last, target));
    if (next === position) return;
    position = next;
    if (!hasAddress) return render();
    if (remember) history.pushState(null, "", `#step=${position}`);
    else history.replaceState(null, "", `#step=${position}`);
    render();
  }

  function play(on) {
    if (timer) clearInterval(timer);
    timer = null;
    if (on) {
      if (position === last) go(0, false);
      timer = setInterval(() => (position === last ? play(false) : go(position + 1, false)), 1100);
    }
    $("play").textContent = on ? words.pause : words.play;
    $("play").setAttribute("aria-pressed", String(on));
  }

  function fromHash() {
    const match = /^#step=(\d{1,6})$/.exec(location.hash);
    position = match ? Math.min(last, Number(match[1])) : 0;
    render();
  }

  chart();
  $("jump").max = last;
  $("jump").addEventListener("input", (event) => go(Number(event.target.value)));
  for (const [id, move] of [["first", () => 0], ["back", () => position - 1], ["next", () => position + 1], ["last", () => last]]) {
    $(id).addEventListener("click", () => {
      play(false);
      go(move());
    });
  }
  $("play").addEventListener("click", () => play(!timer));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.id === "jump") return;
    const onButton = event.target.tagName === "BUTTON" && (event.key === " " || event.key === "Enter");
    const moves = { ArrowRight: position + 1, n: position + 1, " ": position + 1, ArrowLeft: position - 1, b: position - 1, Home: 0, End: last };
    if (onButton) return;
    if (event.key === "p") play(!timer);
    else if (event.key in moves) {
      play(false);
      go(moves[event.key]);
    } else return;
    event.preventDefault();
  });
  window.addEventListener("popstate", fromHash);
  window.addEventListener("hashchange", fromHash);
  let kept = 0;
  window.addEventListener("beforeprint", () => {
    kept = position;
    position = last;
    render();
  });
  window.addEventListener("afterprint", () => {
    position = kept;
    render();
  });
  fromHash();
})();
