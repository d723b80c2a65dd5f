"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const DATA = JSON.parse($("data").textContent);
  const WORDS = Object.fromEntries([...$("words").children].map((e) => [e.dataset.key, e.textContent]));
  const H = DATA.horizon, K = DATA.members, J = DATA.revisions.length, WIDTH = 5 + K + H * K + H + J;
  const bytes = Uint8Array.from(atob(DATA.numbers), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const NUMBERS = Float64Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));

  // The scales of helpers.forecasting.transforms.
  const FAR = 30, BEND = DATA.bend, PITCH = BEND / -Math.expm1(-BEND), START = Math.log(Math.expm1(BEND));
  const LIKE = { count: "log", share: "logit" }, ENDS = { count: [0, Infinity], share: [0, 100] }, OPEN = [-Infinity, Infinity];
  const clip = (x, low, high) => Math.min(Math.max(x, low), high);
  const bend = (r) => {
    const x = BEND * Math.exp(clip(r, -FAR, 700));
    return ((r < -FAR ? r + Math.log(BEND) : x + Math.log(-Math.expm1(-x))) - START) / PITCH;
  };
  const unbend = (u) => {
    const x = u * PITCH + START;
    return (x < -FAR ? x : Math.log(x > FAR ? x : Math.log1p(Math.exp(x)))) - Math.log(BEND);
  };
  const cdf = (t) => { const u = t / Math.sqrt(4 + t * t); return 0.5 + 0.25 * u * (3 - u * u); };

  class State {
    constructor(number) {
      const at = number * WIDTH, part = (from, length) => NUMBERS.subarray(at + from, at + from + length);
      Object.assign(this, DATA.states[number]);
      [this.last, this.unit, this.shift, this.half, this.record] = part(0, 5);
      this.spreads = part(5 + K + H * K, H);
      this.ends = ENDS[this.scale] || OPEN;
      this.like = LIKE[this.scale] || this.scale;
      this.squeeze = this.scale === "share" ? 100 / (100 + 2 * this.shift) : 1;
      this.lastYear = this.first + this.years[this.years.length - 1];
      this.fans = new Map();
      // Mixed over the revision of the last figure, as helpers.forecasting.revision does.
      const sizes = part(5 + K + H * K + H, J);
      this.weights = Array.from(part(5, K)).flatMap((w) => DATA.revisions.map((v) => w * v));
      this.centres = Array.from({ length: H }, (_, h) => Array.from(part(5 + K + h * K, K)).flatMap((c) => Array.from(sizes, (m) => this.bent(this.straight(c) + m))));
    }
    bent(r) { return this.like === "log" ? bend(r) : r; }
    straight(u) { return this.like === "log" ? unbend(u) : u; }
    working(value) {
      const moved = (value + this.shift) * this.squeeze;
      if (this.like === "log") return Math.log(Math.max(moved, 0));
      if (this.like === "logit") { const inside = clip(moved, 0, 100); return Math.log(inside) - Math.log(100 - inside); }
      return moved / this.unit;
    }
    outside(z) {
      let value = z * this.unit;
      if (this.like === "log") value = Math.exp(z);
      if (this.like === "logit") value = 100 / (1 + Math.exp(-clip(z, -FAR, FAR)));
      value = value / this.squeeze - this.shift;
      const [low, high] = this.ends;
      return value < low + this.half ? low : value >= high - this.half ? high : value;
    }
    kernel(value, beyond) {
      const [low, high] = this.ends;
      if (value < low || (value === low && !beyond)) return -Infinity;
      if (value > high || (value === high && beyond)) return Infinity;
      return this.bent(this.working(clip(value, low + this.half, high - this.half)) - this.last);
    }
    below(h, u) {
      let total = 0;
      for (let k = 0; k < K * J; k++) total += this.weights[k] * cdf(clip((u - this.centres[h][k]) / this.spreads[h], -1e9, 1e9));
      return clip(total, 0, 1);
    }
    atLeast(h, value, beyond = false) {
      const u = this.kernel(value, beyond), chance = 1 - this.below(h, u);
      const sure = Math.abs(this.straight(u) - this.straight(this.middle(h, 0.5))) > this.record;
      return sure ? chance : clip(chance, DATA.least, 1 - DATA.least);
    }
    middle(h, level) {
      let low = Math.min(...this.centres[h]) - 60 * this.spreads[h], high = Math.max(...this.centres[h]) + 60 * this.spreads[h];
      for (let i = 0; i < 52; i++) { const middle = (low + high) / 2; if (this.below(h, middle) < level) low = middle; else high = middle; }
      return (low + high) / 2;
    }
    quantile(h, level) { return this.outside(this.straight(this.middle(h, level)) + this.last); }
    fan(h) {
      if (!this.fans.has(h)) this.fans.set(h, [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975].map((q) => this.quantile(h, q)));
      return this.fans.get(h);
    }
  }

  const KNOWN = new Map();
  const state = (number) => { if (!KNOWN.has(number)) KNOWN.set(number, new State(number)); return KNOWN.get(number); };
  const KEYS = [...$("series").options].map((option) => option.value);
  const TARGETS = [...$("target").options].slice(1).map((option) => option.cloneNode(true));
  const PLACES = Object.fromEntries(KEYS.map((key, i) => [key, i]));
  let series, states, now;

  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const number = (value, decimals) => {
    const [whole, rest] = Math.abs(value).toFixed(decimals).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, DATA.thousands);
    return (value < 0 ? "\u2212" : "") + grouped + (rest ? "." + rest : "");
  };
  const decimals = () => now.decimals + (series.factor === 1 ? 0 : 1);
  const shown = (value) => number(value * series.factor, decimals());
  const worded = (form, digits) => $("series").selectedOptions[0].dataset[form].replace("{}", digits);
  const amount = (value) => worded("amount", shown(value));
  const plain = (value) => worded("plain", shown(value));
  const asked = (value) => {
    const text = String(Number((value * series.factor).toPrecision(10)));
    return worded("amount", number(Number(text), (text.split(".")[1] || "").length));
  };
  const chance = (p) => p > 0.99 ? WORDS.above : p < 0.01 ? WORDS.below : filled(WORDS.percent, { number: Math.round(100 * p) });
  const level = () => $("level").value === "" ? NaN : Number($("level").value) / series.factor;

  function pickSeries(keep) {
    const key = $("series").value;
    series = DATA.series[PLACES[key]];
    const target = keep && keep.target;
    $("target").replaceChildren($("target").options[0], ...TARGETS.filter((option) => option.dataset.series === key).map((option) => option.cloneNode(true)));
    $("target").value = target || "";
    if ($("target").selectedIndex < 0) $("target").value = "";
    $("read").disabled = !series.read.length;
    if ($("read").disabled) $("read").checked = false;
    pickLook(keep);
  }
  function pickLook(keep) {
    const wanted = (keep && keep.day) || (now && now.day) || "9999";
    states = series[$("read").checked ? "read" : "all"].map((n) => state(n));
    $("day").max = states.length - 1;
    let place = 0;
    states.forEach((one, i) => { if (one.day <= wanted) place = i; });
    $("day").value = keep && !keep.day ? states.length - 1 : place;
    pickDay(keep);
  }
  function pickDay(keep) {
    now = states[$("day").value];
    $("on").textContent = now.day;
    $("day").setAttribute("aria-valuetext", now.day);
    const target = $("target").selectedOptions[0];
    const wanted = Number((keep && keep.year) || target.dataset.year || $("year").value) || now.lastYear + 2;
    const last = now.lastYear + H;
    $("year").replaceChildren(...Array.from({ length: last - now.first + 1 }, (_, i) => new Option(last - i)));
    $("year").value = clip(wanted, now.first, last);
    if (keep) {
      const given = keep.level !== undefined ? keep.level : target.dataset.level !== undefined ? Number(target.dataset.level) : now.values[now.values.length - 1];
      $("level").value = given === "" ? "" : Number((given * series.factor).toPrecision(12));
      $("side").value = keep.side || ("falling" in target.dataset ? "most" : "least");
    }
    draw();
  }
  const ownTarget = () => { $("target").value = ""; draw(); };

  function said() {
    const year = Number($("year").value), line = level(), most = $("side").value === "most";
    const common = { day: now.day, year, side: $("side").selectedOptions[0].text, level: Number.isNaN(line) ? "" : asked(line) };
    const h = year - now.lastYear - 1;
    if (Number.isNaN(line)) return [WORDS.no_level, NaN];
    if (h >= 0) {
      const over = now.atLeast(h, line, most), p = most ? 1 - over : over, fan = now.fan(h);
      return [filled(WORDS.said, { ...common, p: chance(p), median: plain(fan[3]), low: plain(fan[1]), high: plain(fan[5]) }), p];
    }
    const place = now.years.indexOf(year - now.first);
    if (place < 0) return [filled(WORDS.gap, common), NaN];
    const value = now.values[place], holds = most ? value <= line : value >= line;
    return [filled(WORDS.out, { ...common, value: amount(value), verdict: holds ? WORDS.yes : WORDS.no }), NaN];
  }

  const make = (name, attributes, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  };
  function ticks(low, high, count) {
    const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw);
    return Array.from({ length: Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1 }, (_, i) => (Math.ceil(low / step - 1e-9) + i) * step);
  }
  function draw() {
    const [sentence, p] = said();
    $("said").textContent = sentence;
    $("said").dataset.p = p;
    const width = clip($("chart").parentElement.clientWidth - 20, 280, 1100), height = clip(width * 0.5, 240, 460);
    const fans = Array.from({ length: H }, (_, h) => now.fan(h)), line = level(), f = series.factor;
    // All that is certain and the middle of the fan are shown whole; far tails may leave the picture.
    const reached = [...now.values, ...(Number.isNaN(line) ? [] : [line]), ...fans.flatMap((fan) => [fan[2], fan[4]])];
    const span = Math.max(...reached) - Math.min(...reached);
    let low = Math.max(Math.min(...reached, ...fans.map((fan) => fan[0])), Math.min(...reached) - span / 2) * f;
    let high = Math.min(Math.max(...reached, ...fans.map((fan) => fan[6])), Math.max(...reached) + span / 2) * f;
    const room = 0.06 * (high - low || Math.abs(high) || 1);
    if (low > 0 && low < 0.4 * high) low = 0; else if (!(low >= 0 && low - room < 0)) low -= room; else low = 0;
    high += room;
    const marks = ticks(low, high, height / 60), places = Math.max(0, ...marks.map((m) => (String(Number(m.toPrecision(6))).split(".")[1] || "").length));
    const labels = marks.map((m) => number(m, places)), left = 14 + 7.5 * Math.max(...labels.map((l) => l.length)), right = 14, top = 14, foot = 26;
    const x = (year) => left + (width - left - right) * (year - now.first) / (now.lastYear + H - now.first);
    const y = (value) => height - foot - (height - foot - top) * (clip(value * f, low, high) - low) / (high - low);
    const path = (points) => "M" + points.map(([a, b]) => x(a).toFixed(1) + "," + y(b).toFixed(1)).join("L");
    const ink = { fill: "none", stroke: "currentColor" }, out = [];
    marks.forEach((m, i) => {
      const at = y(m / f);
      out.push(make("path", { d: `M${left} ${at}H${width - right}`, stroke: "var(--rule)", fill: "none" }));
      out.push(make("text", { x: left - 6, y: at + 4, "text-anchor": "end" }, labels[i]));
    });
    const every = [1, 2, 5, 10, 20].find((n) => (now.lastYear + H - now.first) / n * 44 < width - left);
    for (let year = Math.ceil(now.first / every) * every; year <= now.lastYear + H; year += every) {
      if (x(year) < width - 24) out.push(make("text", { x: x(year), y: height - 6, "text-anchor": "middle" }, year));
    }
    const end = now.values[now.values.length - 1];
    [[0, 6, 0.14], [1, 5, 0.2], [2, 4, 0.3]].forEach(([a, b, opacity]) => {
      const lower = [[now.lastYear, end], ...fans.map((fan, h) => [now.lastYear + 1 + h, fan[a]])];
      const upper = [[now.lastYear, end], ...fans.map((fan, h) => [now.lastYear + 1 + h, fan[b]])];
      out.push(make("path", { d: path([...lower, ...upper.reverse()]) + "Z", fill: "var(--link)", "fill-opacity": opacity }));
    });
    out.push(make("path", { d: path([[now.lastYear, end], ...fans.map((fan, h) => [now.lastYear + 1 + h, fan[3]])]), fill: "none", stroke: "var(--link)", "stroke-width": 2, "stroke-dasharray": "5 3" }));
    const year = Number($("year").value);
    if (!Number.isNaN(line)) {
      out.push(make("path", { d: `M${left} ${y(line)}H${width - right}`, stroke: "var(--missed)", "stroke-width": 1.5, "stroke-dasharray": "7 4", fill: "none" }));
      out.push(make("circle", { cx: x(year), cy: y(line), r: 5, fill: "var(--card)", stroke: "var(--missed)", "stroke-width": 2 }));
    }
    now.years.forEach((offset, i) => {
      if (now.marks[i].includes("b")) out.push(make("path", { d: `M${x(now.first + offset - 0.5)} ${top}V${height - foot}`, ...ink, "stroke-dasharray": "2 3", opacity: 0.6 }));
    });
    out.push(make("path", { d: path(now.years.map((offset, i) => [now.first + offset, now.values[i]])), ...ink, "stroke-width": 2 }));
    now.years.forEach((offset, i) => {
      const hollow = now.marks[i].includes("u");
      const point = make("circle", { cx: x(now.first + offset), cy: y(now.values[i]), r: 3.5, stroke: "currentColor", "stroke-width": 1.5, fill: hollow ? "var(--card)" : "currentColor" });
      point.append(make("title", {}, `${now.first + offset}: ${amount(now.values[i])}${hollow ? " (" + WORDS.unverified + ")" : ""}`));
      out.push(point);
    });
    $("chart").setAttribute("viewBox", `0 0 ${width} ${height}`);
    $("chart").setAttribute("style", "font: 13px var(--sans); fill: currentColor");
    $("chart").replaceChildren(...out);
    const rows = [...now.years.map((offset, i) => [now.first + offset, shown(now.values[i]) + (now.marks[i].includes("u") ? " (" + WORDS.unverified + ")" : ""), "", ""]),
      ...fans.map((fan, h) => [now.lastYear + 1 + h, "", shown(fan[3]), `${shown(fan[1])} – ${shown(fan[5])}`])];
    $("figures").tBodies[0].replaceChildren(...rows.map((cells) => {
      const row = document.createElement("tr");
      cells.forEach((text, i) => { const cell = document.createElement(i ? "td" : "th"); if (!i) cell.scope = "row"; cell.textContent = text; row.append(cell); });
      return row;
    }));
    const kept = { series: $("series").value, day: now.day, year, level: Number.isNaN(line) ? "" : Number(line.toPrecision(12)), side: $("side").value };
    if ($("target").value) kept.target = $("target").value;
    if ($("read").checked) kept.read = 1;
    history.replaceState(null, "", "#" + new URLSearchParams(kept));
  }

  function save(name, type, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  const fileName = () => `${$("series").value.replace("/", "-")}-${now.day}`;
  $("save-chart").onclick = () => {
    const copy = $("chart").cloneNode(true), style = getComputedStyle(document.documentElement), [, , w, h] = copy.getAttribute("viewBox").split(" ");
    const title = `${$("series").selectedOptions[0].text}. ${$("said").textContent}`;
    const words = title.match(new RegExp(`.{1,${Math.floor(w / 8)}}(\\s|$)|.{1,${Math.floor(w / 14)}}`, "gu"));
    copy.setAttribute("viewBox", `0 ${-18 * words.length - 8} ${w} ${Number(h) + 18 * words.length + 34}`);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    words.forEach((text, i) => copy.append(make("text", { x: 12, y: 18 * (i - words.length) + 10 }, text.trim())));
    copy.append(make("text", { x: 12, y: Number(h) + 20, "font-size": 11 }, location.href));
    let text = new XMLSerializer().serializeToString(copy);
    text = text.replace(/var\((--\w+)\)/g, (_, name) => style.getPropertyValue(name).replace(/"/g, "'").replace(/var\(--han\),/, "").trim());
    save(fileName() + ".svg", "image/svg+xml", text.replace(/currentColor/g, style.getPropertyValue("--ink").trim()));
  };
  $("save-table").onclick = () => {
    const rows = [["year", "value", "unverified", "median", "lower80", "upper80"],
      ...now.years.map((offset, i) => [now.first + offset, now.values[i], now.marks[i].includes("u") ? 1 : 0, "", "", ""]),
      ...Array.from({ length: H }, (_, h) => now.fan(h)).map((fan, h) => [now.lastYear + 1 + h, "", "", ...[3, 1, 5].map((i) => Number(fan[i].toPrecision(6)))])];
    save(fileName() + ".csv", "text/csv", rows.map((row) => row.join(",")).join("\n") + "\n");
  };
  $("copy").onclick = async () => {
    const button = $("copy"), label = button.textContent;
    try { await navigator.clipboard.writeText(location.href); } catch {
      const field = document.createElement("textarea");
      field.value = location.href; document.body.append(field); field.select(); document.execCommand("copy"); field.remove();
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 1500);
  };

  function open() {
    const asked = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    const key = KEYS.includes(asked.series) ? asked.series : KEYS[0];
    $("series").value = key;
    $("read").checked = asked.read === "1";
    const first = TARGETS.find((option) => option.dataset.series === key);
    const target = asked.series ? asked.target : first && first.value;
    const keep = { target, day: asked.day, year: Number(asked.year) || undefined, side: ["least", "most"].includes(asked.side) ? asked.side : undefined };
    if (asked.level !== undefined) keep.level = asked.level === "" ? "" : Number(asked.level) || 0;
    pickSeries(keep);
  }
  $("series").onchange = () => { const first = TARGETS.find((t) => t.dataset.series === $("series").value); now = undefined; $("year").replaceChildren(); pickSeries({ target: first && first.value }); };
  $("target").onchange = () => pickDay($("target").value ? {} : null);
  $("read").onchange = () => pickLook();
  $("day").oninput = () => pickDay();
  $("earlier").onclick = () => { $("day").value = Number($("day").value) - 1; pickDay(); };
  $("later").onclick = () => { $("day").value = Number($("day").value) + 1; pickDay(); };
  $("year").onchange = $("side").onchange = $("level").oninput = ownTarget;
  addEventListener("hashchange", open);
  let size = 0;
  addEventListener("resize", () => { if (innerWidth !== size) { size = innerWidth; draw(); } });
  open();
  window.explorer = { state, series: DATA.series, keys: KEYS };
})();
