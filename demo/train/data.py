"""The calls as numbers: the features, their codes, and the split by time."""
import gzip
import hashlib
import pathlib

import numpy as np
import pandas as pd

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "data" / "bank-full.csv.gz"

# Inputs in the models' order. `duration` is known only after the call; `age`
# and `marital` are held back on purpose and used for the bias audit alone.
FEATURES = ["job", "education", "default", "balance", "housing", "loan", "contact",
            "day", "month", "campaign", "pdays", "previous", "poutcome"]

# A category's code is its index here; any other value is coded as the length.
VALUES = {
    "job": ["admin.", "blue-collar", "entrepreneur", "housemaid", "management", "retired",
            "self-employed", "services", "student", "technician", "unemployed", "unknown"],
    "education": ["primary", "secondary", "tertiary", "unknown"],
    "default": ["no", "yes"],
    "housing": ["no", "yes"],
    "loan": ["no", "yes"],
    "contact": ["cellular", "telephone", "unknown"],
    "month": ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    "poutcome": ["failure", "other", "success", "unknown"],
}

# Numbers that are accepted; wider than what was seen, narrower than nonsense.
RANGE = {"balance": (-100_000, 1_000_000), "day": (1, 31), "campaign": (1, 100),
         "pdays": (-1, 2_000), "previous": (0, 500)}

CATEGORY = {"job": "profile", "education": "profile",
            "default": "account", "balance": "account", "housing": "account", "loan": "account",
            "contact": "campaign", "day": "campaign", "month": "campaign", "campaign": "campaign",
            "pdays": "contact_history", "previous": "contact_history", "poutcome": "contact_history"}

# By time: the models see the first 60 %, the calibration the next 20 %, and
# nothing is chosen by the last 20 %.
FIT, CALIBRATE = 0.6, 0.8


def load():
    """Returns the rows as text and numbers, the model's inputs, and the outcome (1 = yes)."""
    rows = pd.read_csv(DATA, sep=";")
    x = np.column_stack([codes(rows[f], f) for f in FEATURES]).astype(np.float64)
    return rows, x, (rows["y"] == "yes").to_numpy().astype(int)


def codes(column, feature):
    """Codes a category by its place in VALUES; numbers stay as they are."""
    if feature not in VALUES:
        return column.to_numpy(dtype=float)
    place = {v: i for i, v in enumerate(VALUES[feature])}
    return column.map(lambda v: place.get(v, len(place))).to_numpy(dtype=float)


def months(rows):
    """The calendar month of each row. The data give the month's name and the
    order of time; the year steps when the month goes back (first: May 2008)."""
    number = rows["month"].map(lambda m: VALUES["month"].index(m) + 1).to_numpy()
    year = 2008 + np.concatenate([[0], np.cumsum(np.diff(number) < 0)])
    return [f"{y}-{m:02d}" for y, m in zip(year, number)]


def slices(n):
    """Half-open row ranges of the three slices."""
    a, b = int(n * FIT), int(n * CALIBRATE)
    return {"fit": (0, a), "calibrate": (a, b), "test": (b, n)}


def feature_cards():
    """The features as the card states them."""
    out = []
    for f in FEATURES:
        card = {"name": f, "kind": "category" if f in VALUES else "numeric", "category": CATEGORY[f]}
        if f in VALUES:
            card["values"] = VALUES[f]
        else:
            card["min"], card["max"] = RANGE[f]
        out.append(card)
    return out


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def content_sha256():
    """Hash of the uncompressed data, which does not depend on the compressor."""
    return hashlib.sha256(gzip.decompress(DATA.read_bytes())).hexdigest()
