package app

import (
	"strings"
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/events"
	"fairtouch/internal/tables"
	"fairtouch/touch"
)

func importFile(t *testing.T, a *App, csv string) (Held, error) {
	t.Helper()
	in, err := tables.OpenStream(strings.NewReader(csv))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	people, _, err := ReadImport(in)
	if err != nil {
		return Held{}, err
	}
	return a.ImportPermissions(t.Context(), Demo, people, nil)
}

func mayNewsletter(t *testing.T, a *App, who string) consent.Result {
	t.Helper()
	k, _, err := a.KnownPerson(t.Context(), Demo, who)
	if err != nil {
		t.Fatal(err)
	}
	return consent.Evaluate(k.Members, consent.Scope{Purpose: "newsletter", Channel: touch.Email}, time.Now())
}

const importHead = "external_id,purpose,channel,state,basis,notice,source,occurred_at,place,confirmed_at,confirmed_by\n"

func TestAnImportedYesThatWasNotConfirmedPermitsNothing(t *testing.T) {
	a := demoApp(t, 30)
	ask := noticeHash(t, a, "newsletter")
	row := func(who, state, notice, at, place, confirmed, by string) string {
		return who + ",newsletter,email," + state + ",consent," + notice + ",old crm," + at + "," + place + "," + confirmed + "," + by + "\n"
	}
	held, err := importFile(t, a, importHead+
		row("text-no-proof", "ConsentGiven", ask, "2026-01-05", "FR", "", "")+
		row("text-proof", "ConsentGiven", ask, "2026-01-05", "FR", "2026-01-06", "form log 17")+
		row("de-no-proof", "ConsentGiven", "sha256:other", "2026-01-05", "DE", "", "")+
		row("at-region", "ConsentGiven", "sha256:other", "2026-01-05", "at-9", "", "")+
		row("de-proof", "ConsentGiven", "sha256:other", "2026-01-05", "DE", "2026-01-05", "Mailchimp")+
		row("fr", "ConsentGiven", "sha256:other", "2026-01-05", "FR", "", "")+
		row("nobody-knows", "ConsentGiven", "sha256:other", "2026-01-05", "", "", "")+ // the company's own country has no rule
		row("said-no", "ConsentGiven", ask, "2026-01-05", "", "2026-01-06", "form log 18")+
		row("said-no", "ConsentWithdrawn", "", "2026-02-01", "", "", ""))
	if err != nil {
		t.Fatal(err)
	}
	if held.Waiting != 3 || len(held.Why) != 3 || !strings.Contains(strings.Join(held.Why, "|"), "de-uwg-7") {
		t.Fatalf("%+v", held)
	}
	for who, want := range map[string]consent.State{"text-no-proof": consent.Requested, "de-no-proof": consent.Requested, "at-region": consent.Requested,
		"text-proof": consent.Given, "de-proof": consent.Given, "fr": consent.Given, "nobody-knows": consent.Given, "said-no": consent.Withdrawn} {
		if r := mayNewsletter(t, a, who); r.State != want || r.Allowed != (want == consent.Given) {
			t.Errorf("%s: %s, allowed %v", who, r.State, r.Allowed)
		}
	}
	k, _, err := a.KnownPerson(t.Context(), Demo, "text-proof")
	if err != nil {
		t.Fatal(err)
	}
	all, err := a.Ledger.History(t.Context(), Demo, k.ID)
	if err != nil || len(all) != 1 || all[0].ConfirmedBy != "form log 17" || all[0].Assurance != consent.ByDoubleOptIn || all[0].Confirmed.Format(time.DateOnly) != "2026-01-06" {
		t.Errorf("the proof is not on record: %+v %v", all, err)
	}
}

func TestHalfAProofOfAConfirmationRefusesTheFile(t *testing.T) {
	a := demoApp(t, 30)
	soon := time.Now().AddDate(0, 0, 2).Format(time.DateOnly)
	for name, x := range map[string][2]string{"no source": {"2026-01-06", ""}, "no time": {"", "form"}, "before the yes": {"2026-01-04", "form"}, "in the future": {soon, "form"}, "no time at all": {"soon", "form"}} {
		_, err := importFile(t, a, importHead+"jane,newsletter,email,ConsentGiven,consent,h,crm,2026-01-05,DE,"+x[0]+","+x[1]+"\n")
		if f := touch.AsError(err); err == nil || !strings.HasPrefix(f.Field, "confirmed_") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := importFile(t, a, importHead+"jane,newsletter,email,ConsentWithdrawn,,,crm,2026-01-05,DE,2026-01-06,form\n"); err == nil {
		t.Error("a confirmed no was taken")
	}
}

func TestAVendorsYesIsHeldUntilThePayloadShowsItsConfirmation(t *testing.T) {
	a := demoApp(t, 30)
	m := events.Mapping{Source: "shop", Topics: map[string]events.Meaning{"email": {Purpose: "newsletter", Channel: touch.Email, Notice: noticeHash(t, a, "newsletter"), Proof: "properties.doi_at"}}}
	braze := `{"users":[{"external_id":"WHO","email_subscribe":"opted_in","email_opted_in_at":"2026-10-01T10:00:00Z","properties":{"doi_at":DOI}}]}`
	for who, x := range map[string]struct {
		doi  string
		want consent.State
	}{"none": {`null`, consent.Requested}, "yes": {`"2026-10-01T10:05:00Z"`, consent.Given}, "before": {`"2026-09-01T10:05:00Z"`, consent.Requested}, "later": {`"2127-01-01T00:00:00Z"`, consent.Requested}} {
		in, held, err := a.TakePayload(t.Context(), Demo, "braze", []byte(strings.NewReplacer("WHO", who, "DOI", x.doi).Replace(braze)), m)
		if err != nil || len(in.People) != 1 || (held.Waiting == 1) != (x.want == consent.Requested) {
			t.Errorf("%s: %+v %+v %v", who, in, held, err)
		}
		if r := mayNewsletter(t, a, who); r.State != x.want || r.Allowed != (x.want == consent.Given) {
			t.Errorf("%s: %s, allowed %v", who, r.State, r.Allowed)
		}
	}
	m.Topics["email"] = events.Meaning{Purpose: "newsletter", Channel: touch.Email, Notice: noticeHash(t, a, "newsletter")}
	klaviyo := `{"attributes":{"external_id":"k-DOUBLE","subscriptions":{"email":{"marketing":{"consent":"SUBSCRIBED","consent_timestamp":"2026-11-01T10:00:00Z","method":"FORM","double_optin":DOUBLE}}}}}`
	for double, want := range map[string]bool{"true": true, "false": false} {
		if _, _, err := a.TakePayload(t.Context(), Demo, "klaviyo", []byte(strings.ReplaceAll(klaviyo, "DOUBLE", double)), m); err != nil {
			t.Fatal(err)
		}
		if r := mayNewsletter(t, a, "k-"+double); r.Allowed != want {
			t.Errorf("Klaviyo, double opt-in %s: allowed %v", double, r.Allowed)
		}
	}
}

// Holding can only take away: whatever an event says, what is left permits no
// more, and a no stays a no.
func TestHoldingNeverPermitsMore(t *testing.T) {
	a := demoApp(t, 30)
	c, err := a.confirmer(t.Context(), Demo)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, state := range consent.States() {
		for _, basis := range []consent.Basis{consent.ByConsent, consent.BySoftOptIn, consent.ByContract, consent.ByNone} {
			for _, ch := range []touch.Channel{touch.Email, touch.SMS, consent.Any} {
				for _, place := range []string{"DE", "FR", ""} {
					for _, shown := range []bool{true, false} {
						e := consent.Event{State: state, Basis: basis, Scope: consent.Scope{Purpose: "p", System: "s", Channel: ch}, Notice: "h"}
						if shown {
							e.Confirmed, e.ConfirmedBy = time.Unix(1, 0), "log"
						}
						p := Imported{External: "x", Places: []string{place}, Events: []consent.Event{e}}
						held := c.hold(&p)
						got := p.Events[0]
						n += held.Waiting
						if held.Waiting == 0 && got != e || held.Waiting == 1 && (!state.Positive() || got.State != consent.Requested || shown || place != "DE" || ch != touch.Email || basis != consent.ByConsent) {
							t.Errorf("%+v became %+v", e, got)
						}
					}
				}
			}
		}
	}
	if n != 2 { // given and renewed, by e-mail, in Germany
		t.Errorf("%d were held", n)
	}
}
