package cmd

import (
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"waudit/audit/event"
	"waudit/ingest/group"
	"waudit/report/redact"
)

// progress shows how far a phase of the run is, how fast it is and how long it takes
// still, if that is more than a second: on a terminal only.
type progress struct {
	w       io.Writer // nil: nothing is shown
	options []progressbar.Option
	began   time.Time

	mu   sync.Mutex
	bar  *progressbar.ProgressBar // nil: not yet
	done int64
}

// patience is how long a phase lasts before its progress is shown.
const patience = time.Second

func newProgress(w io.Writer, hidden bool, phase string, more ...progressbar.Option) *progress {
	if redacted, ok := w.(*redact.Writer); ok {
		w = redacted.Plain
	}
	if hidden || !isTerminal(w) {
		return &progress{}
	}
	return &progress{w: w, began: time.Now(), options: append(more,
		progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(phase), progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(200*time.Millisecond), progressbar.OptionClearOnFinish(),
	)}
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// show is called with what is done so far and in all.
func (p *progress) show(done, total int64) {
	if p.w == nil || time.Since(p.began) < patience {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar == nil {
		p.bar = progressbar.NewOptions64(-1, p.options...)
	}
	if total > 0 && total != p.bar.GetMax64() {
		p.bar.ChangeMax64(total)
	}
	_ = p.bar.Set64(done)
}

// finish clears what was shown.
func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

// writing shows how much of a kind is written so far. Its function is to be called for
// each.
func (s *session) writing(c *cobra.Command, what string) (wrote func(), finish func()) {
	hidden := s.flags.hidesProgress() || s.flags.formats != nil && s.flags.toStdout() && isTerminal(c.OutOrStdout())
	bar := newProgress(c.ErrOrStderr(), hidden, "writing", progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString(what))
	n := int64(0)
	return func() {
		if n++; n%1024 == 0 {
			bar.show(n, 0)
		}
	}, bar.finish
}

// hidesProgress reports whether no progress is wanted.
func (f *readFlags) hidesProgress() bool { return f.quiet || f.noProgress }

// watchedPairs shows the progress of passes over the log.
type watchedPairs struct {
	*group.Set
	bar    *progress
	passes int
}

// watched is the log as a phase sees it that looks at it so many times: its progress
// is shown until it is finished.
func (s *session) watched(c *cobra.Command, phase string, passes int) watchedPairs {
	bar := newProgress(c.ErrOrStderr(), s.flags.hidesProgress(), phase, progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("parts"))
	return watchedPairs{s.log.Set, bar, passes}
}

// Each implements audit.Log.
func (p watchedPairs) Each(partition int, want func(n int) bool, fn func(event.Pair) error) error {
	err := p.Set.Each(partition, want, fn)
	p.bar.mu.Lock()
	p.bar.done++
	done := p.bar.done
	p.bar.mu.Unlock()
	p.bar.show(done, int64(max(p.passes*p.Partitions(), int(done))))
	return err
}
