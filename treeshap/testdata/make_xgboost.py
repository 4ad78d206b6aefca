"""Makes testdata/xgboost32. python make_xgboost.py, with XGBoost 3.2.0,
pandas 3.1.1 and numpy 2.4.6 on Python 3.11; one thread, seed in golden.py."""
import numpy as np
import xgboost as xgb

import golden

COMMON = {"nthread": 1, "seed": golden.SEED, "max_depth": 5, "eta": 0.3, "tree_method": "hist"}
ROWS, KEPT = 1500, 120


def make(name, params, x, y, trees=10):
    def matrix(z, label=None):
        return xgb.DMatrix(z, label, enable_categorical=True, nthread=1)
    model = xgb.train(COMMON | params, matrix(x, y), trees)
    rows = x.iloc[:KEPT]
    d = matrix(rows)
    margin, contribs = model.predict(d, output_margin=True), model.predict(d, pred_contribs=True)
    for ext in ("json", "ubj"):
        golden.write("xgboost32", name, bytes(model.save_raw(ext)), "model." + ext, rows, margin, model.predict(d), contribs)


def main():
    x, s = golden.numbers(ROWS, 0.1)
    y = (s > 0.5).astype(int)
    make("logistic", {"objective": "binary:logistic"}, x, y)
    make("raw_margin", {"objective": "binary:logitraw"}, x, y)
    make("pruned", {"objective": "binary:logistic", "gamma": 3.0, "tree_method": "exact"}, x, y)
    make("squared", {"objective": "reg:squarederror"}, x, s)
    make("gamma", {"objective": "reg:gamma"}, x, np.exp(s / 3))
    make("tweedie", {"objective": "reg:tweedie"}, x, np.exp(s / 3))
    make("softprob", {"objective": "multi:softprob", "num_class": 3}, x, np.digitize(s, [-1, 1]), trees=6)
    make("dart_parallel", {"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.4, "num_parallel_tree": 2,
                           "subsample": 0.7}, x, y, trees=6)
    make("lossguide_deep", {"objective": "binary:logistic", "grow_policy": "lossguide", "max_depth": 0, "max_leaves": 60,
                            "min_child_weight": 0.1}, x, y, trees=4)
    # XGBoost 3.2.0 stores names beyond ASCII wrongly.
    c, s = golden.categories(ROWS, golden.ASCII_TOWNS)
    make("categorical", {"objective": "binary:logistic", "max_cat_to_onehot": 1}, c, (s > 0).astype(int))


if __name__ == "__main__":
    main()
