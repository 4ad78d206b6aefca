"""Writes MODEL_CARD.md from card.json and the tables, so that its figures cannot
differ from what was measured. The words are by hand; run it after train.py.

    .venv/bin/python demo/train/write_card.py
"""
import csv
import json

import train

NAMES = {"lead-lightgbm": "LightGBM", "lead-xgboost": "XGBoost"}


def pct(x, digits=1):
    return f"{100 * float(x):.{digits}f} %"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(["---"] + ["---:"] * (len(head) - 1)) + "|"]
    return "\n".join(lines + ["| " + " | ".join(str(c) for c in r) + " |" for r in rows])


def metrics_table(models):
    rows = []
    for m in models:
        for key, what in (("test_before", "as trained"), ("test_after", "**calibrated (shipped)**"),
                          ("test_first_month", "calibrated, calls of May 2009 only"), ("test_later", "calibrated, later calls only"),
                          ("test_rolling", "recalibrated every 500 calls"), ("test_without_day_and_month", "calibrated, without day and month")):
            v = m["metrics"][key]
            rows.append([NAMES[m["id"]], what, f'{v["n"]:,}', f'{v["auc"]:.3f}', f'{v["log_loss"]:.3f}', f'{v["brier"]:.3f}',
                         pct(v["mean_predicted"]), pct(v["observed"]), f'{100 * v["in_the_large"]:+.1f}'])
    return table(["model", "probabilities", "n", "AUC", "log loss", "Brier", "mean predicted", "observed", "difference, points"], rows)


def reliability_table(m):
    rows = [[b["bin"], b["n"], pct(b["mean_predicted"]), pct(a["mean_predicted"]), pct(a["observed"]),
             f'{pct(a["observed_low"])} – {pct(a["observed_high"])}']
            for b, a in zip(m["reliability"]["before"], m["reliability"]["after"])]
    return table(["bin", "n", "predicted, as trained", "predicted, calibrated", "observed", "95 % interval"], rows)


def band_table(models):
    rows = []
    for m in models:
        for b, t, border in zip(m["band_table"]["calibrate"], m["band_table"]["test"], m["bands"]):
            rows.append([f'{NAMES[m["id"]]} {b["band"]}', border["action"], f'{border["at_least"]:.4f}', pct(b["share"]), pct(b["yes_rate"]),
                         t["n"], pct(t["share"]), f'{pct(t["yes_rate"])} ({pct(t["yes_low"])} – {pct(t["yes_high"])})'])
    return table(["band", "action", "from", "share, calibration", "yes, calibration", "n, test", "share, test", "yes, test (95 %)"], rows)


def importance_table(models):
    rows = [[f] + [c for m in models for c in (pct(m["gain_share"][f]), f'{m["auc_lost_if_shuffled"][f]:+.4f}')]
            for f in models[0]["gain_share"]]
    return table(["input", "LightGBM: share of gain", "AUC lost if shuffled", "XGBoost: share of gain", "AUC lost if shuffled"], rows)


def bias(m):
    with open(train.OUT / m["audit_file"], newline="") as f:
        return list(csv.DictReader(f))


def bias_table(rows):
    def share(r, k):
        return f'{pct(r[k + "_rate"])} ({pct(r[k + "_low"])} – {pct(r[k + "_high"])})'
    return table(["group", "n", "said yes", "selected (95 %)", "true positive rate (95 %)", "false positive rate (95 %)"],
                 [[f'{r["attribute"]}: {r["group"]}', r["n"], pct(int(r["yes"]) / int(r["n"])), share(r, "selected"),
                   share(r, "tpr"), share(r, "fpr")] for r in rows])


def extremes(rows, attribute, least=100):
    """The groups least and most selected, among those of at least 100 people."""
    g = sorted((r for r in rows if r["attribute"] == attribute and int(r["n"]) >= least and r["group"] != "unknown"),
               key=lambda r: float(r["selected_rate"]))
    return g[0], g[-1], float(g[0]["selected_rate"]) / float(g[-1]["selected_rate"])


def finding(rows, attribute):
    lo, hi, ratio = extremes(rows, attribute)
    apart = float(lo["selected_high"]) < float(hi["selected_low"])
    return (f'{hi["group"]} {pct(hi["selected_rate"])} ({pct(hi["selected_low"])} – {pct(hi["selected_high"])}, n = {hi["n"]}), '
            f'{lo["group"]} {pct(lo["selected_rate"])} ({pct(lo["selected_low"])} – {pct(lo["selected_high"])}, n = {lo["n"]}); '
            f'ratio {ratio:.2f}, {"below" if ratio < 0.8 else "not below"} four fifths; the intervals '
            f'{"do not overlap" if apart else "overlap"}')


def findings(models):
    lines = []
    for attribute in ("age", "job", "education", "marital"):
        for m in models:
            lines.append(f'- **{attribute}, {NAMES[m["id"]]}**: {finding(bias(m), attribute)}.')
    return "\n".join(lines)


def group(m, attribute, name):
    return next(r for r in bias(m) if r["attribute"] == attribute and r["group"] == name)


def main():
    c = json.loads((train.OUT / "card.json").read_text())
    a, b = c["models"]
    s, v = c["split"], c["versions"]
    old, mid = group(a, "age", "60 or more"), group(a, "age", "30 to 39")
    late_old, late_young = (group(a, "age, later calls", g) for g in ("60 or more", "18 to 59"))
    xlate_old, xlate_young = (group(b, "age, later calls", g) for g in ("60 or more", "18 to 59"))
    base = lambda r: pct(int(r["yes"]) / int(r["n"]))
    text = f"""# Model card: the demo's two lead scorers

Written by `demo/train/write_card.py` from `card.json`: change the script, not this page.

## What they are for
They rank the customers of a bank by the chance that they take up a fixed-term deposit when called, so that a
call centre calls the likeliest, writes to the next, and leaves the rest alone. They are here to show Fairtouch at work on
real data. They are **not** for use on other people, in another bank, for credit, prices, or any decision with legal or
similarly significant effects.

## Data
UCI Bank Marketing (id 222), `bank-full.csv`: {c["data"]["rows"]:,} calls of a Portuguese bank, in the order of time (Moro et al.
2011; CC BY 4.0; see `demo/data/README.md`). Inputs: {", ".join(f["name"] for f in a["features"])}. Left out: `duration`,
because it is known only after the call; `age` and `marital`, which serve the audit below and nothing else.
A category is coded as its place in the list in `card.json`; a value that is not listed, as the length of the list.

## Split, by time
{table(["slice", "rows", "months", "said yes"], [[k, f'{x["from"]:,} to {x["to"] - 1:,}', f'{x["first_month"]} to {x["last_month"]}', pct(x["yes_rate"])] for k, x in s.items()])}

This is how it would have gone in life: trained on what was known in {s["fit"]["last_month"]}, calibrated on the answers up to
{s["calibrate"]["last_month"]}, then used on everyone after. Settings were chosen by the AUC on the later half of the
calibration slice (`demo/train/choose.py`), so figures on that slice flatter. On it, training on 60 % or on 70 % of the calls made no
difference that both models agreed on. Figures of the test slice were seen while the scripts were written; no choice was made by them.
The training slice holds the months May to November of one year: January to April, September and December are values
that the models never saw. Few people in it had been in an earlier campaign.

## How good they are (test slice, n = {a["metrics"]["test_after"]["n"]:,})
{metrics_table([a, b])}

- **The AUC flatters.** The test slice starts in May 2009, when few said yes ({pct(a["metrics"]["test_first_month"]["observed"])}), and goes on with months when many did
  ({pct(a["metrics"]["test_later"]["observed"])}). Most of the AUC comes from telling May from other months. Among calls of May 2009 alone it is {a["metrics"]["test_first_month"]["auc"]:.3f} and {b["metrics"]["test_first_month"]["auc"]:.3f}, among the
  later ones {a["metrics"]["test_later"]["auc"]:.3f} and {b["metrics"]["test_later"]["auc"]:.3f}: between two people called in the same season the models know little.
- **The probabilities are too low.** The chance of a yes rose from {pct(s["fit"]["yes_rate"])} to {pct(s["test"]["yes_rate"])}. Calibration
  improves log loss and Brier score, and still predicts {pct(a["metrics"]["test_after"]["mean_predicted"])} where {pct(a["metrics"]["test_after"]["observed"])} said yes. No calibration on old answers can
  know of a change that comes after them. On the calibration slice itself the AUC is only {a["metrics"]["calibrate_after"]["auc"]:.3f} and {b["metrics"]["calibrate_after"]["auc"]:.3f}.
- **What it would take:** fitting the same two numbers anew every 500 calls on the 2,000 calls before brings the difference to
  {100 * a["metrics"]["test_rolling"]["in_the_large"]:+.1f} and {100 * b["metrics"]["test_rolling"]["in_the_large"]:+.1f} points and log loss to {a["metrics"]["test_rolling"]["log_loss"]:.3f} and {b["metrics"]["test_rolling"]["log_loss"]:.3f}. It supposes that answers are known at once. It is measured, not shipped.
- Calibration is logistic: chance = 1/(1+exp(−(a + b·margin))), a = {a["calibration"]["a"]:.4f}, b = {a["calibration"]["b"]:.4f} for LightGBM and
  a = {b["calibration"]["a"]:.4f}, b = {b["calibration"]["b"]:.4f} for XGBoost. Slopes below one say that both models were too sure of themselves for the calls that came next.

### Reliability, LightGBM
{reliability_table(a)}

### Reliability, XGBoost
{reliability_table(b)}

## Bands
The borders are the best {pct(train.HOT, 0)} and the next {pct(train.WARM, 0)} of the calibration slice, on the calibrated chance.

{band_table([a, b])}

After the drift fewer people reach the upper bands than planned, although more say yes: most of those who would
have said yes are now "cold". Whoever relies on fixed borders must watch this share.

## What the models look at
{importance_table([a, b])}

Do not read the share of gain as "what matters". **`day` has the largest share of gain and, shuffled on the test slice,
costs nothing** ({a["auc_lost_if_shuffled"]["day"]:+.4f} and {b["auc_lost_if_shuffled"]["day"]:+.4f}): the trees learnt which days of one campaign went well. `month` does carry the order on the
test slice ({a["auc_lost_if_shuffled"]["month"]:+.4f} and {b["auc_lost_if_shuffled"]["month"]:+.4f}), because it tells the calls of May 2009 from the later ones. It is a fact about the bank's calling plan more than about a person, and explanations say so: "the
date of our call". Without both, AUC falls to {a["metrics"]["test_without_day_and_month"]["auc"]:.3f} and {b["metrics"]["test_without_day_and_month"]["auc"]:.3f}.

## Bias: looked for, and found
On the test slice, at the "hot" border. Selected = "hot". Intervals are Wilson's, 95 %, each group by itself and not
corrected for the number of groups. Groups compared below have at least 100 people and a known value.

{findings([a, b])}

In plain words:
- **Age is not an input, and yet people of 60 or more are picked far more often** (LightGBM {pct(old["selected_rate"])} against {pct(mid["selected_rate"])} for 30 to 39).
  They also say yes more often ({base(old)} against {base(mid)}), but that is not the whole reason: among people who said **no**, {pct(old["fpr_rate"])} of
  those of 60 or more were picked and {pct(mid["fpr_rate"])} of those of 30 to 39. 
  **The date of the call stands in for age, the job hardly does**: of the difference in mean log-odds, `month` makes {a["age_gap"]["month"]:+.2f}, balance {a["age_gap"]["balance"]:+.2f},
  job {a["age_gap"]["job"]:+.2f} (XGBoost: {b["age_gap"]["month"]:+.2f}, {b["age_gap"]["balance"]:+.2f}, {b["age_gap"]["job"]:+.2f}). The bank called few people of 60 or more in May 2009, the month that the models hold to be bad.
  Among the later calls the gap is smaller and does not go away: {pct(late_old["selected_rate"])} ({pct(late_old["selected_low"])} – {pct(late_old["selected_high"])}) against {pct(late_young["selected_rate"])} ({pct(late_young["selected_low"])} – {pct(late_young["selected_high"])}), LightGBM;
  {pct(xlate_old["selected_rate"])} against {pct(xlate_young["selected_rate"])}, XGBoost.
- **By job**, retired and unemployed people are picked most, people in services and blue-collar work least. People in manual and service work are passed over, likely buyers among them included
  (true positive rate, LightGBM: services {pct(group(a, "job", "services")["tpr_rate"])}, blue-collar {pct(group(a, "job", "blue-collar")["tpr_rate"])}, retired {pct(group(a, "job", "retired")["tpr_rate"])}).
- **Education**: differences are smaller and the two models do not agree on their direction; where intervals overlap, this slice cannot tell.
- **Marital status**: see the ratios above; the intervals of selection, true and false positive rates overlap. No clear bias was found, which is not
  proof that there is none.
- The data hold no sex, origin, disability or religion: nothing can be said about them.

### LightGBM
{bias_table(bias(a))}

### XGBoost
{bias_table(bias(b))}

## Limits
- One bank, one product, one country, 2008 to 2010, through a financial crisis. The years are inferred from the order of the months.
- A score says who tended to say yes to a call, not whom a call persuades: there was no control group.
- People can appear more than once; the data do not say who is who, so intervals may be too narrow.
- Contributions explain the model, not the world. Where inputs go together (the outcome, time and number of earlier
  contacts), their shares are added up before anything is said.

## Made with
Seed {c["seed"]}, one thread, Python {v["python"]}, LightGBM {v["lightgbm"]}, XGBoost {v["xgboost"]}, NumPy {v["numpy"]}, pandas {v["pandas"]}, scikit-learn {v["scikit-learn"]}.
Two runs on one machine gave the same bytes. Hashes: LightGBM `{a["sha256"]}`, XGBoost `{b["sha256"]}`.
"""
    (train.OUT / "MODEL_CARD.md").write_text("\n".join(line.rstrip() for line in text.split("\n")))


if __name__ == "__main__":
    main()
