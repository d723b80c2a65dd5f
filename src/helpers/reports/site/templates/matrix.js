(() => {
  const table = document.getElementById("matrix");
  const body = table.tBodies[0];
  const find = document.getElementById("matrix-find");
  const state = document.getElementById("matrix-state");
  const show = () => {
    const words = find.value.trim().toLowerCase();
    for (const row of body.rows) {
      const named = row.cells[0].textContent.toLowerCase().includes(words);
      row.hidden = !named || (state.value && !row.querySelector("." + state.value));
    }
  };
  const sort = (head) => {
    const up = head.getAttribute("aria-sort") === "descending";
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const value = (row) => row.cells[head.cellIndex].dataset.rank ?? row.cells[0].textContent;
    const order = (a, b) => (head.cellIndex ? value(a) - value(b) : value(b).localeCompare(value(a)));
    body.append(...[...body.rows].sort((a, b) => (up ? order(a, b) : order(b, a))));
  };
  for (const head of table.tHead.rows[0].cells) {
    head.querySelector("button").addEventListener("click", () => sort(head));
  }
  find.addEventListener("input", show);
  state.addEventListener("change", show);
  document.getElementById("matrix-tools").hidden = false;
})();
