"""How the settings and the split were chosen: by AUC on the later half of the
calibration slice. The test slice is not looked at.

    .venv/bin/python demo/train/choose.py
"""
import itertools

import lightgbm as lgb
import xgboost as xgb
from sklearn.metrics import roc_auc_score

import data
import train


def main():
    _, x, y = data.load()
    n = len(y)
    half, end = int(n * 0.7), int(n * data.CALIBRATE)

    def row(name, settings, predict):
        scores = [roc_auc_score(y[half:end], predict(x[:k], y[:k], x[half:end])) for k in (int(n * data.FIT), half)]
        print(name, *settings, *(f"{s:.4f}" for s in scores), sep="\t")

    print("model\tsettings\t\t\tfit on 60 %\tfit on 70 %")
    for rate, leaf, l2 in itertools.product((0.02, 0.03, 0.05), (50, 100, 200, 400), (5.0, 20.0)):
        params = train.LIGHTGBM | {"learning_rate": rate, "min_data_in_leaf": leaf, "lambda_l2": l2}
        row("lightgbm", (rate, leaf, l2), lambda a, b, z: lgb.train(params, lgb.Dataset(
            a, b, feature_name=data.FEATURES, categorical_feature=train.CATEGORICAL), train.TREES).predict(z))
    for depth, weight, l2 in itertools.product((3, 4, 5), (5.0, 20.0, 50.0), (5.0, 20.0)):
        params = train.XGBOOST | {"max_depth": depth, "min_child_weight": weight, "reg_lambda": l2}
        row("xgboost", (depth, weight, l2), lambda a, b, z: xgb.train(
            params, train.matrix(a, b), train.TREES).predict(train.matrix(z)))


if __name__ == "__main__":
    main()
