package page_test

import (
	"strings"
	"testing"

	"waudit/report/page"
)

// An address of ours is a link as it stands; a text of a log with one in it is shown
// letter by letter, and is none.
func TestMarkdownLinks(t *testing.T) {
	for _, url := range []string{"https://developers.facebook.com/docs/whatsapp/pricing?a=b_c#updates-to-pricing", "http://example.com"} {
		if got := page.Link(url); got != "<"+url+">" {
			t.Errorf("Link(%q) = %q", url, got)
		}
	}
	for _, text := range []string{"https://a.b/> <script>", "javascript:alert(1)", "https://a.b/|", "see https://a.b", "https://a.b/\u202e"} {
		if got := page.Link(text); strings.HasPrefix(got, "<") || strings.Contains(got, "://") {
			t.Errorf("Link(%q) = %q is a link", text, got)
		}
	}
	if got := page.Markdown("at https://a.b and www.c.d"); strings.Contains(got, `\`) || strings.Contains(got, "://") || strings.Contains(got, "www.") {
		t.Errorf("got %q", got)
	}
}
