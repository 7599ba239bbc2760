package result

// VerifySchema names the form of a Verification.
const VerifySchema = "waudit.verify/v1"

// Verification is whether the files of a claim are as they were written. Of what the claim
// says it has what its manifest says.
type Verification struct {
	Schema   string             `json:"schema"`
	Tool     Tool               `json:"tool"`
	Account  AccountLabel       `json:"account"`
	Month    string             `json:"month"`
	Claimed  []ClaimSum         `json:"claimed"`
	Manifest string             `json:"manifest_sha256"` // in hex
	Files    []VerifiedFile     `json:"files"`           // those of the manifest in its order, then others
	Evidence []VerifiedEvidence `json:"evidence"`
}

// VerifiedFile is a file of a claim.
type VerifiedFile struct {
	Name  string    `json:"name"`
	Bytes int64     `json:"bytes"` // that it has; -1 if it could not be read
	State FileState `json:"state"`
	Note  string    `json:"note"` // more of what is wrong
}

// FileState is what became of a file since the claim was written.
type FileState string

// The states. All but FileSame are faults.
const (
	FileSame    FileState = "unchanged"
	FileAltered FileState = "altered"
	FileMissing FileState = "missing"
	FileExtra   FileState = "not in the manifest"
	FileUnread  FileState = "cannot be read"
)

// FileStates are all of them, in the order in which they are told.
func FileStates() []FileState {
	return []FileState{FileSame, FileAltered, FileMissing, FileExtra, FileUnread}
}

// VerifiedEvidence is what the manifest says that a file of evidence comes to.
type VerifiedEvidence struct {
	File     string             `json:"file"`
	Records  int64              `json:"records"`
	Signed   *DisputeSignatures `json:"signed,omitempty"` // nil where no signature was verified
	LastLink string             `json:"last_link"`        // of its chain, see DisputeEvidence; "" without one
}

// Count is how many files are in a state.
func (v *Verification) Count(s FileState) (n int) {
	for _, f := range v.Files {
		if f.State == s {
			n++
		}
	}
	return n
}
