#!/usr/bin/env python3
"""Computes the table of reference values, ../resources/reference-values.csv, with mpmath at 60 digits.

The columns `function`, `params` and `x` of the table are its source; `y` and `dy_dx` are computed here.

  reference_values.py                       computes every row afresh and rewrites the table
  reference_values.py --check               says whether that would change anything, and changes nothing
  reference_values.py --add elu alpha=0x1p-2   adds rows for a function and its parameters over the standard inputs
  reference_values.py --measure FILE   prints the largest error of FP64 results, rows of function,params,x,y,dy_dx

`x` is an exact double in C99 hexadecimal notation (most are exact binary32 as well), `y` and `dy_dx` have 25
significant digits, and what is below 1e-400 stands as 0. A parameter in hexadecimal is that number; one in decimal
is the binary32 nearest to it. A softmax row is the lines with the same `row`, in their order.
Needs python3 with mpmath 1.3 (tested with 1.3.0); the build does not.
"""

import csv
import pathlib
import random
import struct
import sys

import mpmath
from mpmath import mp, mpf

mp.dps = 60
TABLE = pathlib.Path(__file__).resolve().parent.parent / "resources" / "reference-values.csv"
HEADER = ["function", "params", "x", "y", "dy_dx"]
SQRT_2_OVER_PI = mpmath.sqrt(2 / mp.pi)


# The functions: each takes x and its parameters, and gives y and dy/dx.

BY_NAME = {}


def elementwise(function):
    BY_NAME[function.__name__] = function
    return function


def sigma(x):
    return 1 / (1 + mpmath.exp(-x)) if x >= 0 else mpmath.exp(x) / (1 + mpmath.exp(x))


def sigma_slope(x):
    return sigma(x) * sigma(-x)


def softplus_value(x):
    return max(x, 0) + mpmath.log1p(mpmath.exp(-abs(x)))


def phi(x):
    if x < -1000:
        return mpf(0)  # far below 1e-400, and mpmath's erfc overflows inside
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


@elementwise
def sigmoid(x):
    return sigma(x), sigma_slope(x)


@elementwise
def log_sigmoid(x):
    return -softplus_value(-x), sigma(-x)


@elementwise
def softplus(x):
    return softplus_value(x), sigma(x)


@elementwise
def logit(x, eps=None):
    clamped = x if eps is None else min(max(x, eps), 1 - eps)
    return mpmath.log(clamped / (1 - clamped)), 1 / (x * (1 - x)) if clamped == x else mpf(0)


@elementwise
def hard_sigmoid(x, alpha=0.2, beta=0.5):
    line = alpha * x + beta
    return max(mpf(0), min(mpf(1), line)), alpha if 0 < line < 1 else mpf(0)


@elementwise
def tanh(x):
    return mpmath.tanh(x), mpmath.sech(x) ** 2


@elementwise
def arctan(x):
    return mpmath.atan(x), 1 / (1 + x * x)


@elementwise
def erf(x):
    return mpmath.erf(x), 2 / mpmath.sqrt(mp.pi) * mpmath.exp(-x * x)


@elementwise
def algebraic(x):
    return x / mpmath.sqrt(1 + x * x), (1 + x * x) ** (mpf(-3) / 2)


@elementwise
def gudermannian(x):
    return 2 * mpmath.atan(mpmath.tanh(x / 2)), mpmath.sech(x)


@elementwise
def relu(x):
    return max(x, mpf(0)), mpf(x > 0)


@elementwise
def leaky_relu(x, alpha):
    return (x, mpf(1)) if x > 0 else (alpha * x, alpha)


@elementwise
def prelu(x, slope):
    return leaky_relu(x, slope)


@elementwise
def elu(x, alpha):
    return (x, mpf(1)) if x > 0 else (alpha * mpmath.expm1(x), alpha * mpmath.exp(x))


@elementwise
def silu(x, beta=mpf(1)):
    return x * sigma(beta * x), sigma(beta * x) + beta * x * sigma_slope(beta * x)


@elementwise
def gelu(x, approximate):
    if approximate == "none":
        return x * phi(x), phi(x) + x * mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mp.pi)
    inner = 2 * SQRT_2_OVER_PI * (x + mpf("0.044715") * x**3)
    slope = 2 * SQRT_2_OVER_PI * (1 + 3 * mpf("0.044715") * x * x)
    return x * sigma(inner), sigma(inner) + x * sigma_slope(inner) * slope


@elementwise
def hard_swish(x):
    if x <= -3:
        return mpf(0), mpf(0)
    return (x, mpf(1)) if x >= 3 else (x * (x + 3) / 6, x / 3 + mpf(1) / 2)


@elementwise
def bce_with_logits(x, target, pos_weight=mpf(1), weight=mpf(1)):
    loss = pos_weight * target * softplus_value(-x) + (1 - target) * softplus_value(x)
    return weight * loss, weight * ((1 - target) * sigma(x) - pos_weight * target * sigma(-x))


def softmax(row):
    exponentials = [mpmath.exp(x - max(row)) for x in row]
    values = [e / mpmath.fsum(exponentials) for e in exponentials]
    # 1 - y as the sum of the others, so that a y near 1 loses nothing.
    others = [mpmath.fsum(values[:i] + values[i + 1 :]) for i in range(len(row))]
    return [(y, y * other) for y, other in zip(values, others)]


# The table's notation.


def binary32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def hexadecimal(x):
    return float(x).hex()


def parameters(text):
    pairs = (pair.split("=") for pair in text.split(";") if pair)
    return {name: parameter(value) for name, value in pairs}


def parameter(text):
    if "0x" in text:
        return mpf(float.fromhex(text))
    try:
        return mpf(binary32(float(text)))
    except ValueError:
        return text


def decimal(value):
    if abs(value) < mpf("1e-400"):
        return "0"
    return mpmath.nstr(value, 25, min_fixed=1, max_fixed=0)


def computed(rows):
    result = []
    softmax_rows = {}
    for name, params, x, *_ in rows:
        if name == "softmax":
            softmax_rows.setdefault(params, []).append(x)
            continue
        y, dy_dx = BY_NAME[name](mpf(float.fromhex(x)), **parameters(params))
        result.append([name, params, x, decimal(mpf(y)), decimal(mpf(dy_dx))])
    for params, xs in softmax_rows.items():
        pairs = softmax([mpf(float.fromhex(x)) for x in xs])
        result += [["softmax", params, x, decimal(y), decimal(d)] for x, (y, d) in zip(xs, pairs)]
    return result


# The standard inputs: thresholds, and random ones that are the same on every run.


def standard_inputs(name):
    random_numbers = random.Random(1838)  # the year of Verhulst's first paper on the logistic curve
    if name == "logit":
        small = [binary32(random_numbers.random()) for _ in range(40)] + [2.0**-149, 1e-300, 5e-324, 0.5, 1 - 2.0**-53]
        return sorted(set(small + [random_numbers.random() for _ in range(60)] + [2.0**-k for k in range(2, 60, 3)]))
    single = [2.0**-149, 2.0**-126, 1e-20, 1e-7, 0.1, 0.5, 1.0, 2.5, 3.0, 5.0, 8.0, 17.0, 20.0, 40.0, 89.0, 104.0, 700.0]
    single += [1e10, float.fromhex("0x1.fffffep127")]
    single += [random_numbers.uniform(0, 3) for _ in range(8)] + [random_numbers.uniform(0, 100) for _ in range(8)]
    double = [5e-324, 1e-310, 1e-160, 1e-17, 1e-9, 3 - 2.0**-51, 3 + 2.0**-51, 18.3, 36.7, 37.5, 709.7, 745.1, 1e155, 1e308]
    double += [random_numbers.random() for _ in range(8)] + [random_numbers.uniform(0, 6) for _ in range(8)]
    double += [random_numbers.uniform(0, 40) for _ in range(6)] + [random_numbers.uniform(0, 750) for _ in range(6)]
    double += [10 ** random_numbers.uniform(-300, 300) for _ in range(4)]
    magnitudes = [binary32(x) for x in single] + double
    return sorted({sign * x for x in magnitudes for sign in (-1, 1)} | {0.0})


def standard_softmax_rows():
    random_numbers = random.Random(1838)
    spread = lambda length, scale: [binary32(random_numbers.uniform(-scale, scale)) for _ in range(length)]
    double = [random_numbers.uniform(-5, 5) for _ in range(5)]
    return {
        "one": [3.5], "equal": [7.0] * 4, "zero": [0.0] * 3, "two": [0.0, 1.0], "negative": [-1000.0, -1001.0, -1002.5],
        "large": [1e30, 1e30, -1e30], "apart": [0.0, 88.0, 104.0], "underflow": [0.0, -103.5, -700.0, -745.0],
        "digits": spread(10, 12), "odd": spread(17, 3), "wide": spread(33, 60), "double": double,
    }  # fmt: skip


def added(name, params):
    if name == "softmax":
        return [[name, f"row={row}", hexadecimal(x)] for row, xs in standard_softmax_rows().items() for x in xs]
    return [[name, params, hexadecimal(x)] for x in standard_inputs(name)]


def ulp_error(result, exact):
    """The error of an FP64 result in ulp; infinity counts as 2^1024."""
    limit = mpf(2) ** 1024
    exact = min(max(exact, -limit), limit)
    result = min(max(mpf(result), -limit), limit)
    if mpmath.isnan(result):
        return mpf("inf")
    exponent = max(mpmath.frexp(exact)[1], -1021) - 53 if exact else -1074
    return abs(result - exact) / mpf(2) ** exponent


def measure(path):
    """Prints a line of the table of docs/accuracy.md for each function and its parameters."""
    worst = {}
    with open(path, newline="") as results:
        for name, params, x, *outputs in csv.reader(results):
            if name == "logit" and "eps" not in params and not 0 < float.fromhex(x) < 1:
                continue  # infinities and NaN
            exact = BY_NAME[name](mpf(float.fromhex(x)), **parameters(params))
            y, dy_dx = (float.fromhex(output) for output in outputs)
            entry = worst.setdefault((name, params), [mpf(0), "", mpf(0), ""])
            if (error := ulp_error(y, mpf(exact[0]))) > entry[0]:
                entry[:2] = error, x
            error = ulp_error(dy_dx, mpf(exact[1]))
            if error > entry[2] and not abs(dy_dx - exact[1]) <= mpf(2) ** -50:
                entry[2:] = error, x
    for (name, params), (y, y_at, dy_dx, dy_dx_at) in worst.items():
        print(f"| {name} {params} | {float(y):.2f} | {y_at} | {float(dy_dx):.2f} | {dy_dx_at} |")


def main():
    if "--measure" in sys.argv:
        measure(sys.argv[2])
        return
    with open(TABLE, newline="") as table:
        rows = list(csv.reader(table))[1:]
    if "--add" in sys.argv:
        name, params = sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else ""
        known = {(row[0], row[1], float.fromhex(row[2])) for row in rows}
        rows += [row for row in added(name, params) if (row[0], row[1], float.fromhex(row[2])) not in known]
    text = "\n".join(",".join(row) for row in [HEADER] + computed(rows)) + "\n"
    if "--check" in sys.argv:
        if text != TABLE.read_text():
            sys.exit(f"{TABLE.name} is not what this script computes; run it without arguments and look at the difference")
        print(f"{TABLE.name}: {len(rows)} rows, all as computed")
    else:
        TABLE.write_text(text)


if __name__ == "__main__":
    main()
