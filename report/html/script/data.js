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

// zoneOf is the zone that times are shown in, of no account the report's; undefined is
// the browser's.
const zoneOf = account => packed.zone === "local" ? undefined : (packed.zone || packed.zones[account] || "UTC").replace(/^utc$/, "UTC");

// ahead is by how many milliseconds a zone is ahead of UTC at an instant. It does not
// change within a quarter of an hour, for which it is worked out once.
const quarter = 15 * 60 * 1000, aheads = new Map(), clocks = new Map();

function ahead(ms, timeZone) {
  if (timeZone === "UTC") return 0;
  const n = Math.floor(ms / quarter), key = timeZone + n;
  if (!aheads.has(key)) {
    if (!clocks.has(timeZone)) clocks.set(timeZone, new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }));
    aheads.set(key, Date.parse(clocks.get(timeZone).format(n * quarter).replace(" ", "T") + "Z") - n * quarter);
  }
  return aheads.get(key);
}

// local writes an instant in a zone, as stamp does.
const local = (ms, timeZone) => stamp(ms + ahead(ms, timeZone));

// offset names the zone of an instant: "UTC", "+05:30".
function offset(ms, timeZone) {
  const minutes = Math.round(ahead(ms, timeZone) / 60000), size = Math.abs(minutes);
  return minutes === 0 ? "UTC" : `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

// moment writes an instant of an account with its offset.
const moment = (ms, account) => `${local(ms, zoneOf(account))} ${offset(ms, zoneOf(account))}`;

// inText turns the instants of an explanation, which are in UTC, into those of the
// account's zone.
const instants = /\b(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?Z/g;

function inText(text, account) {
  const zone = zoneOf(account);
  if (zone === "UTC") return text;
  return text.replace(instants, (_, date, time, fraction = "") => {
    const ms = Date.parse(`${date}T${time}Z`);
    return local(ms, zone) + fraction + offset(ms, zone).replace("UTC", "Z");
  });
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
    get text() { return this.said ??= inText(unpackText(this, word(text[0]), text[1].split(" ")), this.account); }, // once somebody asks
  };
  for (let i = 0; i < evidence.length; i += 5) {
    const [path, line, item, what, after] = evidence.slice(i, i + 5);
    f.evidence.push({ path: word(path), line, item, what: word(what), at: after === null ? 0 : at + after });
  }
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
