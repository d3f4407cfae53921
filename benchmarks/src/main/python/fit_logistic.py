"""Fits scikit-learn's logistic regression to X and y in files of doubles: seconds, iterations and objective of each solver, a line each."""

import os
import sys
import time

directory, rows, features, threads, rounds = sys.argv[1], *map(int, sys.argv[2:6])
for library in ("OMP", "OPENBLAS"):
    os.environ[library + "_NUM_THREADS"] = str(threads)

import numpy
import sklearn
from sklearn.linear_model import LogisticRegression

x = numpy.fromfile(os.path.join(directory, "x")).reshape(rows, features)
y = numpy.fromfile(os.path.join(directory, "y"))
print(sklearn.__version__)
for solver in ("newton-cholesky", "lbfgs"):
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        model = LogisticRegression(C=1, solver=solver, max_iter=1000).fit(x, y)
        seconds.append(time.perf_counter() - start)
    w = model.coef_[0]
    z = x @ w + model.intercept_[0]
    objective = numpy.sum(numpy.logaddexp(0, z) - y * z) + w @ w / 2
    print(solver, sorted(seconds)[rounds // 2], model.n_iter_[0], repr(float(objective)))
