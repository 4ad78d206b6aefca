"""Metrics, calibration, reliability and rates with their intervals."""
import math

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def calibration(margin, y):
    """Logistic recalibration: probability = sigmoid(a + b*margin), by maximum likelihood."""
    fit = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(margin.reshape(-1, 1), y)
    return float(fit.intercept_[0]), float(fit.coef_[0, 0])


def metrics(p, y):
    """AUC (0.5 is chance), log loss in nats, Brier score, and calibration in the
    large: the mean predicted chance against the observed share."""
    return {"n": int(len(y)), "auc": round(roc_auc_score(y, p), 4), "log_loss": round(log_loss(y, p), 4),
            "brier": round(brier_score_loss(y, p), 4), "mean_predicted": round(float(p.mean()), 4),
            "observed": round(float(y.mean()), 4), "in_the_large": round(float(p.mean() - y.mean()), 4)}


def wilson(k, n, z=1.959963984540054):
    """Wilson's 95 % interval of a proportion; (0, 1) if there is nothing to count."""
    if n == 0:
        return 0.0, 1.0
    p, d = k / n, 1 + z * z / n
    mid = (p + z * z / (2 * n)) / d
    half = z / d * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, mid - half), min(1.0, mid + half)


def reliability(p, y, bins=10):
    """Ten bins with as equal a number of rows as the order of the scores allows."""
    order = np.argsort(p, kind="stable")
    out = []
    for i, part in enumerate(np.array_split(order, bins)):
        k, n = int(y[part].sum()), len(part)
        lo, hi = wilson(k, n)
        out.append({"bin": i + 1, "n": n, "lowest": round(float(p[part].min()), 6),
                    "highest": round(float(p[part].max()), 6), "mean_predicted": round(float(p[part].mean()), 6),
                    "observed": round(k / n, 6), "observed_low": round(lo, 6), "observed_high": round(hi, 6)})
    return out


def rolling(margin, y, start, block=500, window=2000):
    """What recalibrating as answers come in would give: each block of calls is
    scored with a calibration fitted on the calls just before it."""
    p = np.empty(len(y) - start)
    for at in range(start, len(y), block):
        a, b = calibration(margin[at - window:at], y[at - window:at])
        end = min(at + block, len(y))
        p[at - start:end - start] = sigmoid(a + b * margin[at:end])
    return p


AGE_BANDS = [(18, 30), (30, 40), (40, 50), (50, 60), (60, 200)]


def age_band(age):
    lo, hi = next(b for b in AGE_BANDS if b[0] <= age < b[1])
    return f"{lo} or more" if hi == 200 else f"{lo} to {hi - 1}"


def rates(selected, y):
    """Selection, true positive and false positive rate of one group, as counts and shares."""
    out = {"n": int(len(y)), "yes": int(y.sum())}
    for name, k, n in (("selected", int(selected.sum()), len(y)),
                       ("tpr", int((selected & (y == 1)).sum()), int((y == 1).sum())),
                       ("fpr", int((selected & (y == 0)).sum()), int((y == 0).sum()))):
        lo, hi = wilson(k, n)
        out |= {f"{name}_count": k, f"{name}_rate": round(k / n, 4) if n else "",
                f"{name}_low": round(lo, 4), f"{name}_high": round(hi, 4)}
    return out


def audit(rows, selected, y):
    """Rates by group. Groups are never dropped, however small: n says what they can tell."""
    groups = {"job": rows["job"], "age": rows["age"].map(age_band),
              "marital": rows["marital"], "education": rows["education"]}
    out = [{"attribute": "all", "group": "all"} | rates(selected, y)]
    for attribute, column in groups.items():
        column = column.to_numpy()
        for g in sorted(set(column)):
            m = column == g
            out.append({"attribute": attribute, "group": g} | rates(selected[m], y[m]))
    return out


def older(rows, selected, y, when):
    """The same rates by age, for the calls after the slice's first month only."""
    old, later = rows["age"].to_numpy() >= 60, when != when[0]
    return [{"attribute": "age, later calls", "group": g} | rates(selected[m & later], y[m & later])
            for g, m in (("18 to 59", ~old), ("60 or more", old))]
