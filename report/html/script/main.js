// The page at work.

const findings = packed.rows.map(unpack);
const body = document.querySelector("#findings tbody");
const status = document.getElementById("status");
const pages = document.getElementById("pages");
const filters = document.getElementById("filters");
let state, shown;

// fillFilters adds a choice for what findings differ in, and the days.
function fillFilters() {
  for (const [key, [name, answer]] of Object.entries(choices)) {
    const counts = new Map();
    for (const f of findings) counts.set(answer(f), (counts.get(answer(f)) ?? 0) + 1);
    counts.delete("");
    if (counts.size < 2) continue;
    const select = element("select", { id: key }, element("option", { value: "" }, "all"));
    for (const [value, n] of [...counts].sort(([a], [b]) => a < b ? -1 : 1)) {
      select.append(element("option", { value }, `${key === "account" && packed.names[value] || value} (${grouped(n)})`));
    }
    filters.append(element("label", {}, name, " ", select));
  }
  for (const [key, name] of [["from", "From day"], ["to", "To day"]]) filters.append(element("label", {}, name, " ", element("input", { type: "date", id: key })));
  const clear = element("button", { type: "button" }, "Clear");
  clear.addEventListener("click", () => go({ ...readState(), q: "", from: "", to: "", finding: "", page: 1, ...Object.fromEntries(Object.keys(choices).map(k => [k, ""])) }));
  filters.append(clear);
  filters.addEventListener("submit", e => e.preventDefault());
  filters.addEventListener("input", e => go({ ...state, [e.target.id]: e.target.value, finding: "", page: 1 }));
  filters.hidden = false;
}

function fillHeader() {
  for (const th of document.querySelectorAll("th[data-sort]")) {
    const button = element("button", { type: "button" }, th.textContent);
    button.addEventListener("click", () => {
      const column = th.dataset.sort;
      const down = state.column === column ? !state.down : column === "money" || column === "at";
      go({ ...state, column, down, page: 1 });
    });
    th.replaceChildren(button);
  }
}

// go shows another view and keeps it in the address.
function go(next) {
  writeState(next);
  show(next);
}

function show(next) {
  state = next;
  shown = selected(findings, state);
  const opened = shown.findIndex(f => f.id === state.finding);
  if (opened >= 0) state.page = Math.floor(opened / pageSize) + 1;
  state.page = Math.min(state.page, Math.max(1, Math.ceil(shown.length / pageSize)));
  for (const input of filters.querySelectorAll("input, select")) if (input.value !== state[input.id]) input.value = state[input.id];
  for (const th of document.querySelectorAll("th[data-sort]")) {
    if (th.dataset.sort === state.column) th.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    else th.removeAttribute("aria-sort");
  }
  body.replaceChildren(...shown.slice((state.page - 1) * pageSize, state.page * pageSize).map(f => rowOf(f, false)));
  if (opened >= 0) toggle(state.finding);
  showStatus();
  showPages();
}

function showStatus() {
  if (shown.length === 0) {
    status.textContent = "No findings match.";
    return;
  }
  const first = (state.page - 1) * pageSize + 1, last = Math.min(state.page * pageSize, shown.length);
  const of = shown.length === findings.length ? "" : `, selected from ${grouped(findings.length)}`;
  status.textContent = [`${grouped(first)} to ${grouped(last)} of ${grouped(shown.length)} findings${of}`, ...sums(shown)].join(" · ");
}

function showPages() {
  const count = Math.ceil(shown.length / pageSize);
  pages.hidden = count < 2;
  const button = (name, page) => {
    const b = element("button", { type: "button", disabled: page < 1 || page > count || page === state.page }, name);
    b.addEventListener("click", () => {
      go({ ...state, finding: "", page });
      document.getElementById("findings-title").focus();
    });
    return b;
  };
  const at = element("span", {}, `Page ${grouped(state.page)} of ${grouped(count)}`);
  pages.replaceChildren(button("First", 1), button("Previous", state.page - 1), at, button("Next", state.page + 1), button("Last", count));
}

// toggle opens a finding's details below its row, or closes them.
function toggle(id) {
  const row = [...body.rows].find(r => r.dataset.id === id);
  const button = row.querySelector("button.open");
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  if (!open) {
    row.nextElementSibling.remove();
    button.removeAttribute("aria-controls");
    return;
  }
  button.setAttribute("aria-controls", "d-" + id);
  const cell = element("td", { colspan: 6 });
  row.after(element("tr", { class: "more", id: "d-" + id }, cell));
  const f = shown.find(x => x.id === id);
  cell.append(detail(f));
}

fillFilters();
fillHeader();
body.addEventListener("click", e => {
  const row = e.target.closest("tr[data-id]");
  if (!row || getSelection().toString()) return;
  const id = row.dataset.id;
  toggle(id);
  const open = row.nextElementSibling?.id === "d-" + id;
  state.finding = open ? id : "";
  writeState(state);
});
addEventListener("hashchange", () => {
  if (location.hash === "#findings-title") return;
  show(readState());
  document.getElementById("findings-title").focus();
});
show(readState());
