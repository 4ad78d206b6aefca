"""Exact contributions beside XGBoost's and LightGBM's own: makes models and rows, times the peers, and prints ratios.

bench_peers.py make DIR        models of 100 trees by 31 leaves, rows, and the peers' contributions (seed 7)
bench_peers.py time DIR        one round: microseconds a row, alone and in a batch, one thread
bench_peers.py report DIR      medians over the rounds, ours beside theirs
"""
import json, re, statistics, sys, time
from pathlib import Path

import lightgbm as lgb
import numpy as np
import xgboost as xgb

ROWS, FEATURES, SINGLE = 4000, 13, 300


def data():
    rng = np.random.default_rng(7)
    x = rng.normal(size=(20_000, FEATURES)).astype(np.float32).astype(np.float64)
    x[rng.random(x.shape) < 0.05] = np.nan
    z = np.nan_to_num(x)
    y = (z[:, 0] * z[:, 1] + np.sin(2 * z[:, 2]) + z[:, 3] * (z[:, 4] > 0) + 0.3 * rng.normal(size=len(x)) > 0).astype(int)
    return x, y


def make(d):
    x, y = data()
    d.mkdir(parents=True, exist_ok=True)
    light = lgb.train({"objective": "binary", "num_leaves": 31, "seed": 7, "verbose": -1, "num_threads": 1, "deterministic": True}, lgb.Dataset(x, y), 100)
    light.save_model(str(d / "lightgbm.txt"))
    gb = xgb.train({"objective": "binary:logistic", "tree_method": "hist", "grow_policy": "lossguide", "max_leaves": 31, "max_depth": 0, "seed": 7, "nthread": 1},
                   xgb.DMatrix(x, y), 100)
    gb.save_model(str(d / "xgboost.ubj"))
    rows = x[:ROWS]
    rows.astype("<f8").tofile(d / "rows.f64")
    light.predict(rows, pred_contrib=True, num_threads=1).astype("<f8").tofile(d / "lightgbm.f64")
    gb.predict(xgb.DMatrix(rows), pred_contribs=True).astype("<f8").tofile(d / "xgboost.f64")


def timed(d):
    rows = np.fromfile(d / "rows.f64", "<f8").reshape(ROWS, FEATURES)
    light = lgb.Booster(model_file=str(d / "lightgbm.txt"))
    gb = xgb.Booster({"nthread": 1})
    gb.load_model(str(d / "xgboost.ubj"))
    ask = {"lightgbm": lambda r: light.predict(r, pred_contrib=True, num_threads=1),
           "xgboost": lambda r: gb.predict(xgb.DMatrix(r, nthread=1), pred_contribs=True)}
    out = {"versions": {"lightgbm": lgb.__version__, "xgboost": xgb.__version__}}
    for name, f in ask.items():
        f(rows[:1])
        singles = []
        for i in range(SINGLE):
            start = time.perf_counter()
            f(rows[i : i + 1])
            singles.append(time.perf_counter() - start)
        start = time.perf_counter()
        f(rows)
        out[name] = {"single": 1e6 * statistics.median(singles), "batch": 1e6 * (time.perf_counter() - start) / ROWS}
    print(json.dumps(out))


def report(d):
    theirs = [json.loads(p.read_text()) for p in sorted(d.glob("theirs-*.json"))]
    ours = {}
    for p in sorted(d.glob("ours-*.txt")):
        for name, kind, ns in re.findall(r"BenchmarkPeers/(\w+)/(\w+)\S*\s+\d+\s+([\d.]+) ns/op", p.read_text()):
            ours.setdefault((name, kind), []).append(float(ns) / 1000 / (ROWS if kind == "batch" else 1))
    print("versions:", ", ".join(f"{k} {v}" for k, v in theirs[0]["versions"].items()), f"; {len(theirs)} interleaved rounds, medians, one thread")
    print(f"{'model':10}{'rows':8}{'ours, µs a row':>16}{'theirs':>10}{'theirs : ours':>15}")
    for name in ("lightgbm", "xgboost"):
        for kind in ("single", "batch"):
            a, b = statistics.median(ours[name, kind]), statistics.median(t[name][kind] for t in theirs)
            print(f"{name:10}{kind:8}{a:16.1f}{b:10.1f}{b / a:15.1f}")


{"make": make, "time": timed, "report": report}[sys.argv[1]](Path(sys.argv[2]))
