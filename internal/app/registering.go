package app

import (
	"context"
	"encoding/json"

	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

// RegisterImport counts what an import brought.
type RegisterImport struct {
	Systems    int `json:"systems"`
	Assets     int `json:"assets"`
	Rights     int `json:"rights"`
	Judgements int `json:"judgements"`
}

// ImportRegister saves a register file, each system under its next version.
// Chains come first and systems last, so that what fails half-way leaves
// systems as they were. The import is an event of the record.
func (a *App) ImportRegister(ctx context.Context, ws touch.Workspace, f *register.File, by touch.UserID) (RegisterImport, error) {
	out := RegisterImport{len(f.Systems), len(f.Assets), len(f.Rights), len(f.Significance) + len(f.Attestations)}
	have, err := a.versions(ctx, ws)
	if err != nil {
		return out, err
	}
	if len(f.Parties)+len(f.Assets)+len(f.Edges)+len(f.Rights) > 0 {
		if err := a.DB.SaveChains(ctx, ws, f.Parts, by); err != nil {
			return out, err
		}
	}
	if out.Judgements > 0 {
		if err := a.DB.SaveJudgements(ctx, ws, f.Significance, f.Attestations); err != nil {
			return out, err
		}
	}
	for _, s := range f.Systems {
		s.Version = have[s.ID] + 1
		if err := a.DB.SaveSystem(ctx, ws, s, by); err != nil {
			return out, err
		}
	}
	return out, a.note(ctx, ws, record.Register, map[string]any{"what": "import", "by": by, "counts": out})
}

func (a *App) versions(ctx context.Context, ws touch.Workspace) (map[touch.SystemID]int, error) {
	all, err := a.DB.Systems(ctx, ws)
	out := make(map[touch.SystemID]int, len(all))
	for _, s := range all {
		out[s.ID] = s.Version
	}
	return out, err
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
