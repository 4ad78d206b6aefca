package chart

// NewTable builds a table; a column name that begins with "#" holds numbers.
func NewTable(caption string, head []string, rows [][]string) Table {
	t := table(head, rows)
	t.Caption = caption
	return t
}
