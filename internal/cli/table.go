package cli

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// table prints rows under a head, aligned.
func table(w io.Writer, head string, rows func(line func(cells ...any))) {
	tw := tabwriter.NewWriter(w, 0, 2, 2, ' ', 0)
	fmt.Fprintln(tw, head)
	rows(func(cells ...any) {
		for i, c := range cells {
			if i > 0 {
				fmt.Fprint(tw, "\t")
			}
			fmt.Fprint(tw, c)
		}
		fmt.Fprintln(tw)
	})
	tw.Flush()
}
