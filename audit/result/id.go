package result

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// FindingID is the id of a finding: it depends on what the finding is about, never
// on where it stands in the input.
func FindingID(check, number string, subject ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{check, number}, subject...), "\x1f")))
	return hex.EncodeToString(sum[:8])
}
