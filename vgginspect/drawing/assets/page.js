"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { plan, words, columns, loop, lit, values, short, reasons, figures, kinds, depth, quiz, names } = data;
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
    for (const layer of layers) {
      const before = sums[sums.length - 1];
      sums.push(before === null || layer[name] === null ? null : before + layer[name]);
    }
    return sums;
  };
  const sums = { params: sumsOf("params"), macs: sumsOf("macs"), activation_bytes: sumsOf("activation_bytes") };

  // What does not change from step to step.
  const tokenButtons = steps.map((step, index) => {
    const button = make("button", { text: step.token ?? "—", tabindex: "-1", title: fill(words.step, { number: index + 1 }) });
    button.addEventListener("click", () => go(index + 1));
    $("tokens").append(make("li", {}, button));
    return button;
  });
  $("code").hidden = !loop.length;
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
  const rows = layers.map((layer, index) => {
    const row = make("tr");
    columns.forEach((column, place) => {
      const tag = place ? "td" : "th";
      const cell = make(tag, { class: column.right ? "right" : "" });
      if (!place) cell.setAttribute("scope", "row");
      if (column.name === "type") cell.append(make("span", { class: "swatch", style: `background:var(--${kinds[index]})`, "aria-hidden": "true" }));
      cell.append(shown(layer[column.name], column.kind));
      row.append(cell);
    });
    return row;
  });
  const items = layers.map((layer, index) => {
    const path = layer.step === null && layer.path && layer.path !== layer.name ? `${layer.path} ` : "";
    const button = make("button", { tabindex: "-1" }, make("span", { class: "name", text: layer.name }), ` ${path}${short[index]}`);
    button.addEventListener("click", () => explain(index));
    button.addEventListener("focus", () => explain(index));
    return make("li", {}, button);
  });
  const drawn = new Map(layers.map((layer, index) => [layer.name, comes[index]]).reverse());
  const marks = [...document.querySelectorAll("#picture [data-name], #picture [data-of]")].map((element) => {
    const step = drawn.get(element.dataset.name ?? element.dataset.of) ?? 0;
    element.addEventListener("click", () => go(step));
    return { element, step };
  });
  // The arrow to the head.
  for (const element of document.querySelectorAll("#picture svg > path")) marks.push({ element, step: last });
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
  const bars = layers.map((layer, index) => {
    if (!layer.params && !layer.macs && !layer.activation_bytes) return null;
    const fillBar = make("span", { style: `width:0;background:var(--${kinds[index]})` });
    const amount = make("span", { class: "amount" });
    $("chart").append(make("div", {}, make("span", { text: layer.name }), make("div", { class: "bar", "aria-hidden": "true" }, fillBar), amount));
    return { fillBar, amount };
  });
  const longest = (texts) => texts.reduce((most, text) => Math.max(most, text.length), 0);
  const amounts = measures.flatMap(({ name, kind }) => layers.map((layer) => shown(layer[name], kind)));
  $("chart").style.setProperty("--names", `${longest(layers.map((layer) => layer.name))}ch`);
  $("chart").style.setProperty("--amounts", `${longest(amounts)}ch`);

  let chosen = null;
  function choose(index) {
    if (chosen !== null) {
      const button = items[chosen].firstChild;
      button.setAttribute("tabindex", "-1");
      button.removeAttribute("aria-current");
    }
    chosen = index;
    if (index === null) return;
    items[index].firstChild.setAttribute("tabindex", "0");
    items[index].firstChild.setAttribute("aria-current", "true");
  }

  function explain(index) {
    choose(index);
    const layer = layers[index];
    const list = make("dl");
    for (const [name, calculation, formula, note] of figures[index]) {
      const more = [formula, note && `(${note})`].filter(Boolean).join(" ");
      const value = make("dd", { text: calculation }, ...(more ? [make("small", { text: more })] : []));
      list.append(make("div", {}, make("dt", { text: name }), value));
    }
    const title = make("p", {}, make("strong", { text: layer.name }), ` ${layer.path}`);
    $("arithmetic").replaceChildren(title, make("p", { class: "repr", text: layer.repr }), list);
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

  function state(before, after) {
    const rows = [
      ["v", values[position - 1] ?? "—"],
      ["in_channels", before.in_channels_after, after.in_channels_after],
      ["len(layers)", before.layers_after, after.layers_after],
      [words.shape, dims(before.output_shape), dims(after.output_shape)],
    ];
    $("state").replaceChildren(
      ...rows.map(([name, old, now = old]) => {
        const changed = String(old) !== String(now);
        const value = make("dd", changed ? { text: `${old} → ` } : { text: old });
        if (changed) value.append(make("span", { class: "changed", text: now }));
        return make("div", {}, make("dt", { text: name }), value);
      }),
    );
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
      items[index].firstChild.removeAttribute("aria-label");
    }
    const first = position ? countAt[position - 1] : 0;
    fresh = Array.from({ length: there - first }, (_, offset) => first + offset);
    for (const index of fresh) {
      for (const element of [rows[index], items[index]]) element.classList.add("new");
      items[index].firstChild.setAttribute("aria-label", `${words.new}: ${layers[index].name} ${short[index]}`);
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

  // The blocks of this step, in sight where the figure is wider than the screen.
  function light() {
    for (const { element, step } of marks) {
      element.classList.toggle("ahead", step > position);
      element.classList.toggle("new", step === position && position > 0 && !printing);
    }
    const now = marks.filter(({ element, step }) => step === position && element.dataset.name).map(({ element }) => element.getBoundingClientRect());
    if (!now.length) return;
    const box = $("picture").getBoundingClientRect();
    const middle = (now[0].left + now[now.length - 1].right) / 2;
    $("picture").scrollLeft += middle - (box.left + box.right) / 2;
  }

  function render() {
    const start = { in_channels_after: plan.input[0], layers_after: 0, output_shape: plan.input };
    const step = steps[position - 1];
    const before = steps[position - 2] ?? start;
    state(before, step ?? (position ? before : start));
    const focused = $("tokens").contains(document.activeElement);
    tokenButtons.forEach((button, index) => {
      const current = index + 1 === position;
      button.classList.toggle("done", index + 1 < position);
      button.classList.toggle("asked", asking && index === position);
      button.setAttribute("tabindex", current || (!step && !index) ? "0" : "-1");
      if (current) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
      if (current && focused) button.focus();
    });
    reveal($("tokens"), tokenButtons[Math.min(position, steps.length) - 1]);
    const branch = step ? (step.branch === "conv" ? "conv" : step.token) : position ? "end" : "start";
    const running = new Set(lit[branch]);
    loopLines.forEach((line, index) => {
      line.classList.toggle("runs", running.has(index));
      line.textContent = (running.has(index) ? "▶ " : "  ") + loop[index];
    });
    grow();
    light();
    totalsRow();
    for (const id of ["grown", "scroll"]) $(id).scrollTop = $(id).scrollHeight;
    const place = fill(words.place, { position, last });
    $("place").textContent = place;
    $("jump").value = position;
    $("jump").setAttribute("aria-valuetext", place);
    for (const id of ["first", "back"]) $(id).setAttribute("aria-disabled", String(position === 0));
    for (const id of ["next", "last"]) $(id).setAttribute("aria-disabled", String(position === last));
    const why = step ? `${fill(words.step, { number: position })} · ${reasons[position - 1]}` : position === 0 ? fill(words.start, { shape: dims(plan.input) }) : `${head.length ? words.head + " · " : ""}${depth}`;
    $("said").textContent = why;
    if (fresh.length) explain(fresh[0]);
    else {
      choose(null);
      $("arithmetic").replaceChildren(make("p", { text: words.pick }));
    }
    if (asking && !keeping) ask();
  }

  function reveal(box, element) {
    if (!element) return;
    const [outer, inner] = [box, element].map((one) => one.getBoundingClientRect());
    box.scrollLeft += (inner.left + inner.right - outer.left - outer.right) / 2;
  }

  // The quiz: questions about the next step, answers checked as by trace --quiz.
  let asking = false;
  let checked = false;
  // Whether the answers stay in sight while the step changes.
  let keeping = false;
  let printing = false;
  let right = 0;
  let asked = 0;
  const means = (name, kind) => {
    for (const [word, instead] of Object.entries(names.instead)) name = name.replaceAll(word, instead);
    const end = names.short[name];
    return (name.length > 2 && kind.toLowerCase().startsWith(name)) || (end !== undefined && kind.endsWith(end));
  };

  function wrong(question, given) {
    if (question.kind === "number") return given.trim() === question.answer ? "" : question.why[0];
    if (question.kind === "shape") {
      const numbers = (given.match(/[0-9]{1,18}/g) ?? []).map((number) => String(BigInt(number)));
      if (numbers.length !== question.right.length) return words.quiz_shape_form;
      const same = numbers.map((number, index) => number === question.right[index]);
      return question.why.filter((_, index) => (index ? same.slice(1).includes(false) : !same[0])).join("; ");
    }
    const every = (pattern) => new RegExp(pattern, "g");
    const text = given.replace(every(names.aside), "").toLowerCase().replace(every(names.apart), "$1");
    const named = text.split(new RegExp(names.between)).filter(Boolean);
    const types = named.map((name) => question.right.find((kind) => means(name, kind)) ?? name);
    if (types.join() === question.right.join()) return "";
    const without = (all, others) => [...new Set(all)].filter((name) => !others.includes(name)).join(", ");
    const said = [
      [words.quiz_missing, without(question.right, types)],
      [words.quiz_extra, without(types, question.right)],
    ].filter(([, found]) => found);
    return [...(said.length ? said.map(([message, found]) => fill(message, { types: found })) : [words.quiz_order]), ...question.why].join("; ");
  }

  function ask() {
    checked = false;
    $("score").textContent = asked ? `· ${fill(words.quiz_score, { right, asked })}` : "";
    const form = $("form");
    const go = make("button", { class: "primary", text: position < steps.length ? words.check : words.again });
    if (position >= steps.length) return form.replaceChildren(go);
    const title = make("p", {}, make("strong", { text: fill(words.step, { number: position + 1 }) }), ` · v = ${values[position]}`);
    const fields = quiz[position].map((question, index) => {
      const id = `answer${index}`;
      const input = make("input", { id, autocomplete: "off", spellcheck: "false", autocapitalize: "off", "aria-describedby": `${id}-said` });
      const label = make("label", { for: id, text: question.prompt });
      return make("div", { class: "question" }, label, input, make("p", { id: `${id}-said` }));
    });
    form.replaceChildren(title, make("p", { id: "ask", text: words.ask }), ...fields, go);
  }

  function check() {
    checked = true;
    $("ask").remove();
    quiz[position].forEach((question, index) => {
      const input = $(`answer${index}`);
      const said = $(`answer${index}-said`);
      const mistake = wrong(question, input.value);
      asked += 1;
      right += mistake ? 0 : 1;
      input.setAttribute("readonly", "");
      input.setAttribute("aria-invalid", String(mistake !== ""));
      const verdict = mistake ? fill(words.quiz_wrong, { answer: question.answer }) : words.quiz_right;
      said.replaceChildren(make("strong", { text: verdict, class: mistake ? "bad" : "good" }));
      if (mistake) said.append(make("br"), mistake);
    });
    keeping = true;
    go(position + 1);
    keeping = false;
    $("score").textContent = `· ${fill(words.quiz_score, { right, asked })}`;
    const button = $("form").lastChild;
    button.textContent = words.more;
    button.focus();
  }

  function quizMode(on) {
    asking = on;
    document.body.classList.toggle("asking", on);
    $("quiz").setAttribute("aria-pressed", String(on));
    document.querySelector(".quiz").hidden = !on;
    document.querySelector(".sums").hidden = on;
    play(false);
    if (on && position >= steps.length) go(0);
    render();
    $("form").querySelector("input")?.focus();
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
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "INPUT") return;
    const onButton = event.target.tagName === "BUTTON" && (event.key === " " || event.key === "Enter");
    const moves = { ArrowRight: position + 1, n: position + 1, " ": position + 1, ArrowLeft: position - 1, b: position - 1, Home: 0, End: last };
    if (onButton) return;
    const along = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "p") play(!timer);
    else if (along && $("grown").contains(event.target)) items[Math.max(0, Math.min(there - 1, (chosen ?? 0) + along))]?.firstChild.focus();
    else if (event.key in moves) {
      play(false);
      go(moves[event.key]);
    } else return;
    event.preventDefault();
  });
  window.addEventListener("popstate", fromHash);
  window.addEventListener("hashchange", fromHash);
  if (quiz) {
    $("quiz").addEventListener("click", () => quizMode(!asking));
    // Not a form: the frame of a notebook lets none be submitted.
    $("form").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      // The button takes the focus, and would be pressed by the same key.
      event.preventDefault();
      $("form").lastChild.click();
    });
    $("form").addEventListener("click", (event) => {
      if (event.target !== $("form").lastChild) return;
      if (checked) ask();
      else if (position < steps.length) return check();
      else {
        right = asked = 0;
        go(0);
      }
      $("form").querySelector("input, button").focus();
    });
  } else $("quiz").remove();
  let kept = 0;
  const print = (on, target) => {
    printing = on;
    position = target;
    keeping = true;
    render();
    keeping = false;
  };
  window.addEventListener("beforeprint", () => {
    kept = position;
    print(true, last);
  });
  window.addEventListener("afterprint", () => print(false, kept));
  fromHash();
})();
