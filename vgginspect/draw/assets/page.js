"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { plan, words, columns, loop, lit, reasons, figures, kinds, depth } = data;
  const { steps, layers, totals } = plan;
  const last = steps.length + 1;
  const head = layers.filter((layer) => layer.step === null);
  const $ = (id) => document.getElementById(id);
  let position = 0;
  let measure = "params";
  let timer = null;

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
    if (kind === "count") return grouped(value);
    if (kind === "millions") return fixed(value, 2);
    if (kind === "megabytes") return fixed(value, 3);
    if (kind === "shape" || kind === "size") return dims(value);
    if (kind === "share") return (100 * value).toFixed(1) + "%";
    return String(value);
  };
  const isThere = (layer) => (layer.step === null ? position === last : layer.step <= position);
  const isNew = (layer) => (layer.step === null ? position === last : layer.step === position);

  // What does not change from step to step.
  const tokenButtons = steps.map((step, index) => {
    const button = make("button", { text: step.token, title: fill(words.step, { number: index + 1 }) });
    button.addEventListener("click", () => go(index + 1));
    $("tokens").append(make("li", {}, button));
    return button;
  });
  const loopLines = loop.map((text) => {
    const line = make("span", { text: "  " + text });
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
  const sums = make("tr");
  table.append(make("thead", {}, titles), make("tbody", {}, ...rows), make("tfoot", {}, sums));
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
  const costly = layers.filter((layer) => layer.params || layer.macs || layer.activation_bytes);
  const bars = costly.map((layer) => {
    const fillBar = make("span", { style: `width:0;background:var(--${kinds[layer.path]})` });
    const amount = make("span", { class: "amount" });
    $("chart").append(make("span", { text: layer.name }), make("div", { class: "bar", "aria-hidden": "true" }, fillBar), amount);
    return { layer, fillBar, amount };
  });

  function explain(layer) {
    const box = $("arithmetic");
    const list = make("dl");
    for (const [name, calculation, formula, note] of figures[layer.path]) {
      const term = (formula ? `${name} = ${formula}` : name) + (note ? ` (${note})` : "");
      list.append(make("dt", { text: term }), make("dd", { text: calculation }));
    }
    box.replaceChildren(make("p", {}, make("strong", { text: layer.name }), ` ${layer.path}`), make("p", { text: layer.repr }), list);
  }

  function chart() {
    const { kind } = measures.find(({ name }) => name === measure);
    const most = Math.max(...costly.map((layer) => layer[measure]), 1);
    for (const { layer, fillBar, amount } of bars) {
      const value = isThere(layer) ? layer[measure] : 0;
      fillBar.style.width = `${(100 * value) / most}%`;
      amount.textContent = isThere(layer) ? shown(value, kind) : "";
    }
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
      box.append(make("dt", { text: name }), make("dd", { text: changed ? `${before} → ${after}` : after, class: changed ? "changed" : "" }));
    }
  }

  function entry(layer) {
    const index = layer.step === null ? `${layer.path} ` : "";
    const item = make("li", { tabindex: "0" }, make("span", { class: "name", text: layer.name }), ` ${index}${layer.repr}`);
    if (isNew(layer)) {
      item.classList.add("new");
      item.setAttribute("aria-label", `${words.new}: ${layer.name} ${layer.repr}`);
    }
    item.addEventListener("mouseenter", () => explain(layer));
    item.addEventListener("focus", () => explain(layer));
    return item;
  }

  function list() {
    const there = layers.filter((layer) => isThere(layer));
    const features = there.filter((layer) => layer.step !== null);
    $("length").textContent = features.length ? `(${grouped(features.length)})` : "";
    $("list").replaceChildren(...features.map(entry));
    $("head").replaceChildren(...there.filter((layer) => layer.step === null).map(entry));
    $("list").scrollTop = $("list").scrollHeight;
  }

  function totalsRow() {
    const there = layers.filter((layer) => isThere(layer));
    const sum = (name) => there.reduce((total, layer) => total + layer[name], 0);
    sums.replaceChildren(
      ...columns.map((column, index) => {
        if (!index) return make("th", { text: words.total, scope: "row" });
        const whole = { params: totals.params, macs: totals.macs, activation_bytes: totals.activation_bytes };
        const text = column.name in whole ? shown(position === last ? whole[column.name] : sum(column.name), column.kind) : "";
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
    const running = new Set(step ? lit[step.branch] : position === 0 ? lit.start : lit.end);
    loopLines.forEach((line, index) => {
      line.classList.toggle("runs", running.has(index));
      line.textContent = (running.has(index) ? "▶ " : "  ") + loop[index];
    });
    list();
    rows.forEach((row, index) => {
      row.hidden = !isThere(layers[index]);
      row.classList.toggle("new", isNew(layers[index]));
    });
    totalsRow();
    chart();
    const place = fill(words.place, { position, last });
    $("place").textContent = place;
    $("jump").value = position;
    $("jump").setAttribute("aria-valuetext", place);
    for (const id of ["first", "back"]) $(id).setAttribute("aria-disabled", String(position === 0));
    for (const id of ["next", "last"]) $(id).setAttribute("aria-disabled", String(position === last));
    const why = step ? `${fill(words.step, { number: position })}: ${reasons[position - 1]}` : position === 0 ? fill(words.start, { shape: dims(plan.input) }) : `${head.length ? words.head + " · " : ""}${depth}`;
    $("said").textContent = why;
    const fresh = layers.filter(isNew);
    if (fresh.length) explain(fresh[0]);
    else $("arithmetic").replaceChildren(make("p", { text: words.pick }));
  }

  function go(target, remember = true) {
    const next = Math.max(0, Math.min(last, target));
    if (next === position) return;
    position = next;
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
