package source

import (
	"net/url"
	"regexp"
	"strings"
)

// secretParameter matches a parameter of an address that signs it or opens what it
// leads to, whatever service it is of.
var secretParameter = regexp.MustCompile(`(?i)[?&;][\w.~%-]*(?:signature|credential|token|password|passwd|pwd|secret|api[_-]?key|access_?key(?:_?id)?|sig|hmac)=[^&;#]*`)

// userInfo matches what stands in front of the host of an address.
var userInfo = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*://)[^/\s]*@`)

// Shown returns a path as messages and reports show it: an address has lost its
// user, its password, and the parameters that let somebody else in.
func Shown(path string) string {
	if !strings.Contains(path, "://") {
		return path
	}
	path = userInfo.ReplaceAllString(path, "$1")
	address, behind, _ := strings.Cut(path, "#")
	open := secretParameter.ReplaceAllString(address, "")
	if open != address && !strings.Contains(open, "?") {
		open = strings.Replace(open, "&", "?", 1) // the first parameter went
	}
	return open + path[len(address):len(path)-len(behind)] + behind
}

// onTheWeb reports whether path is an address of the web, which nothing is read from.
func onTheWeb(path string) bool {
	u, err := url.Parse(path)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
