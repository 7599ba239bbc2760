// Command measure runs a command several times and prints its wall time,
// processor time and peak memory, and its throughput over a file, beside a
// plain read of that file: figures of a machine say little, ratios more.
//
//	measure [-n RUNS] [-floor MB/s] -file FILE -- COMMAND ARG...
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

type run struct {
	wall, cpu time.Duration
	peak      int64 // bytes
}

func main() {
	n := flag.Int("n", 5, "runs, after one that warms up")
	file := flag.String("file", "", "file that the command reads")
	floor := flag.Float64("floor", 500, "throughput to compare with, MB/s")
	flag.Parse()
	if err := measure(*n, *file, *floor, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func measure(n int, file string, floor float64, command []string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	var runs []run
	var reads []time.Duration
	for i := range n + 1 {
		r, err := once(command)
		if err != nil {
			return err
		}
		read, err := readThrough(file)
		if err != nil {
			return err
		}
		if i > 0 {
			runs, reads = append(runs, r), append(reads, read)
		}
	}
	slices.SortFunc(runs, func(a, b run) int { return int(a.wall - b.wall) })
	slices.Sort(reads)
	mb := float64(info.Size()) / 1e6
	mid := runs[len(runs)/2]
	speed := mb / mid.wall.Seconds()
	fmt.Printf("file          %.0f MB\n", mb)
	fmt.Printf("wall          %.2f s (%.2f to %.2f)\n", mid.wall.Seconds(), runs[0].wall.Seconds(), runs[len(runs)-1].wall.Seconds())
	fmt.Printf("processor     %.2f s\n", mid.cpu.Seconds())
	fmt.Printf("throughput    %.0f MB/s, %.2f of the %.0f asked for\n", speed, speed/floor, floor)
	fmt.Printf("to a read     %.1f times the time of reading the file\n", mid.wall.Seconds()/reads[len(reads)/2].Seconds())
	fmt.Printf("peak memory   %.0f MB\n", float64(slices.MaxFunc(runs, func(a, b run) int { return int(a.peak - b.peak) }).peak)/1e6)
	return nil
}

// once runs the command; exit codes 0, 1 and 3 are those of a run that did its
// work.
func once(command []string) (run, error) {
	c := exec.Command(command[0], command[1:]...)
	c.Stderr = os.Stderr
	start := time.Now()
	err := c.Run()
	wall := time.Since(start)
	if code := c.ProcessState.ExitCode(); err != nil && code != 1 && code != 3 {
		return run{}, err
	}
	usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return run{}, fmt.Errorf("the system does not tell what a process used")
	}
	return run{wall: wall, cpu: c.ProcessState.UserTime() + c.ProcessState.SystemTime(), peak: usage.Maxrss << 10}, nil
}

func readThrough(file string) (time.Duration, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	start := time.Now()
	_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{f}, make([]byte, 1<<20))
	return time.Since(start), err
}
