"""Times PyTorch's kernels, eager and compiled, over tensors that stay on the GPU, for the rig's step PyTorch.

Prints a line of JSON for each time, and one at the end that says what came of it:
  {"function": "sigmoid", "type": "FP32", "direction": "forward", "mode": "eager", "microseconds": 131.2}
  {"end": "PyTorch 2.8, ...", "complete": true}
"""
import argparse
import json
import statistics
import sys
import time


def say(**line):
    print(json.dumps(line), flush=True)


try:
    import torch
    import torch.nn.functional as F
except ImportError as failure:
    say(end=f"this machine's Python has no PyTorch ({failure})", absent=True)
    sys.exit(0)

TOGETHER = 10  # as the rig's own
COLUMNS = 1024

arguments = argparse.ArgumentParser()
arguments.add_argument("--bytes", type=int, required=True)
arguments.add_argument("--measurements", type=int, required=True)
arguments.add_argument("--seconds", type=float, required=True)
arguments.add_argument("--device", default="cuda", help="cpu to try the script out")
arguments = arguments.parse_args()
end = time.monotonic() + arguments.seconds

if arguments.device == "cuda" and not torch.cuda.is_available():
    say(end="this machine's PyTorch sees no GPU", absent=True)
    sys.exit(0)

TYPES = {"FP32": torch.float32, "FP16": torch.float16, "BF16": torch.bfloat16}

# As the catalogue defines them; those that PyTorch has no function of its own for are written out, as its users write them.
FUNCTIONS = {
    "sigmoid": torch.sigmoid,
    "log_sigmoid": F.logsigmoid,
    "silu": F.silu,
    "gelu": F.gelu,
    "tanh": torch.tanh,
    "softplus": F.softplus,
    "relu": F.relu,
    "prelu": lambda x, slope: F.prelu(x.view(-1, COLUMNS), slope).view(-1),
    "softmax": lambda x: F.softmax(x.view(-1, COLUMNS), dim=-1).view(-1),
    "hard_sigmoid": lambda x: torch.clamp(0.2 * x + 0.5, 0, 1),
    "hard_swish": F.hardswish,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "erf": torch.erf,
    "arctan": torch.atan,
    "logit": torch.logit,
    "algebraic": lambda x: x * torch.rsqrt(1 + x * x),
    "gudermannian": lambda x: 2 * torch.atan(torch.tanh(x / 2)),
}


def median_microseconds(operation):
    times = []
    for i in range(-1, arguments.measurements):
        if arguments.device == "cuda":
            start, stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            start.record()
            for _ in range(TOGETHER):
                operation()
            stop.record()
            torch.cuda.synchronize()
            elapsed = start.elapsed_time(stop) * 1e3
        else:
            begun = time.perf_counter()
            for _ in range(TOGETHER):
                operation()
            elapsed = (time.perf_counter() - begun) * 1e6
        if i >= 0:  # the first compiles and allocates
            times.append(elapsed / TOGETHER)
    return statistics.median(times)


def random(dtype, count=None):
    count = count or arguments.bytes // torch.empty(0, dtype=dtype).element_size()
    return (torch.rand(count, device=arguments.device) * 0.998 + 0.001).to(dtype)


left = []


def measure(function, type_name, direction, mode, operation):
    if time.monotonic() > end:
        left.append(f"{function} {type_name} {direction} {mode}")
        return
    try:
        median = median_microseconds(operation)
        say(function=function, type=type_name, direction=direction, mode=mode, microseconds=median)
    except Exception as failure:  # a compiler that is not there, memory that does not do
        left.append(f"{function} {type_name} {direction} {mode}: {str(failure).splitlines()[0] if str(failure) else failure!r}")


def activation(name, type_name, mode):
    if time.monotonic() > end:
        left.append(f"{name} {type_name} {mode}")
        return
    try:
        x, gradient = random(TYPES[type_name]), random(TYPES[type_name])
        function = FUNCTIONS[name] if mode == "eager" else torch.compile(FUNCTIONS[name])
        # A slope for each channel; it takes no gradient, as with the rig's own.
        slope = [random(TYPES[type_name], COLUMNS)] if name == "prelu" else []
        with torch.no_grad():
            measure(name, type_name, "forward", mode, lambda: function(x, *slope))
        needs = x.detach().requires_grad_()
        y = function(needs, *slope)
        measure(
            name, type_name, "backward", mode, lambda: torch.autograd.grad(y, needs, gradient, retain_graph=True)
        )
    except Exception as failure:
        left.append(f"{name} {type_name} {mode}: {str(failure).splitlines()[0] if str(failure) else failure!r}")


def loss(type_name, mode):
    logits = random(TYPES[type_name]).requires_grad_()
    target = random(TYPES[type_name])

    def forward(z, t):
        return F.binary_cross_entropy_with_logits(z, t)

    function = forward if mode == "eager" else torch.compile(forward)

    def with_gradient():
        torch.autograd.grad(function(logits, target), logits)

    measure("bce_with_logits", type_name, "backward", mode, with_gradient)


# A compiled gradient is taken more than once.
try:
    import torch._functorch.config

    torch._functorch.config.donated_buffer = False
except (ImportError, AttributeError):
    pass

for mode in "eager", "compiled":
    for type_name in TYPES:
        loss(type_name, mode)
        for name in FUNCTIONS:
            activation(name, type_name, mode)

name = torch.cuda.get_device_name() if arguments.device == "cuda" else "cpu"
say(
    end=f"PyTorch {torch.__version__} on {name}" + (f"; {len(left)} left out, the first: {left[0]}" if left else ""),
    complete=not left,
)
