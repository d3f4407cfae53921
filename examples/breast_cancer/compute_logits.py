#!/usr/bin/env python3
"""Computes the logits of the example: examples/breast_cancer/compute_logits.py DATA.csv

DATA.csv holds the data set: a line of names, then per patient the 30 features and the label, as scikit-learn's
load_breast_cancer() has them. The coefficients are those of model.json. Writes logits.csv and request.json.
"""

import csv
import json
import math
import sys
from pathlib import Path

here = Path(__file__).parent
model = json.loads((here / "model.json").read_text())
with open(sys.argv[1], newline="") as data:
    patients = list(csv.reader(data))[1:]


def logit(features):
    standardised = [(x - mean) / scale for x, mean, scale in zip(features, model["mean"], model["scale"])]
    return math.fsum(w * x for w, x in zip(model["coefficients"], standardised)) + model["intercept"]


def sigmoid(x):
    e = math.exp(-abs(x))
    return (1 if x >= 0 else e) / (1 + e)


logits = [logit([float(x) for x in patient[:-1]]) for patient in patients]
with open(here / "logits.csv", "w") as table:
    table.write("patient,benign,logit,expected\n")
    for number, (patient, z) in enumerate(zip(patients, logits), start=1):
        table.write(f"{number},{patient[-1]},{z!r},{sigmoid(z)!r}\n")
tensor = {"name": "x", "datatype": "FP64", "shape": [len(logits)], "data": logits}
(here / "request.json").write_text(json.dumps({"inputs": [tensor]}) + "\n")
