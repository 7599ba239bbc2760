package accept

import "waudit/audit/result"

// Baseline is the ids of known findings.
type Baseline map[string]bool

// Mark marks the findings that are known, and counts them.
func (b Baseline) Mark(findings []result.Finding) *result.Baseline {
	n := &result.Baseline{}
	met := map[string]bool{}
	for i := range findings {
		f := &findings[i]
		if f.Known = b[f.ID]; !f.Known {
			n.New++
			continue
		}
		n.Known++
		met[f.ID] = true
	}
	n.Gone = int64(len(b) - len(met))
	return n
}
