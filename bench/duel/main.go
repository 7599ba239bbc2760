// Command duel runs two commands alternately and prints, as a line of a table,
// how they compare: times of one machine and hour say little, ratios more.
//
//	duel [-n RUNS] [-processor] [-label TEXT] [-events N] COMMAND... -- OTHER...
//
// A command that prints "processor X" and "seconds Y" as its last lines is timed by
// those, so that what it takes to start need not count; else by its wall time and that of
// all cores. The former counts, or with -processor the latter, which says more where
// others work as well; what all cores took is told of both in any case.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// figures are what one run took.
type figures struct {
	wall, cpu float64 // seconds; cpu is of all cores
	peak      int64   // bytes of memory
}

func main() {
	n := flag.Int("n", 5, "runs of each, after one that warms up; 1: that alone")
	label := flag.String("label", "", "first cell of the line")
	events := flag.Float64("events", 0, "events in the log, to print the time for each")
	processor := flag.Bool("processor", false, "compare the time of all cores")
	flag.Parse()
	if err := duel(*n, *label, *events, *processor, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "duel:", err)
		os.Exit(1)
	}
}

func duel(n int, label string, events float64, processor bool, args []string) error {
	i := slices.Index(args, "--")
	if i < 1 || i == len(args)-1 {
		return errors.New("want two commands with -- between them")
	}
	var one, other []figures
	var ratios, processors []float64
	warm := 1
	if n == 1 {
		warm = 0 // one run is asked for where a run takes minutes
	}
	for run := range n + warm {
		a, err := once(args[:i])
		if err != nil {
			return err
		}
		b, err := once(args[i+1:])
		if err != nil {
			return err
		}
		if processor {
			a.wall, b.wall = a.cpu, b.cpu
		}
		if run >= warm {
			one, other, ratios = append(one, a), append(other, b), append(ratios, a.wall/b.wall)
			processors = append(processors, a.cpu/b.cpu)
		}
	}
	slices.Sort(ratios)
	slices.Sort(processors)
	a, b := median(one), median(other)
	perEvent := ""
	if events > 0 {
		perEvent = fmt.Sprintf("%.0f ns", a.wall/events*1e9)
	}
	fmt.Printf("| %s | %s | %s | %.2f (%.2f to %.2f) | %s, %s, %.2f | %d MB | %d MB | %s |\n", label, seconds(a.wall), seconds(b.wall),
		ratios[len(ratios)/2], ratios[0], ratios[len(ratios)-1], seconds(a.cpu), seconds(b.cpu), processors[len(processors)/2],
		a.peak/1e6, b.peak/1e6, perEvent)
	return nil
}

// seconds writes a time with two digits or more.
func seconds(s float64) string {
	if s < 0.1 {
		return fmt.Sprintf("%.3f s", s)
	}
	return fmt.Sprintf("%.2f s", s)
}

// median returns the run of median time, with the highest peak of all runs.
func median(runs []figures) figures {
	slices.SortFunc(runs, func(a, b figures) int { return int((a.wall - b.wall) * 1e9) })
	m := runs[len(runs)/2]
	for _, r := range runs {
		m.peak = max(m.peak, r.peak)
	}
	return m
}

// once runs the command; exit codes 0, 1 and 3 are those of a run that did its
// work.
func once(command []string) (figures, error) {
	var out bytes.Buffer
	c := exec.Command(command[0], command[1:]...)
	c.Stdout, c.Stderr = &out, os.Stderr
	start := time.Now()
	err := c.Run()
	wall := time.Since(start).Seconds()
	if code := c.ProcessState.ExitCode(); err != nil && code != 1 && code != 3 {
		return figures{}, fmt.Errorf("%s: %w", command[0], err)
	}
	usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return figures{}, errors.New("the system does not tell what a process used")
	}
	if _, text, found := strings.Cut(strings.TrimSpace(out.String()), "seconds "); found {
		if wall, err = strconv.ParseFloat(text, 64); err != nil {
			return figures{}, err
		}
	}
	cpu := (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds()
	if _, text, found := strings.Cut(out.String(), "processor "); found {
		if _, err := fmt.Sscan(text, &cpu); err != nil {
			return figures{}, err
		}
	}
	return figures{wall: wall, cpu: cpu, peak: usage.Maxrss << 10}, nil
}
