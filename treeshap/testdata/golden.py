"""Writes a golden: rows, margins, predictions and contributions, beside a model.

X.csv.gz has a header; an empty cell is missing; categories are text. The other
files have no header, one line a row, values that read back to the same bits.
"""
import gzip
import pathlib

import numpy as np
import pandas as pd

HERE = pathlib.Path(__file__).resolve().parent
SEED = 20261124


def zipped(path, data):
    with open(path, "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as z:
        z.write(data)


def lines(values):
    values = np.asarray(values, dtype=np.float64)
    values = values.reshape(len(values), -1)
    return "".join(",".join(repr(float(v)) for v in r) + "\n" for r in values).encode()


def cell(v):
    if isinstance(v, str):
        return v
    return "" if pd.isna(v) else repr(float(v))


def rows(x):
    head = ",".join(x.columns) + "\n"
    return (head + "".join(",".join(cell(v) for v in r) + "\n" for r in x.astype(object).itertuples(index=False))).encode()


def write(folder, name, model, ext, x, margin, pred, contribs):
    at = HERE / folder
    zipped(at / f"{name}.{ext}.gz", model)
    zipped(at / f"{name}.X.csv.gz", rows(x))
    zipped(at / f"{name}.margin.csv.gz", lines(margin))
    zipped(at / f"{name}.pred.csv.gz", lines(pred))
    zipped(at / f"{name}.contribs.csv.gz", lines(contribs))


def numbers(n, holes):
    """Five columns with ties and zeros; holes is the share of missing cells."""
    rng = np.random.default_rng(SEED)
    x = rng.normal(size=(n, 5))
    x[:, 1] = np.round(x[:, 1] * 2)
    x[:, 2] = np.where(rng.random(n) < 0.4, 0, x[:, 2])
    x[rng.random(x.shape) < holes] = np.nan
    z = np.nan_to_num(x, nan=0.7)
    score = z[:, 0] * z[:, 1] + np.sin(2 * z[:, 2]) + (z[:, 3] > 0) * z[:, 4]
    return pd.DataFrame(x, columns=["alpha", "beta", "gamma", "delta", "epsilon"]), score + rng.normal(size=n) / 4


TOWNS = ["Aarhus", "Gdańsk", "Köln", "Lisboa", "München", "Porto", "Roma", "Wien", "Zürich", "Évora", "New York", "Oslo"]
ASCII_TOWNS = [t.encode("ascii", "ignore").decode() for t in TOWNS]


def categories(n, towns):
    """Numbers, a text column that never splits, text, whole numbers, and missing text."""
    rng = np.random.default_rng(SEED + 1)
    x, score = numbers(n, 0.05)
    town, size = rng.integers(0, len(towns), n), rng.choice([10, 20, 30, 40], n)
    x.insert(1, "only", pd.Categorical(["one"] * n))
    x.insert(3, "town", pd.Categorical([None if rng.random() < 0.1 else towns[t] for t in town]))
    x["size"] = pd.Categorical(size)
    return x, score + np.array([2.0, -1, 0, 1, -2, 3, 0, 1, -1, 0, -3, 2])[town] * (size > 20)
