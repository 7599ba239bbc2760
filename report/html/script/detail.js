// What opens below a finding's row.

function detail(f) {
  return element("div", { class: "detail" },
    element("p", { class: "explanation" }, f.text),
    element("div", { class: "parts" }, timeline(f), facts(f)));
}

function facts(f) {
  const list = element("dl", { class: "facts" });
  const add = (name, ...value) => {
    if (value.some(v => v)) list.append(element("div", {}, element("dt", {}, name), element("dd", {}, ...value)));
  };
  if (f.known) add("Known", "in the baseline");
  if (f.at) add("Charged", moment(f.at, f.account));
  if (f.at && zoneOf(f.account) !== "UTC") add("Charged, in UTC", stamp(f.at));
  add("Reported", f.reported);
  add("Should have been", f.expected);
  for (const text of moneyWords(f.money)) add(...text);
  if (f.window) add("Window", `${f.window.kind}, ${moment(f.window.from, f.account)} to ${moment(f.window.to, f.account)}`);
  add("Rule", ruleWords(f.rule), " ", link(f.rule.source));
  add("Template", f.template);
  if (f.claimed) add("Claimed", "in an earlier run");
  if (packed.names[f.account]) add("Account's name", packed.names[f.account]);
  if (f.count) add("Stands for", `${grouped(f.count)} messages`);
  for (const [name, id] of [
    ["Message", f.message], ["Window opened by", f.window?.openedBy], ["Conversation", f.conversation],
    ["Customer", f.user], ["Customer's user id", f.userID], ["Group", f.group], ["Member", f.participant],
    ["Business number", f.number], ["Account", f.account], ...f.lines.map(id => ["Bill line", id]), ...f.examples.map(id => ["For example", id]), ["Finding", f.id],
  ]) {
    if (id) add(name, copyable(name, id));
  }
  return list;
}

function moneyWords(m) {
  if (!m) return [];
  const words = [["Billed", `${m.currency} ${grouped(m.reported)}`], ["Due", `${m.currency} ${grouped(m.expected)}`]];
  for (const s of m.shown) words.push([s.name[0].toUpperCase() + s.name.slice(1), `${m.currency} ${grouped(s.amount)}`]);
  const basis = m.basis === "rate_card" ? "valued by rate card" : m.basis && `${m.basis} by the log or bill`;
  words.push(["Amounts are", [basis, m.note].filter(Boolean).join("; ")]);
  return words;
}

const ruleWords = r => [r.era, r.clause && "clause " + r.clause].filter(Boolean).join(", ");

// link leads to the rule's source, which is never taken for anything but a page.
function link(source) {
  if (!source.startsWith("https://")) return source;
  return element("a", { href: source, rel: "noreferrer noopener", target: "_blank" }, "source");
}

function copyable(name, id) {
  const text = element("code", {}, id);
  const button = element("button", { type: "button", class: "copy", "aria-label": `Copy ${name}` }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(id);
      button.textContent = "Copied";
    } catch {
      // Some browsers forbid it for a file; then Ctrl+C copies what is selected.
      getSelection().selectAllChildren(text);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return element("span", { class: "id" }, text, button);
}
