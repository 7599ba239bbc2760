// The timeline of a finding, told from its own facts as explain draws it: what
// happened, one row under the other, beside the window as a bar.

const day = 24 * 60 * 60 * 1000;

// element makes a node. Whatever comes from a log is a text among the children.
function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children.filter(c => c !== null && c !== undefined && c !== ""));
  return node;
}

const windowName = w => w.kind === "conversation" ? w.kind : w.kind + " window";

// The signs of charges, which are not told apart by colour alone.
const signs = { overcharge: ["✗", "wrong"], undercharge: ["✗", "wrong"], unreported: ["✗", "wrong"], uncertain: ["?", "uncertain"], ok: ["✓", "right"] };

// happened lists what a finding knows, in order: at one instant a window is over
// before something happens, and a charge follows its delivery.
function happened(f) {
  const rows = f.evidence.map(e => ({ at: e.at, rank: 1, text: e.what, place: placeOf(e) }));
  if (f.window) {
    const opener = rows.find(r => r.at === f.window.from);
    if (opener) opener.text += `; opens the ${windowName(f.window)}`;
    else rows.push({ at: f.window.from, rank: 1, text: `${windowName(f.window)} opens` });
    (opener ?? rows.at(-1)).opens = true;
    rows.push({ at: f.window.to, rank: 0, text: `${windowName(f.window)} closes`, closes: true });
  }
  if (f.at) rows.push({ at: f.at, rank: 2, text: chargeWords(f), sign: signs[f.verdict] });
  return rows.sort((a, b) => !a.at - !b.at || a.at - b.at || a.rank - b.rank);
}

function chargeWords(f) {
  const amounts = f.money ? f.money.shown.map(s => `${f.money.currency} ${grouped(s.amount)} ${s.name}`) : [];
  return [f.reported || "counted at this time", ...amounts].join(", ");
}

const placeOf = e => e.path + (e.line ? ":" + e.line : "") + (e.item ? `, item ${e.item}` : "");

// timeline is a table of all that; null where nothing is known.
function timeline(f) {
  const rows = happened(f), zone = zoneOf(f.account), isUTC = zone === "UTC";
  if (rows.length === 0) return null;
  const body = element("tbody");
  let date = "", open = false;
  for (const r of rows) {
    const [on, time] = r.at ? local(r.at, zone).split(" ") : ["Without a time", ""];
    if (on !== date) {
      date = on;
      body.append(element("tr", {}, element("td", { class: open ? "bar" : "lane" }), element("th", { scope: "rowgroup", colspan: isUTC ? 3 : 4 }, r.at ? dayName(on) : on)));
    }
    const lane = r.opens ? "bar opens" : r.closes ? "bar closes" : open && r.at < f.window.to ? "bar" : "lane";
    open = r.opens || open && !r.closes;
    const [sign, ruling] = r.sign ?? ["", ""];
    const text = element("td", {}, sign && element("span", { class: "sign " + ruling, "aria-hidden": "true" }, sign), r.text);
    body.append(element("tr", r.sign ? { class: "ruled" } : {}, element("td", { class: lane }), element("td", { class: "time" }, time),
      isUTC ? null : element("td", { class: "time utc" }, r.at ? beside(r.at, on) : ""), text,
      element("td", {}, r.place ? element("code", {}, r.place) : "")));
  }
  const head = [["", "lane"], [zone ?? "Local time", ""], ...(isUTC ? [] : [["UTC", ""]]), ["What happened", ""], ["Evidence", ""]].map(([name, cls]) => element(name ? "th" : "td", name ? { scope: "col" } : { class: cls }, name));
  const kind = f.window ? " " + f.window.kind.replaceAll(" ", "-") : "";
  return element("table", { class: "timeline" + kind }, element("caption", {}, "Timeline"), element("thead", {}, element("tr", {}, ...head)), body);
}

// beside is an instant in UTC, with its day where that is another one.
function beside(ms, on) {
  const [day, time] = stamp(ms).split(" ");
  return day === on ? time : `${new Date(ms).toLocaleDateString("en-GB", { timeZone: "UTC", day: "numeric", month: "short" })} ${time}`;
}

const dayName = on => new Date(on + "T00:00:00Z").toLocaleDateString("en-GB", { timeZone: "UTC", weekday: "short", day: "numeric", month: "long", year: "numeric" });
