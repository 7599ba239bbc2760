// The findings as they were packed: a list of values each, words by their number.

const packed = JSON.parse(document.getElementById("packed").textContent);

// Marks in an explanation; pack.go sets them.
const marks = /[\u0001-\u0004]/g;

const two = n => String(n).padStart(2, "0");

// stamp writes an instant in milliseconds as "2026-10-02 14:05:00", in UTC.
function stamp(ms) {
  const t = new Date(ms);
  const date = `${t.getUTCFullYear()}-${two(t.getUTCMonth() + 1)}-${two(t.getUTCDate())}`;
  return `${date} ${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())}`;
}

// zoneOf is the zone that times are shown in beside UTC; undefined is the browser's.
const zoneOf = account => packed.zone === "local" ? undefined : (packed.zone || packed.zones[account] || "UTC").replace(/^utc$/, "UTC");

// local writes an instant in a zone: "2026-10-02 19:35:00 GMT+5:30".
function local(ms, timeZone) {
  const shown = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  const offset = new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "longOffset" }).formatToParts(ms).find(p => p.type === "timeZoneName");
  return `${shown.format(ms)} ${offset.value}`;
}

// unpack makes a finding of its values, whose order is that of pack.go.
function unpack(row, order) {
  const word = n => packed.words[n];
  const [
    id, kind, account, number, user, userID, group, participant, message, conversation, at,
    category, template, money, text, window, evidence, count, examples, lines, claimed, known,
  ] = row;
  const [check, name, severity, verdict, era, clause, source, reported, expected] = word(kind).split("\n");
  const f = {
    order, id, check, name, severity, verdict, reported, expected, rule: { era, clause, source },
    account: word(account), number: word(number), user, userID, group: word(group), participant: word(participant),
    message, conversation, at, category: word(category).replaceAll("_", " "), template: word(template),
    money: money && unpackMoney(money, word), window: window && unpackWindow(window, word), count, examples, lines, claimed, known, evidence: [],
  };
  for (let i = 0; i < evidence.length; i += 5) {
    const [path, line, item, what, after] = evidence.slice(i, i + 5);
    f.evidence.push({ path: word(path), line, item, what: word(what), at: after === null ? 0 : at + after });
  }
  f.text = unpackText(f, word(text[0]), text[1].split(" "));
  f.who = customer(f);
  return f;
}

function unpackMoney([currency, reported, expected, over, under, uncertain, basis, note, estimate], word) {
  const shown = [["over", "overcharged", over], ["uncertain", "uncertain", uncertain], ["under", "undercharged", under]]
    .filter(([, , amount]) => amount !== 0)
    .map(([ink, name, amount]) => ({ ink, name: estimate ? name + " (estimate)" : name, amount }));
  return { currency: word(currency), reported: reported || "0.0000", expected: expected || "0.0000", shown, basis: word(basis), note: word(note) };
}

function unpackWindow([kind, openedBy, from, open], word) {
  return { kind: word(kind).replaceAll("_", " "), openedBy, from, to: from + open };
}

// unpackText puts times, amounts and ids back into a sentence.
function unpackText(f, pattern, tokens) {
  let next = 0;
  return pattern.replace(marks, mark => {
    switch (mark) {
      case "\u0002": return stamp(f.at) + "Z";
      case "\u0003": return stamp(f.window.from) + "Z";
      case "\u0004": return stamp(f.window.to) + "Z";
      default: return tokens[next++];
    }
  });
}

// customer is whom a finding is about, as customer of rows.go says it.
function customer(f) {
  if (f.group) return "group " + f.group;
  return f.user || f.userID || (f.number ? "number " + f.number : f.account && accountName(f.account));
}

// accountName is what people call an account, with its id.
const accountName = id => packed.names[id] ? `${packed.names[id]} (${id})` : "account " + id;

// Sums are exact: amounts are counted in billionths, as whole numbers.
const billionth = 9;

function toBillionths(decimal) {
  const [whole, fraction = ""] = decimal.split(".");
  const n = BigInt(whole.replace("-", "") + fraction.padEnd(billionth, "0").slice(0, billionth));
  return decimal.startsWith("-") ? -n : n;
}

function fromBillionths(n) {
  const digits = String(n < 0n ? -n : n).padStart(billionth + 1, "0");
  const fraction = digits.slice(-billionth).replace(/0{1,5}$/, "");
  return grouped((n < 0n ? "-" : "") + digits.slice(0, -billionth) + "." + fraction);
}

// grouped puts a comma between each three digits of the whole part.
function grouped(decimal) {
  const [whole, ...fraction] = String(decimal).split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...fraction].join(".");
}
