(() => {
  const MANY = 8;
  const words = (cell) => cell.dataset.rank ?? cell.textContent.trim();
  const empty = (text) => text === "" || text === "\u2013";
  const number = (text) => Number(text.replace(/[,\s%<>\u2248\u2265\u2264\u00d7]|P = /g, "").replace("\u2212", "-"));
  const sort = (table, head) => {
    const body = table.tBodies[0];
    const cells = [...body.rows].map((row) => [words(row.cells[head.cellIndex]), row]);
    const counted = cells.every(([text]) => empty(text) || Number.isFinite(number(text)));
    // Numbers begin with the largest, words with the first letter.
    const before = head.getAttribute("aria-sort");
    const up = before ? before === "descending" : !counted;
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const order = (a, b) => (counted ? number(a) - number(b) : a.localeCompare(b, undefined, { numeric: true }));
    cells.sort(([a], [b]) => empty(a) - empty(b) || (up ? order(a, b) : order(b, a)));
    body.append(...cells.map(([, row]) => row));
  };
  const simple = (table) => {
    const rows = table.tHead ? [...table.tHead.rows] : [];
    const body = table.tBodies[0];
    if (rows.length !== 1 || !body || table.tBodies.length > 1 || (body.rows.length < MANY && table.id !== "matrix")) return false;
    return !table.querySelector("tbody :is([rowspan], [colspan]), thead [colspan]") &&
      [...body.rows].every((row) => row.cells.length === rows[0].cells.length);
  };
  for (const table of [...document.querySelectorAll("table")].filter(simple)) {
    for (const head of table.tHead.rows[0].cells) {
      let button = head.querySelector("button");
      if (!button && head.textContent.trim()) {
        button = Object.assign(document.createElement("button"), { type: "button", className: "sort" });
        button.append(...head.childNodes);
        head.append(button);
      }
      button?.addEventListener("click", () => sort(table, head));
    }
  }

  const paint = (svg, name) => {
    const copy = svg.cloneNode(true);
    const { width, height } = svg.viewBox.baseVal;
    const scale = 8 / 3; // points, twice as fine as a screen
    const style = document.createElementNS(svg.namespaceURI, "style");
    style.textContent = (document.querySelector("style").textContent.match(/@font-face\{[^}]*\}/g) ?? []).join("");
    copy.prepend(style);
    copy.setAttribute("width", width * scale);
    copy.setAttribute("height", height * scale);
    const image = new Image();
    image.addEventListener("load", () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: width * scale, height: height * scale });
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#ffffff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0);
      Object.assign(document.createElement("a"), { href: canvas.toDataURL("image/png"), download: name }).click();
    });
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  };
  for (const figure of document.querySelectorAll("figure.paper")) {
    const links = figure.nextElementSibling?.matches(".take") ? figure.nextElementSibling : null;
    const drawn = links?.querySelector('a[href$=".svg"]');
    const svg = figure.querySelector("svg");
    if (!drawn || !svg) continue;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "save", textContent: "PNG" });
    button.setAttribute("aria-label", drawn.getAttribute("aria-label").replace("SVG", "PNG"));
    const name = decodeURIComponent(drawn.getAttribute("href")).replace(/.*\/(.*)svg$/, "$1png");
    button.addEventListener("click", () => paint(svg, name));
    drawn.after(button);
  }

  const find = document.getElementById("matrix-find");
  if (!find) return;
  const state = document.getElementById("matrix-state");
  const show = () => {
    const asked = find.value.trim().toLowerCase();
    for (const row of document.getElementById("matrix").tBodies[0].rows) {
      const named = row.cells[0].textContent.toLowerCase().includes(asked);
      row.hidden = !named || (state.value && !row.querySelector("." + state.value));
    }
  };
  find.addEventListener("input", show);
  state.addEventListener("change", show);
  document.getElementById("matrix-tools").hidden = false;
})();
