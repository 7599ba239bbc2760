package cmd

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"waudit/audit/check"
	"waudit/audit/era"
	"waudit/ingest/mapfile"
	"waudit/report/simulate"
)

// completeFlags lets the shell complete the values of flags that take one of some
// words. Customers are never completed, and no file stands for one.
func completeFlags(c *cobra.Command) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if values := flagValues(c, f.Name); values != nil {
			_ = c.RegisterFlagCompletionFunc(f.Name, values) // an error says that the flag has one of its own
		}
	})
	for _, sub := range c.Commands() {
		completeFlags(sub)
	}
}

// flagValues completes the flag of that name, nil for one that takes files or anything.
func flagValues(c *cobra.Command, name string) cobra.CompletionFunc {
	switch name {
	case "fail-on":
		return words(failOnLevels)
	case "color":
		return words(func() []string { return []string{"auto", "always", "never"} })
	case "input-format":
		return words(containerNames)
	case "dialect":
		if c.Name() == "simulate" {
			return words(func() []string { return []string{simulate.MetaCloud, simulate.Flat} })
		}
		return words((&mappingFile{}).dialects)
	case "container":
		return words(func() []string { return []string{simulate.NDJSON, simulate.JSON} })
	case "channel":
		return words(channels)
	case "currency":
		return words(currencies)
	case "checks":
		return completeChecks
	case "report":
		return completeReport
	case "account", "user", "message", "period", "from", "to", "as-of", "tolerance":
		return cobra.NoFileCompletions
	}
	return nil
}

// words completes one of some words.
func words(list func() []string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return list(), cobra.ShellCompDirectiveNoFileComp
	}
}

func currencies() []string {
	_, card, err := cardNamed("")
	if err != nil {
		return nil
	}
	return card.Currencies()
}

// reportsAs completes the first so many arguments as files of JSON, and the others as then
// says.
func reportsAs(first int, then cobra.ShellCompDirective) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) >= first {
			return nil, then
		}
		return []cobra.Completion{"json"}, cobra.ShellCompDirectiveFilterFileExt
	}
}

// completeChecks completes the last check of a list.
func completeChecks(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := begun[:strings.LastIndex(begun, ",")+1]
	if strings.HasPrefix(begun[len(before):], "-") {
		before += "-"
	}
	list := checkNames()
	for i := range list {
		list[i] = before + list[i]
	}
	return list, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completeReport completes the format of FORMAT=FILE.
func completeReport(c *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if strings.Contains(begun, "=") {
		return nil, cobra.ShellCompDirectiveDefault
	}
	var list []cobra.Completion
	for _, name := range c.Flags().Lookup("report").Annotations[formatsKey] {
		list = append(list, name+"=")
	}
	return list, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// checkNames completes a check.
func checkNames() (list []string) {
	for _, c := range check.Documented() {
		list = append(list, c.ID+"\t"+c.Name)
	}
	return list
}

func eraNames() (list []string) {
	for _, e := range era.Eras() {
		list = append(list, e.Name)
	}
	return list
}

// meantCheck says which check a word may stand for: a number only if it is all but
// the same.
func meantCheck(word string) string {
	var names []string
	for _, c := range check.Documented() {
		if mapfile.EditDistance(strings.ToUpper(word), c.ID) == 1 || strings.EqualFold(word, c.Name) {
			return mapfile.DidYouMean(c.ID, []string{c.ID})
		}
		names = append(names, c.Name)
	}
	if strings.HasPrefix(strings.ToUpper(word), "WA") {
		return ""
	}
	return mapfile.DidYouMean(word, names)
}
