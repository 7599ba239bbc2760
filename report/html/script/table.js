// Which findings are shown, in which order: all of it is kept in the page's
// address behind #, so that a view can be sent and found again.

const pageSize = 50;

// The filters of one value, with their name and how a finding answers.
const choices = {
  check: ["Check", f => f.check], verdict: ["Verdict", f => f.verdict], severity: ["Severity", f => f.severity],
  category: ["Category", f => f.category], currency: ["Currency", f => f.money ? f.money.currency : ""],
  account: ["Account", f => f.account], number: ["Number", f => f.number],
  known: ["Known", f => f.known ? "known" : "new"],
};

// How findings compare by a column; those that are equal keep their order, which is
// by money, the most first.
const orders = {
  money: (a, b) => b.order - a.order, check: byText(f => f.check), who: byText(f => f.who), category: byText(f => f.category),
  verdict: byText(f => f.verdict), at: (a, b) => a.at - b.at,
};

function byText(key) {
  return (a, b) => { const x = key(a), y = key(b); return x < y ? -1 : x > y ? 1 : 0; };
}

// readState takes the view from the address; what it does not know it ignores.
function readState() {
  const given = new URLSearchParams(location.hash.slice(1));
  const state = { q: given.get("q") ?? "", from: given.get("from") ?? "", to: given.get("to") ?? "", finding: given.get("finding") ?? "" };
  for (const key of Object.keys(choices)) state[key] = given.get(key) ?? "";
  const [, down, column] = /^(-?)(\w+)$/.exec(given.get("sort") ?? "") ?? [];
  state.column = Object.hasOwn(orders, column) ? column : "money";
  state.down = state.column === column ? down === "-" : true;
  state.page = Math.max(1, Number.parseInt(given.get("page"), 10) || 1);
  return state;
}

function writeState(state) {
  const out = new URLSearchParams();
  for (const key of ["q", "from", "to", ...Object.keys(choices), "finding"]) if (state[key]) out.set(key, state[key]);
  if (state.column !== "money" || !state.down) out.set("sort", (state.down ? "-" : "") + state.column);
  if (state.page > 1) out.set("page", state.page);
  // A new address, but no new step back for each letter that is typed.
  history.replaceState(null, "", "#" + out);
}

// selected are the findings of a view, in its order.
function selected(findings, state) {
  const tests = [];
  for (const [key, [, answer]] of Object.entries(choices)) if (state[key]) tests.push(f => answer(f) === state[key]);
  const from = Date.parse(state.from), to = Date.parse(state.to) + day, at = f => f.at + ahead(f.at, zoneOf(f.account)); // days of the account
  if (from) tests.push(f => f.at !== 0 && at(f) >= from);
  if (to) tests.push(f => f.at !== 0 && at(f) < to);
  for (const words of wanted(state.q)) tests.push(f => words.some(w => haystack(f).includes(w)));
  const shown = findings.filter(f => tests.every(test => test(f)));
  const compare = orders[state.column], sign = state.down ? -1 : 1;
  return shown.sort((a, b) => sign * compare(a, b) || a.order - b.order);
}

// wanted are the words that must all be found, each as one of its forms: a phone
// number is found however it is written.
function wanted(q) {
  const text = q.trim().toLowerCase();
  if (!text) return [];
  if (/^\+?[\d\s().-]{6,}$/.test(text)) return [[text, text.replace(/\D/g, "")]];
  return text.split(/\s+/).map(word => [word]);
}

// haystack is all that is searched of a finding; it is put together once.
function haystack(f) {
  f.haystack ??= [f.id, f.check, f.name, f.user, f.userID, f.group, f.participant, f.message, f.conversation, f.template, f.category,
    f.verdict, f.account, f.number, f.text, f.window?.openedBy, packed.names[f.account], ...f.lines, ...f.examples, ...f.evidence.map(e => `${e.path}:${e.line}`)].join("\n").toLowerCase();
  return f.haystack;
}

// sums words what the findings of a view come to, in each currency.
function sums(findings) {
  const totals = new Map();
  for (const f of findings) {
    for (const s of f.money ? f.money.shown : []) {
      const key = `${f.money.currency}\n${s.name}`;
      totals.set(key, (totals.get(key) ?? 0n) + toBillionths(s.amount));
    }
  }
  return [...totals].sort(([a], [b]) => a < b ? -1 : 1).map(([key, n]) => {
    const [currency, name] = key.split("\n");
    return `${currency} ${fromBillionths(n)} ${name}`;
  });
}

function rowOf(f, open) {
  const button = element("button", { type: "button", class: "open", "aria-expanded": String(open), "aria-controls": open ? "d-" + f.id : undefined }, f.check);
  const money = element("td", { class: "number" });
  for (const s of f.money ? f.money.shown : []) {
    money.append(element("span", { class: s.ink }, `${f.money.currency} ${grouped(s.amount)}`), " ", element("small", {}, s.name));
  }
  const when = f.at ? moment(f.at, f.account) : "";
  return element("tr", { class: f.severity, "data-id": f.id },
    element("td", {}, button, " ", element("small", {}, f.name)),
    element("td", {}, f.who, " ", element("small", { class: "narrow" }, when)),
    element("td", { class: "when" }, when),
    element("td", { class: "what" }, f.category, " ", element("small", {}, f.template)),
    element("td", { class: "verdict" }, element("span", { class: "badge " + f.verdict }, f.verdict), f.known ? element("small", {}, " known") : ""),
    money);
}
