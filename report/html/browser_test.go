package html_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"waudit/audit/result"
	"waudit/report"
)

// axeVariable names the file of axe-core; where it is set, no browser is a failure,
// else the tests are skipped. `make browser` sets it.
const axeVariable = "WAUDIT_AXE"

// tab is a page that is open in a browser, and what went wrong in it.
type tab struct {
	context.Context
	t       *testing.T
	address string

	mu    sync.Mutex
	amiss []string // errors, dialogs and reaches for the network
}

// browser starts a browser for a test, with no page open.
func browser(t *testing.T) context.Context {
	t.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil {
		stop() // cancel would wait for a browser that never started
		if os.Getenv(axeVariable) == "" {
			t.Skipf("no browser: %v", err)
		}
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel(); stop() })
	return ctx
}

// open writes a report as a page and opens it from the disk; what goes wrong in it
// fails the test.
func open(t *testing.T, r *result.Report) *tab {
	t.Helper()
	ctx, cancel := context.WithTimeout(browser(t), time.Minute)
	t.Cleanup(cancel)
	p := &tab{Context: ctx, t: t, address: "file://" + write(t, r)}
	if err := chromedp.Listen(ctx, p.watch); err != nil {
		t.Fatal(err)
	}
	p.do(call(network.Enable, network.EnableParams{}), call(log.Enable, cdp.Empty{}), call(runtime.Enable, cdp.Empty{}), chromedp.EmulateViewport(1280, 900))
	p.visit("")
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, what := range p.amiss {
			t.Error(what)
		}
	})
	return p
}

// write writes a report as a page to a file and returns its path.
func write(t *testing.T, r *result.Report) string { t.Helper(); return writeIn(t, r, report.Options{}) }

func writeIn(t *testing.T, r *result.Report, o report.Options) string {
	t.Helper()
	var text bytes.Buffer
	if err := report.AuditFormats().Write(&text, "html", r, o); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// watch notes what a page must not do.
func (p *tab) watch(event any) {
	what := ""
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, p.address) && !strings.HasPrefix(u, "data:") {
			what = "asked the network for " + u
		}
	case *runtime.EventExceptionThrown:
		what = "exception: " + (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error()
	case *runtime.EventConsoleAPICalled:
		what = "wrote to the console: " + string(e.Type)
	case *log.EventEntryAdded:
		what = "log: " + e.Entry.Text
	case *page.EventJavascriptDialogOpening:
		what = "dialog: " + e.Message
	}
	if what != "" {
		p.mu.Lock()
		p.amiss = append(p.amiss, what)
		p.mu.Unlock()
	}
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// visit opens the page anew at a place behind #.
func (p *tab) visit(hash string) {
	p.t.Helper()
	p.do(chromedp.Navigate("about:blank"), chromedp.Navigate(p.address+hash), chromedp.WaitVisible(chromedp.CSS("#filters")))
}

// eval returns what an expression in the page comes to.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	v, err := chromedp.Run(p, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatal(err)
	}
	return v
}

// call is a command of the browser's protocol as a step.
func call[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

// text is what a person sees of an element.
func (p *tab) text(selector string) string {
	p.t.Helper()
	return eval[string](p, fmt.Sprintf("document.querySelector(%q).innerText", selector))
}

// column is the cells of a column of the findings that are shown, from 1.
func (p *tab) column(n int) []string {
	p.t.Helper()
	return eval[[]string](p, fmt.Sprintf("[...document.querySelectorAll('#findings tr[data-id] > td:nth-child(%d)')].map(td => td.innerText)", n))
}

func (p *tab) hash() string { p.t.Helper(); return eval[string](p, "location.hash") }

func (p *tab) want(what, got, want string) {
	p.t.Helper()
	if got != want {
		p.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// choose picks a value of a select.
func (p *tab) choose(id, value string) {
	p.t.Helper()
	eval[chromedp.Void](p, fmt.Sprintf(`{const s = document.getElementById(%q); s.value = %q; s.dispatchEvent(new Event("input", {bubbles: true}))}`, id, value))
}

func TestBrowserFindsAndSorts(t *testing.T) {
	p := open(t, several(120))
	p.want("status", p.text("#status"), "1 to 50 of 120 findings · USD 0.7200 overcharged · USD 0.6000 uncertain")
	if rows := p.column(1); len(rows) != 50 {
		t.Fatalf("%d rows, want a page of 50", len(rows))
	}

	p.choose("check", "WA105")
	p.want("status of a check", p.text("#status"), "1 to 40 of 40 findings, selected from 120 · USD 0.7200 overcharged")
	p.want("address of a check", p.hash(), "#check=WA105")

	p.do(chromedp.SendKeys(chromedp.CSS("#q"), "+1 (555) 000-0003"))
	p.want("a phone number, however it is written", strings.Join(p.column(2), "|"), "15550000003")
	p.do(chromedp.Click(chromedp.Search("//button[text()='Clear']")))
	p.want("address without filters", p.hash(), "")

	p.do(chromedp.Click(chromedp.CSS("th[data-sort=who] button")))
	if who := p.column(2); !slices.IsSorted(who) || who[0] != "15550000000" {
		t.Errorf("sorted by customer: %q", who)
	}
	p.want("sorted up", eval[string](p, "document.querySelector('th[data-sort=who]').ariaSort"), "ascending")
	p.do(chromedp.Click(chromedp.CSS("th[data-sort=who] button")))
	p.want("sorted down", p.column(2)[0], "15550000119")
	p.want("address of the order", p.hash(), "#sort=-who")

	p.do(chromedp.Click(chromedp.Search("//button[text()='Next']")), chromedp.Click(chromedp.Search("//button[text()='Next']")))
	p.want("status of a page", p.text("#status"), "101 to 120 of 120 findings · USD 0.7200 overcharged · USD 0.6000 uncertain")
	p.want("focus after turning the page", eval[string](p, "document.activeElement.id"), "findings-title")

	p.do(chromedp.SendKeys(chromedp.CSS("#q"), "nowhere"))
	p.want("nothing found", p.text("#status"), "No findings match.")
}

// A view can be sent by its address.
func TestBrowserOpensAnAddress(t *testing.T) {
	r := several(120)
	p := open(t, r)
	id := r.Findings[3].ID
	p.visit("#check=WA105&from=2026-10-01&to=2026-10-31&finding=" + id)
	p.want("the finding's button", eval[string](p, "document.querySelector('[aria-expanded=true]').closest('tr').dataset.id"), id)
	p.want("the filter", eval[string](p, "document.getElementById('check').value"), "WA105")

	p.visit("#check=nonsense&sort=constructor&page=-7&from=yesterday")
	p.want("an address that says nothing", p.text("#status"), "No findings match.")
	p.visit("#sort=constructor&page=9999999&verdict=overcharge")
	p.want("the last page", p.text("#status"), "51 to 80 of 80 findings, selected from 120 · USD 0.7200 overcharged")
}

func TestBrowserTellsTheTimeline(t *testing.T) {
	p := open(t, several(3))
	p.do(chromedp.Click(chromedp.CSS("button.open")), chromedp.WaitVisible(chromedp.CSS("table.timeline")))
	want := []string{
		"Thu, 1 October 2026", "08:00:00 user message; opens the customer service window log.ndjson:10",
		"10:00:00 delivered status log.ndjson:12, item 1", "10:00:00 ✗charged as utility (PMP, regular, billable), USD 0.0180 overcharged",
		"Fri, 2 October 2026", "08:00:00 customer service window closes", "Without a time", "bill line october.csv:7",
	}
	got := eval[[]string](p, `[...document.querySelectorAll(".timeline tbody tr")].map(r => [...r.cells].map(c => c.innerText).filter(Boolean).join(" "))`)
	if !slices.Equal(got, want) {
		t.Errorf("timeline:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	p.want("the explanation", p.text(".explanation"), "Charged as utility at 2026-10-01 10:00:00Z, customer 0, in a window open from 2026-10-01 08:00:00Z to 2026-10-02 08:00:00Z.")
	p.want("the rule", eval[string](p, "document.querySelector('.facts a[href^=https]').href"), "https://example.org/pricing?a&b")
	p.do(chromedp.Click(chromedp.CSS(`button[aria-label="Copy Message"]`)), chromedp.WaitVisible(chromedp.Search("//button[text()='Copied' or text()='Selected']")))
	p.do(chromedp.Click(chromedp.CSS("button.open")), chromedp.WaitNotPresent(chromedp.CSS("table.timeline")))
	p.want("closed again", eval[string](p, "document.querySelector('button.open').ariaExpanded"), "false")

	// By the keyboard alone.
	p.do(chromedp.Focus(chromedp.CSS("button.open")), chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS("table.timeline")))
}

func TestBrowserPrints(t *testing.T) {
	p := open(t, several(120))
	printed, err := chromedp.Run(p, func(ctx context.Context, t *chromedp.Target) (*page.PrintToPDFResult, error) {
		res, err := cdp.Call(ctx, t, page.PrintToPDF, page.PrintToPDFParams{})
		return &res, err
	})
	if err != nil {
		t.Fatal(err)
	}
	pdf := printed.Data
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pdf) < 10_000 {
		t.Errorf("printed %d bytes, which begin %.8q", len(pdf), pdf)
	}
	p.do(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
	for selector, shown := range map[string]bool{"#filters": false, "#pages": false, ".figures": true, "figure": true, "#findings": true, "#status": true} {
		if got := eval[bool](p, fmt.Sprintf("document.querySelector(%q).checkVisibility()", selector)); got != shown {
			t.Errorf("%s on paper: %v, want %v", selector, got, shown)
		}
	}
}

// Texts of a log do nothing in the page, and are seen as what they are.
func TestBrowserIsNotFooled(t *testing.T) {
	p := open(t, hostile())
	p.do(chromedp.Click(chromedp.CSS("button.open")), chromedp.WaitVisible(chromedp.CSS(".detail")))
	if n := eval[int](p, "document.querySelectorAll('img, iframe, script:not([type]), a[href^=javascript]').length"); n != 1 {
		t.Errorf("%d elements that no one put there", n-1)
	}
	if eval[bool](p, "'pwned' in window") {
		t.Error("a text of the log ran")
	}
	for _, selector := range []string{"#findings", ".facts", ".timeline", ".chart"} {
		if text := p.text(selector); !strings.Contains(text, "<img src=x onerror=") || strings.ContainsAny(text, "\u202e\u2028\x1b") {
			t.Errorf("%s shows %q", selector, text)
		}
	}
	p.do(chromedp.SendKeys(chromedp.CSS("#q"), `<script>pwned=1`))
	p.want("found", p.text("#status")[:13], "1 to 1 of 1 f")
}

// Nobody is kept out: neither in light nor in dark, on a screen or a phone.
func TestBrowserIsAccessible(t *testing.T) {
	path := os.Getenv(axeVariable)
	if path == "" {
		t.Skipf("%s does not name axe.min.js", axeVariable)
	}
	axe, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, inKolkata(several(120)))
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 390} {
			t.Run(fmt.Sprintf("%s, %d wide", scheme, width), func(t *testing.T) {
				p.do(call(page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true}), chromedp.EmulateViewport(width, 800),
					call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}))
				p.visit("")
				p.do(chromedp.Click(chromedp.CSS("button.open")), chromedp.WaitVisible(chromedp.CSS(".detail")))
				eval[chromedp.Void](p, string(axe))
				for _, v := range eval[[]string](p, `axe.run().then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.html + " " + n.failureSummary)))`) {
					t.Error(v)
				}
				if over := eval[int](p, "document.documentElement.scrollWidth - innerWidth"); over > 0 {
					t.Errorf("the page is %d pixels wider than the screen", over)
				}
			})
		}
	}
}

// Fifty thousand findings open within two seconds, from 20 MB at most, and a search
// in them answers at once. A machine that has other work may take three times as long.
func TestBrowserIsQuick(t *testing.T) {
	if testing.Short() || os.Getenv(axeVariable) == "" {
		t.Skip("measures time, so it runs alone")
	}
	r := inKolkata(several(50_000))
	path := write(t, r)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 20_000_000 {
		t.Errorf("%d bytes", info.Size())
	}
	p := open(t, several(1))
	p.address = "file://" + path
	best, search := 1e9, 1e9
	for try := 0; try < 6 && (best > 2000 || search > 1000); try++ {
		p.visit("")
		best = min(best, eval[float64](p, "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"))
		search = min(search, eval[float64](p, `(() => { const from = performance.now(); const q = document.getElementById("q"); q.value = "15550049999"; q.dispatchEvent(new Event("input", {bubbles: true})); return performance.now() - from })()`))
	}
	p.want("found", p.text("#status"), "1 to 1 of 1 findings, selected from 50,000 · USD 0.0150 uncertain")
	t.Logf("%.1f MB, first view after %.0f ms, first search %.0f ms", float64(info.Size())/1e6, best, search)
	if best > 6000 || search > 3000 {
		t.Errorf("first view after %.0f ms, search after %.0f ms", best, search)
	}
}

// TestBrowserShowsTheAccountsTime: list, explanation, timeline and the days of filters
// are in the zone of the account, with the offset; by --zone in another.
func TestBrowserShowsTheAccountsTime(t *testing.T) {
	r := several(1)
	r.Run.Accounts = []result.AccountLabel{{WABA: r.Findings[0].WABA, Timezone: "Pacific/Auckland"}}
	p := open(t, r)
	p.want("the list", p.column(3)[0], "2026-10-01 23:00:00 +13:00")
	p.do(chromedp.Click(chromedp.CSS("button.open")), chromedp.WaitVisible(chromedp.CSS("table.timeline")))
	want := []string{
		"Thu, 1 October 2026", "21:00:00 08:00:00 user message; opens the customer service window log.ndjson:10",
		"23:00:00 10:00:00 delivered status log.ndjson:12, item 1", "23:00:00 10:00:00 ✗charged as utility (PMP, regular, billable), USD 0.0180 overcharged",
		"Fri, 2 October 2026", "21:00:00 08:00:00 customer service window closes", "Without a time", "bill line october.csv:7",
	}
	got := eval[[]string](p, `[...document.querySelectorAll(".timeline tbody tr")].map(r => [...r.cells].map(c => c.innerText).filter(Boolean).join(" "))`)
	if !slices.Equal(got, want) {
		t.Errorf("timeline:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	p.want("the explanation", p.text(".explanation"), "Charged as utility at 2026-10-01 23:00:00+13:00, customer 0, in a window open from 2026-10-01 21:00:00+13:00 to 2026-10-02 21:00:00+13:00.")

	r.Findings[0].ChargedAt = new("2026-10-01T11:00:01Z") // the day after, there
	p.address = "file://" + write(t, r)
	p.visit("#from=2026-10-02&to=2026-10-02")
	p.want("the account's day", p.column(3)[0], "2026-10-02 00:00:01 +13:00")
	p.visit("#from=2026-10-01&to=2026-10-01")
	p.want("the day before", p.text("#status"), "No findings match.")
	p.address = "file://" + writeIn(t, r, report.Options{Zone: "America/Sao_Paulo"})
	p.visit("")
	p.want("by --zone", p.column(3)[0], "2026-10-01 08:00:01 -03:00")
}

// TestKnownAndLocal: a finding of the baseline is marked and can be told apart, and
// its details have the time of the account.
func TestKnownAndLocal(t *testing.T) {
	r := several(2)
	r.Findings[0].Known = true
	r.Run.Accounts = []result.AccountLabel{{WABA: r.Findings[0].WABA, Name: "Kaveri Home", Timezone: "Asia/Kolkata"}}
	p := open(t, r)
	p.visit("#known=known&finding=" + r.Findings[0].ID)
	if n := eval[int](p, `document.querySelectorAll("#findings tbody tr[data-id]").length`); n != 1 {
		t.Errorf("%d findings are known", n)
	}
	shown := eval[string](p, `document.querySelector("#findings tbody").textContent`)
	for _, want := range []string{"overcharge known", "in the baseline", "2026-10-01 15:30:00 +05:30", "Kaveri Home"} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not in %q", want, shown)
		}
	}
}
