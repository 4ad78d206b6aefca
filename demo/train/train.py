"""Trains the demo's two lead scorers, and writes down everything about them.

    python3 -m venv .venv && .venv/bin/pip install -r demo/train/requirements.txt
    .venv/bin/python demo/train/train.py     .venv/bin/python demo/train/train.py    .venv/bin/python demo/train/train.py .venv/bin/python demo/train/write_card.py

The seed is fixed and one thread is used: on the versions in requirements.txt
the same files come out, byte for byte.
"""
import csv
import gzip
import io
import json
import platform

import lightgbm as lgb
import numpy as np
import pandas as pd
import sklearn
import xgboost as xgb

import data
import measure

SEED = 20081124
OUT = data.HERE.parent / "models"
CATEGORICAL = [i for i, f in enumerate(data.FEATURES) if f in data.VALUES]
TYPES = ["c" if f in data.VALUES else "float" for f in data.FEATURES]

# Chosen by choose.py on the later half of the calibration slice.
LIGHTGBM = {"objective": "binary", "num_leaves": 31, "learning_rate": 0.03, "min_data_in_leaf": 100,
            "lambda_l2": 5.0, "cat_smooth": 20.0, "seed": SEED, "deterministic": True,
            "force_row_wise": True, "num_threads": 1, "verbose": -1}
XGBOOST = {"objective": "binary:logistic", "max_depth": 5, "eta": 0.05, "min_child_weight": 20.0,
           "reg_lambda": 5.0, "tree_method": "hist", "seed": SEED, "nthread": 1}
TREES = 100

# Shares of the calibration slice: what a call centre of the demo can reach.
HOT, WARM = 0.15, 0.35


def train_lightgbm(x, y, path):
    """Returns margin(rows) and contributions(rows), the last column being the base value."""
    rows = lgb.Dataset(x, y, feature_name=data.FEATURES, categorical_feature=CATEGORICAL)
    model = lgb.train(LIGHTGBM, rows, TREES)
    model.save_model(path)
    model = lgb.Booster(model_file=str(path))
    gain = dict(zip(data.FEATURES, model.feature_importance("gain")))
    return lambda z: model.predict(z, raw_score=True), lambda z: model.predict(z, pred_contrib=True), gain


def matrix(z, label=None):
    """Plain numbers with declared types, so that no table of category names enters the model."""
    return xgb.DMatrix(z, label, feature_names=data.FEATURES, feature_types=TYPES, enable_categorical=True, nthread=1)


def train_xgboost(x, y, path):
    model = xgb.train(XGBOOST, matrix(x, y), TREES)
    model.save_model(path)
    model = xgb.Booster({"nthread": 1}, model_file=path)
    gain = {f: 0.0 for f in data.FEATURES} | model.get_score(importance_type="total_gain")
    return (lambda z: model.predict(matrix(z), output_margin=True).astype(np.float64),
            lambda z: model.predict(matrix(z), pred_contribs=True).astype(np.float64), gain)


def bands(p):
    """Borders on the calibrated chance, from the calibration slice alone."""
    hot, warm = (round(float(np.quantile(p, 1 - q)), 4) for q in (HOT, HOT + WARM))
    return [{"name": "hot", "at_least": hot, "action": "call"},
            {"name": "warm", "at_least": warm, "action": "email"},
            {"name": "cold", "at_least": 0, "action": "none"}]


def band_table(p, y, borders):
    """How many rows fall into each band, and how many of them said yes."""
    out, top = [], np.inf
    for b in borders:
        m = (p >= b["at_least"]) & (p < top)
        lo, hi = measure.wilson(int(y[m].sum()), int(m.sum()))
        out.append({"band": b["name"], "n": int(m.sum()), "share": round(float(m.mean()), 4), "yes": int(y[m].sum()),
                    "yes_rate": round(float(y[m].mean()), 4) if m.any() else 0.0,
                    "yes_low": round(lo, 4), "yes_high": round(hi, 4)})
        top = b["at_least"]
    return out


def shuffled(margin, x, y, repeats=5):
    """Loss of AUC on the test slice when a group of inputs is shuffled (mean of five)."""
    base, rng, out = measure.metrics(measure.sigmoid(margin(x)), y)["auc"], np.random.default_rng(SEED), {}
    for name in [[f] for f in data.FEATURES] + [["day", "month"], ["pdays", "previous", "poutcome"]]:
        losses = []
        for _ in range(repeats):
            z, order = x.copy(), rng.permutation(len(x))
            for f in name:
                i = data.FEATURES.index(f)
                z[:, i] = x[order, i]
            losses.append(base - measure.metrics(measure.sigmoid(margin(z)), y)["auc"])
        out["+".join(name)] = round(float(np.mean(losses)), 4)
    return out


def write_csv(path, rows):
    with open(path, "w", newline="") as f:
        w = csv.DictWriter(f, list(rows[0]), lineterminator="\n")
        w.writeheader()
        w.writerows(rows)


def write_golden(path, rows, x, margin, p, contribs):
    """200 rows of the test slice for the Go side to agree with; floats in full."""
    text = io.StringIO()
    w = csv.writer(text, lineterminator="\n")
    w.writerow(["row"] + [f"x_{f}" for f in data.FEATURES] + ["margin", "probability"]
               + [f"c_{f}" for f in data.FEATURES] + ["c_base"])
    for i, r in enumerate(rows):
        w.writerow([int(r)] + [repr(float(v)) for v in (*x[i], margin[i], p[i], *contribs[i])])
    with open(path, "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as z:
        z.write(text.getvalue().encode())


def without_dates(kind, x, y, cut):
    """The same model without day and month, for comparison: it is not shipped."""
    z = x.copy()
    for f in ("day", "month"):
        z[:, data.FEATURES.index(f)] = 0
    fit, cal, test = (slice(*cut[k]) for k in ("fit", "calibrate", "test"))
    if kind == "lightgbm":
        rows = lgb.Dataset(z[fit], y[fit], feature_name=data.FEATURES, categorical_feature=CATEGORICAL)
        margin = lgb.train(LIGHTGBM, rows, TREES).predict(z, raw_score=True)
    else:
        margin = xgb.train(XGBOOST, matrix(z[fit], y[fit]), TREES).predict(matrix(z), output_margin=True).astype(np.float64)
    a, b = measure.calibration(margin[cal], y[cal])
    return measure.metrics(measure.sigmoid(a + b * margin[test]), y[test])


def by_season(when, p, y):
    """The test slice's first month and the rest: the chance of a yes jumps between
    them, so that an AUC over both mostly says which month a call was in."""
    first = when == when[0]
    return {"test_first_month": measure.metrics(p[first], y[first]), "test_later": measure.metrics(p[~first], y[~first])}


def age_gap(contribs, age):
    """Mean contribution (log-odds) of people of 60 or more less that of the others."""
    old = age >= 60
    gap = contribs[old].mean(axis=0) - contribs[~old].mean(axis=0)
    return {f: round(float(v), 4) for f, v in zip(data.FEATURES, gap)}


def card(name, file, kind, params, fitted, rows, x, y):
    margin_of, contribs_of, gain = fitted
    cut = data.slices(len(y))
    cal, test = slice(*cut["calibrate"]), slice(*cut["test"])
    margin = margin_of(x)
    a, b = measure.calibration(margin[cal], y[cal])
    raw, p = measure.sigmoid(margin), measure.sigmoid(a + b * margin)
    borders = bands(p[cal])
    table = measure.reliability(p[test], y[test])
    before = measure.reliability(raw[test], y[test])
    write_csv(OUT / f"reliability-{name}.csv",
              [{"calibrated": c} | r for c, t in (("no", before), ("yes", table)) for r in t])
    when, hot = np.array(data.months(rows)), p >= borders[0]["at_least"]
    found = measure.audit(rows[test], hot[test], y[test])
    found += measure.older(rows[test], hot[test], y[test], when[test])
    write_csv(OUT / f"bias-{name}.csv", found)
    pick = np.sort(np.random.default_rng(SEED).choice(np.arange(*cut["test"]), 200, replace=False))
    write_golden(OUT / "testdata" / f"golden-{name}.csv.gz", pick, x[pick], margin[pick], p[pick], contribs_of(x[pick]))
    total = sum(gain.values())
    return {
        "id": name, "file": file, "sha256": data.sha256(OUT / file), "kind": kind, "trees": TREES, "params": params,
        "features": data.feature_cards(),
        "calibration": {"method": "logistic", "a": a, "b": b},
        "bands": borders,
        "metrics": {"test_before": measure.metrics(raw[test], y[test]), "test_after": measure.metrics(p[test], y[test]),
                    "calibrate_before": measure.metrics(raw[cal], y[cal]), "calibrate_after": measure.metrics(p[cal], y[cal]),
                    "test_rolling": measure.metrics(measure.rolling(margin, y, cut["test"][0]), y[test]),
                    "test_without_day_and_month": without_dates(kind, x, y, cut)}
                   | by_season(when[test], p[test], y[test]),
        "band_table": {"calibrate": band_table(p[cal], y[cal], borders), "test": band_table(p[test], y[test], borders)},
        "reliability": {"file": f"reliability-{name}.csv", "before": before, "after": table},
        "audit_file": f"bias-{name}.csv",
        "age_gap": age_gap(contribs_of(x[test]), rows["age"].to_numpy()[test]),
        "gain_share": {f: round(float(gain[f] / total), 4) for f in data.FEATURES},
        "auc_lost_if_shuffled": shuffled(margin_of, x[test], y[test]),
    }


def main():
    rows, x, y = data.load()
    cut, when = data.slices(len(y)), data.months(rows)
    fit = slice(*cut["fit"])
    models = [("lead-lightgbm", "lead-lightgbm.txt", "lightgbm", LIGHTGBM, train_lightgbm),
              ("lead-xgboost", "lead-xgboost.ubj", "xgboost", XGBOOST, train_xgboost)]
    out = {
        "version": 1,
        "data": {"name": "UCI Bank Marketing (id 222), bank-full.csv", "licence": "CC BY 4.0", "rows": len(y),
                 "content_sha256": data.content_sha256(),
                 "not_used": {"duration": "known only after the call", "age": "held back; used for the audit alone",
                              "marital": "held back; used for the audit alone"}},
        "split": {k: {"from": a, "to": b, "first_month": when[a], "last_month": when[b - 1],
                      "yes_rate": round(float(y[a:b].mean()), 4)} for k, (a, b) in cut.items()},
        "seed": SEED,
        "versions": {"python": platform.python_version(), "lightgbm": lgb.__version__, "xgboost": xgb.__version__,
                     "numpy": np.__version__, "pandas": pd.__version__, "scikit-learn": sklearn.__version__},
        "models": [card(n, f, k, p, t(x[fit], y[fit], OUT / f), rows, x, y) for n, f, k, p, t in models],
    }
    (OUT / "card.json").write_text(json.dumps(out, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
