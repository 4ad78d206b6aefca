package app

import (
	"context"
	"encoding/json"
	"slices"

	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

// RegisterImport counts what an import brought.
type RegisterImport struct {
	Systems    int `json:"systems"`   // new, or changed
	Unchanged  int `json:"unchanged"` // systems that are registered just so
	Assets     int `json:"assets"`
	Rights     int `json:"rights"`
	Judgements int `json:"judgements"` // new ones, attestations included
}

// ImportRegister saves a register file: each system that differs under its next
// version, and judgements that are not there yet, so that an import can be
// repeated. A system that names no model keeps the one it is bound to. Chains
// come first and systems last: what fails half-way leaves systems as they were.
// The import is an event of the record.
func (a *App) ImportRegister(ctx context.Context, ws touch.Workspace, f *register.File, by touch.UserID) (RegisterImport, error) {
	out := RegisterImport{Assets: len(f.Assets), Rights: len(f.Rights)}
	changed, err := a.changed(ctx, ws, f.Systems)
	if err != nil {
		return out, err
	}
	out.Systems, out.Unchanged = len(changed), len(f.Systems)-len(changed)
	if len(f.Parties)+len(f.Assets)+len(f.Edges)+len(f.Rights) > 0 {
		if err := a.DB.SaveChains(ctx, ws, f.Parts, by); err != nil {
			return out, err
		}
	}
	if out.Judgements, err = a.saveJudgements(ctx, ws, f); err != nil {
		return out, err
	}
	for _, s := range changed {
		if err := a.DB.SaveSystem(ctx, ws, s, by); err != nil {
			return out, err
		}
	}
	return out, a.note(ctx, ws, record.Register, map[string]any{"what": "import", "by": by, "counts": out})
}

// changed are the systems that differ from what is registered, under their
// next version.
func (a *App) changed(ctx context.Context, ws touch.Workspace, systems []register.System) ([]register.System, error) {
	all, err := a.DB.Systems(ctx, ws)
	have := make(map[touch.SystemID]register.System, len(all))
	for _, s := range all {
		have[s.ID] = s
	}
	var out []register.System
	for _, s := range systems {
		old := have[s.ID]
		if s.ModelHash == "" {
			s.ModelHash = old.ModelHash
		}
		if s.Version = old.Version; sameJSON(s, old) {
			continue
		}
		s.Version++
		out = append(out, s)
	}
	return out, err
}

// sameJSON compares what would be stored.
func sameJSON(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}

func (a *App) saveJudgements(ctx context.Context, ws touch.Workspace, f *register.File) (int, error) {
	judged, attested, err := a.DB.Judgements(ctx, ws)
	if err != nil {
		return 0, err
	}
	var js []register.Significance
	for _, j := range f.Significance {
		if !slices.Contains(judged, j) {
			js = append(js, j)
		}
	}
	var as []register.Attestation
	for _, x := range f.Attestations {
		if !slices.Contains(attested, x) {
			as = append(as, x)
		}
	}
	if len(js)+len(as) == 0 {
		return 0, nil
	}
	return len(js) + len(as), a.DB.SaveJudgements(ctx, ws, js, as)
}

// note puts an event of the installation on record.
func (a *App) note(ctx context.Context, ws touch.Workspace, kind record.Kind, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return touch.Wrap(touch.Internal, err, "an event can't be written")
	}
	_, err = a.Record.Append(ctx, ws, record.Entry{Kind: kind, Payload: b})
	return err
}

// ExportRegister is the register as one file that ImportRegister takes.
func (a *App) ExportRegister(ctx context.Context, ws touch.Workspace) (*register.File, error) {
	var f register.File
	var err error
	if f.Systems, err = a.DB.Systems(ctx, ws); err != nil {
		return nil, err
	}
	if f.Parts, err = a.DB.Chains(ctx, ws); err != nil {
		return nil, err
	}
	f.Significance, f.Attestations, err = a.DB.Judgements(ctx, ws)
	return &f, err
}

// Rank ranks every tool of the register for one use on a day.
func (a *App) Rank(ctx context.Context, ws touch.Workspace, use register.Use, on register.Date) ([]register.Ranked, error) {
	parts, err := a.DB.Chains(ctx, ws)
	if err != nil {
		return nil, err
	}
	lic, err := register.SeedLicences()
	if err != nil {
		return nil, err
	}
	g, err := register.NewGraph(parts, lic)
	if err != nil {
		return nil, err
	}
	tools := []string{}
	for _, x := range parts.Assets {
		if x.Kind == "tool" {
			tools = append(tools, x.ID)
		}
	}
	return g.Rank(tools, use, on), nil
}

// BindModel checks and stores a model and binds a system's next version to it.
func (a *App) BindModel(ctx context.Context, ws touch.Workspace, id touch.SystemID, doc ModelDoc, by touch.UserID) (register.System, error) {
	s, err := a.DB.System(ctx, ws, id)
	if err != nil {
		return s, err
	}
	if s.ModelHash, err = a.Worlds.PutModel(ctx, ws, doc, by); err != nil {
		return s, err
	}
	s.Version++
	if err := a.DB.SaveSystem(ctx, ws, s, by); err != nil {
		return s, err
	}
	return s, a.note(ctx, ws, record.Register, map[string]any{"what": "model", "system": s.ID, "version": s.Version, "model": s.ModelHash, "by": by})
}
