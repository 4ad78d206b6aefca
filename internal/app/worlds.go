package app

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"fairtouch/internal/campaign"
	"fairtouch/internal/consent"
	"fairtouch/internal/disclose"
	"fairtouch/internal/explain"
	"fairtouch/internal/govern"
	"fairtouch/internal/law"
	"fairtouch/internal/pilot"
	"fairtouch/internal/protect"
	"fairtouch/internal/provider"
	"fairtouch/internal/register"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// Kinds of free documents.
const (
	DocModel   = "model"
	DocBasis   = "basis"
	DocNotice  = "notice"
	DocCompany = "company"
)

// ModelDoc is a model as it is stored: file, spec and dictionary.
type ModelDoc struct {
	Hash       string        `json:"hash"`
	File       []byte        `json:"file"`
	Spec       provider.Spec `json:"spec"`
	Dictionary []byte        `json:"dictionary"`
}

// runner is a loaded model. It is immutable.
type runner struct {
	tree *provider.Tree
	kit  *explain.Kit
}

// Worlds reads workspaces. Loaded models and the law are shared by all.
type Worlds struct {
	db       *sqlstore.DB
	cfg      Config
	licences func() (*register.Licences, error)
	texts    func() (*disclose.Texts, error)
	matrix   func() (*disclose.Matrix, error)

	mu      sync.Mutex // guards what follows
	models  map[string]runner
	law     *law.Evaluator
	lawFrom time.Time
}

// lawMemo is how many answers of the law are remembered; see docs/design/law.md.
const lawMemo = 20_000

func newWorlds(db *sqlstore.DB, cfg Config) *Worlds {
	return &Worlds{db: db, cfg: cfg, models: map[string]runner{},
		licences: sync.OnceValues(register.SeedLicences), texts: sync.OnceValues(disclose.Load), matrix: sync.OnceValues(disclose.LoadMatrix)}
}

// Law is the evaluator over the embedded packs, known here since the
// installation's first workspace was made.
func (w *Worlds) Law(ctx context.Context) (*law.Evaluator, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.law != nil {
		return w.law, nil
	}
	all, err := w.db.AllWorkspaces(ctx)
	if err != nil {
		return nil, err
	}
	from := time.Now()
	for _, x := range all {
		if x.CreatedAt.Before(from) {
			from = x.CreatedAt
		}
	}
	book, err := law.EmbeddedBook(from)
	if err != nil {
		return nil, err
	}
	w.law, w.lawFrom = law.NewEvaluator(book, lawMemo), from
	return w.law, nil
}

// Load implements govern.Worlds.
func (w *Worlds) Load(ctx context.Context, ws touch.Workspace) (*govern.World, error) {
	out := &govern.World{Systems: map[touch.SystemID]*govern.Bound{}, Locale: w.cfg.Company.Locale, Country: w.cfg.Company.Country}
	var err error
	// The epoch is read first: what is read after it is at least as new.
	if out.Epoch, err = w.db.Epoch(ctx, ws); err != nil {
		return nil, err
	}
	if out.Law, err = w.Law(ctx); err != nil {
		return nil, err
	}
	if out.Texts, err = w.texts(); err != nil {
		return nil, err
	}
	if out.Matrix, err = w.matrix(); err != nil {
		return nil, err
	}
	if err := w.chains(ctx, ws, out); err != nil {
		return nil, err
	}
	if out.Bases, err = docs[consent.CompanyBasis](ctx, w.db, ws, DocBasis); err != nil {
		return nil, err
	}
	if err := w.company(ctx, ws, out); err != nil {
		return nil, err
	}
	if err := w.campaigns(ctx, ws, out); err != nil {
		return nil, err
	}
	return out, w.systems(ctx, ws, out)
}

// campaigns reads which campaigns run.
func (w *Worlds) campaigns(ctx context.Context, ws touch.Workspace, out *govern.World) error {
	all, err := docs[campaign.Campaign](ctx, w.db, ws, DocCampaign)
	out.Campaigns = make(map[touch.CampaignID]govern.CampaignState, len(all))
	for _, c := range all {
		out.Campaigns[c.ID] = govern.CampaignState{Systems: c.Systems, Running: c.State == campaign.Running, Stopped: c.State == campaign.Stopped || c.State == campaign.Ended}
	}
	return err
}

func docs[T any](ctx context.Context, db *sqlstore.DB, ws touch.Workspace, kind string) ([]T, error) {
	var out []T
	err := db.Documents(ctx, ws, kind, func(body string) error {
		var v T
		err := json.Unmarshal([]byte(body), &v)
		out = append(out, v)
		return touch.Wrap(touch.Internal, err, "a stored %s can't be read", kind)
	})
	return out, err
}

func (w *Worlds) chains(ctx context.Context, ws touch.Workspace, out *govern.World) error {
	parts, err := w.db.Chains(ctx, ws)
	if err != nil {
		return err
	}
	lic, err := w.licences()
	if err != nil {
		return err
	}
	graph, err := register.NewGraph(parts, lic)
	if err != nil {
		return err
	}
	out.Verdicts = register.NewVerdicts(graph, 4096)
	out.Judged, out.Attested, err = w.db.Judgements(ctx, ws)
	return err
}

// CompanyOf is the company of a workspace: what was set there, else the
// configuration's.
func (w *Worlds) CompanyOf(ctx context.Context, ws touch.Workspace) (Company, error) {
	c := w.cfg.Company
	err := w.db.Document(ctx, ws, DocCompany, "company", &c)
	if touch.CodeOf(err) == touch.Unknown {
		err = nil
	}
	return c, err
}

func (w *Worlds) company(ctx context.Context, ws touch.Workspace, out *govern.World) error {
	c, err := w.CompanyOf(ctx, ws)
	if err != nil {
		return err
	}
	if c.Locale != "" {
		out.Locale = c.Locale
	}
	out.Country = c.Country
	// The register itself is the record of processing activities (GDPR Art. 30).
	out.Company = map[string]any{"company.in_ropa": true, "company.sender_identity": c.Name != "" && c.Address != "",
		"company.officer": c.Officer != "", "company.authority": c.Authority != ""}
	if c.Country != "" {
		out.Company["company.established"] = c.Country
	}
	return nil
}

func (w *Worlds) systems(ctx context.Context, ws touch.Workspace, out *govern.World) error {
	systems, err := w.db.Systems(ctx, ws)
	if err != nil {
		return err
	}
	pilots, err := w.db.Pilots(ctx, ws)
	if err != nil {
		return err
	}
	inUse, err := corrections(ctx, w.db, ws)
	if err != nil {
		return err
	}
	for i := range systems {
		b := &govern.Bound{System: systems[i], Pilot: pilotOf(pilots, systems[i].ID)}
		if b.System.Mode == register.Enforced && b.System.State == "active" && !w.bindGateway(ctx, ws, b) {
			w.bind(ctx, ws, b)
			correct(b, inUse[b.System.ID])
		}
		if b.Broken != "" {
			out.Warnings = append(out.Warnings, string(b.System.ID)+": "+b.Broken)
		}
		out.Systems[b.System.ID] = b
	}
	return nil
}

// pilotOf finds a system's pilot: the one that left its draft, else a draft,
// which lets nobody in.
func pilotOf(all []pilot.Pilot, id touch.SystemID) *pilot.Pilot {
	var draft *pilot.Pilot
	for i := range all {
		if all[i].System != id {
			continue
		}
		if all[i].State != pilot.Draft {
			return &all[i]
		}
		draft = &all[i]
	}
	return draft
}

// bind loads the system's model. A model that is missing or broken leaves the
// system registered and refusing, with the reason.
func (w *Worlds) bind(ctx context.Context, ws touch.Workspace, b *govern.Bound) {
	if b.System.ModelHash == "" {
		b.Broken = "No model is bound to the system; upload one."
		return
	}
	r, err := w.runner(ctx, ws, b.System.ModelHash)
	if err != nil {
		b.Broken = "The system's model can't be used: " + touch.AsError(err).Message + "."
		return
	}
	b.Provider, b.Kit = r.tree, r.kit
	b.Plan = protect.Plan{Features: r.tree.Spec().Features, Categories: b.System.DataCategories}
}

func (w *Worlds) runner(ctx context.Context, ws touch.Workspace, hash string) (runner, error) {
	key := string(ws) + "/" + hash
	w.mu.Lock()
	r, ok := w.models[key]
	w.mu.Unlock()
	if ok {
		return r, nil
	}
	var doc ModelDoc
	if err := w.db.Document(ctx, ws, DocModel, hash, &doc); err != nil {
		return runner{}, err
	}
	r, err := load(doc)
	if err != nil {
		return runner{}, err
	}
	if r.tree.Hash() != hash {
		return runner{}, touch.Errorf(touch.Tampered, "the stored model is not the one that was registered")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.models[key] = r
	return r, nil
}

func load(doc ModelDoc) (runner, error) {
	tree, err := provider.NewTree(doc.File, doc.Spec)
	if err != nil {
		return runner{}, err
	}
	kit, err := explain.NewKit(tree.Model(), doc.Dictionary)
	return runner{tree, kit}, err
}

// PutModel checks a model with its spec and dictionary and stores it; the
// returned hash is what a system is bound to.
func (w *Worlds) PutModel(ctx context.Context, ws touch.Workspace, doc ModelDoc, by touch.UserID) (string, error) {
	r, err := load(doc)
	if err != nil {
		return "", err
	}
	doc.Hash = r.tree.Hash()
	_, err = w.db.PutDocument(ctx, ws, DocModel, doc.Hash, doc, by)
	return doc.Hash, err
}
