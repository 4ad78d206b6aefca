package cli

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"strings"

	"fairtouch/fairness"
	"fairtouch/internal/app"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/touch"
)

type auditCmd struct {
	Run        auditRunCmd        `cmd:"" help:"Compare how groups of people are treated; says pass, fail or inconclusive."`
	Attributes auditAttributesCmd `cmd:"" help:"Import protected attributes, which audits alone can read."`
	Outcomes   auditOutcomesCmd   `cmd:"" help:"Import what came true of decisions."`
	Copy       auditCopyCmd       `cmd:"" help:"What a text may say otherwise, how hard it is to read, and whether everybody can use an e-mail."`
}

type auditRunCmd struct {
	Spec     string `arg:"" help:"Specification (YAML); - is standard input." placeholder:"SPEC.yaml"`
	Engine   string `help:"file, decisions, postgres, duckdb, trino or clickhouse (default: as the data are named)." placeholder:"E"`
	SQL      bool   `name:"sql" help:"Print the statement for postgres, trino or clickhouse instead of running it."`
	Training bool   `help:"Check the training data that the specification names, by the same groups, before a model learns from them."`
	FailOn   string `name:"fail-on" help:"Exit status 1 on this verdict: fail, or inconclusive (then on fail too)." enum:",fail,inconclusive" default:""`
}

// auditMemory is what an audit may use before the collector works harder.
const auditMemory = 400 << 20

// Run prints the report.
func (c *auditRunCmd) Run(r *run) error {
	b, err := r.read(c.Spec)
	if err != nil {
		return err
	}
	spec, err := engine.ParseSpec(b)
	if err != nil {
		return err
	}
	if c.Spec != "-" {
		spec.Dir = filepath.Dir(r.path(c.Spec))
	}
	if c.SQL {
		return c.printSQL(r, &spec)
	}
	if r.App == nil { // a server keeps its own
		debug.SetMemoryLimit(auditMemory)
	}
	if c.Training {
		return c.training(r, &spec)
	}
	report, err := c.examine(r, &spec, b)
	if err != nil {
		return err
	}
	return c.show(r, &spec, report)
}

func (c *auditRunCmd) examine(r *run, spec *engine.Spec, text []byte) (report audit.Report, err error) {
	if spec.Data.Decisions != nil && (c.Engine == "" || c.Engine == "decisions") {
		err = r.within(func(a *app.App, ws touch.Workspace) error {
			report, err = c.own(r, a, ws, spec, text)
			return err
		})
		return report, err
	}
	result, err := c.count(r, spec)
	if err != nil {
		return report, err
	}
	return audit.Judge(spec, result), nil
}

// count counts the cells of a file or of a table.
func (c *auditRunCmd) count(r *run, spec *engine.Spec) (out engine.Result, err error) {
	if c.Engine == "duckdb" && r.DuckDB != nil {
		e, done, err := r.DuckDB(r.path(spec.Data.Database), r.Dir)
		if err != nil {
			return out, err
		}
		out, err = e.Count(r.ctx, engine.Compile(spec))
		return out, errors.Join(err, done())
	}
	e, err := c.engine(r, spec)
	if err != nil {
		return out, err
	}
	return e.Count(r.ctx, engine.Compile(spec))
}

func (c *auditRunCmd) show(r *run, spec *engine.Spec, report audit.Report) (err error) {
	if r.opts.JSON {
		err = r.print(report)
	} else {
		printAudit(r.Out, spec, &report)
	}
	if err == nil && failsOn(c.FailOn, report.Verdict) {
		return exitStatus(1)
	}
	return err
}

func failsOn(level string, v fairness.Verdict) bool {
	return level == "fail" && v == fairness.Fail || level == "inconclusive" && v != fairness.Pass
}

// engine opens what reads a file or a database; neither needs an installation.
func (c *auditRunCmd) engine(r *run, s *engine.Spec) (engine.Engine, error) {
	name := c.Engine
	switch {
	case name == "" && s.Data.File != "":
		name = "file"
	case name == "":
		name = "postgres"
	}
	switch {
	case name == "file" && s.Data.File != "":
		return engine.File{Working: r.Dir}, nil
	case name == "postgres" && s.Data.Table != "":
		url, err := databaseURL(s.Data.Database, r.Lookup)
		return engine.Postgres{URL: url}, err
	case name == "trino" || name == "clickhouse":
		return nil, touch.Errorf(touch.Unsupported, "%s is not connected; --sql prints the statement for you to run", name)
	case name == "duckdb":
		return nil, touch.Errorf(touch.Unsupported, "duckdb is not in this binary; build cmd/fairtouch-duckdb, or use the file engine or postgres")
	case name == "file" || name == "postgres" || name == "decisions":
		return nil, touch.Fielderr("engine", "%s can't read the data that the specification names", name)
	}
	return nil, touch.Fielderr("engine", "is file, decisions, postgres, trino or clickhouse")
}

// auditDatabase names the database where the specification doesn't. The serving
// database is never audited by accident.
const auditDatabase = "FAIRTOUCH_AUDIT_DATABASE"

func databaseURL(s string, lookup func(string) (string, bool)) (string, error) {
	name, isVar := strings.CutPrefix(s, "$")
	if s != "" && !isVar {
		return s, nil
	}
	if s == "" {
		name = auditDatabase
	}
	if url, ok := lookup(name); ok && url != "" {
		return url, nil
	}
	return "", touch.Fielderr("data.database", "is not given; write the URL, $NAME of a variable, or set %s", auditDatabase)
}

func (c *auditRunCmd) printSQL(r *run, s *engine.Spec) error {
	name := c.Engine
	if name == "" {
		name = "postgres"
	}
	text, untested, err := engine.SQL(engine.Compile(s), name)
	if err != nil {
		return err
	}
	if r.opts.JSON {
		return r.print(map[string]any{"engine": name, "statement": text, "untested": untested})
	}
	if untested {
		fmt.Fprintf(r.Err, "%s: this dialect has not run in our tests\n", name)
	}
	fmt.Fprintln(r.Out, text)
	return nil
}

// printAudit prints the answer, then the evidence.
func printAudit(w io.Writer, s *engine.Spec, r *audit.Report) {
	fmt.Fprintf(w, "%s\n%s\n", r.Verdict, r.Headline)
	for _, n := range r.Notes {
		fmt.Fprintln(w, "note:", n)
	}
	fmt.Fprintln(w)
	table(w, "METRIC\tATTRIBUTE\tGROUP\tREFERENCE\tVALUE\tINTERVAL\tP\tN\tVERDICT", func(line func(...any)) {
		for _, m := range r.Metrics {
			ref := ""
			if m.Reference != nil {
				ref = *m.Reference
			}
			line(m.Name, m.Attribute, m.Group, ref, short(m.Value), short(m.Low)+" to "+short(m.High), short(m.P), m.N, m.Verdict)
		}
	})
	fmt.Fprintf(w, "\n%d groups, read by %s from %s (%s)\n", len(r.Cells), r.Evidence.Engine, r.Evidence.Source, r.Evidence.Snapshot)
	if r.Hidden > 0 {
		fmt.Fprintf(w, "%d small groups are hidden\n", r.Hidden)
	}
}

func short(x *float64) string {
	if x == nil {
		return "-"
	}
	return fmt.Sprintf("%.4g", *x)
}
