"""Makes testdata/lightgbm. python make_lightgbm.py, with LightGBM 4.7.0,
pandas 3.1.1 and numpy 2.4.6 on Python 3.11; one thread, seed in golden.py."""
import lightgbm as lgb
import numpy as np

import golden

COMMON = {"verbose": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True, "seed": golden.SEED,
          "num_leaves": 15, "min_data_in_leaf": 5, "learning_rate": 0.2}
ROWS, KEPT = 1500, 120


def make(name, params, x, y, trees=12, probe=None):
    model = lgb.train(COMMON | params, lgb.Dataset(x, y), trees)
    text = model.model_to_string().encode()
    rows = (x if probe is None else probe).iloc[:KEPT]
    margin = model.predict(rows, raw_score=True)
    contribs = model.predict(rows, pred_contrib=True)
    if "rf" in params.values():  # LightGBM gives sums here; Fairtouch the mean, which is what a forest predicts
        margin, contribs = margin / trees, contribs / trees
    golden.write("lightgbm", name, text, "model.txt", rows, margin, model.predict(rows), contribs)


def main():
    x, s = golden.numbers(ROWS, 0.1)
    full, _ = golden.numbers(ROWS, 0)
    y = (s > 0).astype(int)
    make("numeric", {"objective": "binary"}, full, y)
    make("missing_nan", {"objective": "binary"}, x, y)
    make("missing_zero", {"objective": "binary", "zero_as_missing": True}, x, y)
    make("missing_none", {"objective": "binary", "use_missing": False}, x, y)
    make("unseen_missing", {"objective": "binary"}, full, y, probe=x)
    make("regression_deep", {"objective": "regression", "num_leaves": 63, "min_data_in_leaf": 2}, x, s, trees=5)
    make("poisson", {"objective": "poisson"}, x, np.round(np.exp(s / 3)))
    make("multiclass", {"objective": "multiclass", "num_class": 3}, x, np.digitize(s, [-1, 1]))
    make("one_against_all", {"objective": "multiclassova", "num_class": 3, "sigmoid": 1.5}, x, np.digitize(s, [-1, 1]))
    make("dart", {"objective": "binary", "boosting": "dart", "drop_rate": 0.5, "skip_drop": 0}, x, y)
    make("forest", {"objective": "binary", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}, x, y)
    c, s = golden.categories(ROWS, golden.TOWNS)
    make("categorical", {"objective": "binary", "cat_smooth": 1, "min_data_per_group": 5}, c, (s > 0).astype(int))
    make("refit_stump", {"objective": "binary", "min_gain_to_split": 1e6}, full, y, trees=3)


if __name__ == "__main__":
    main()
