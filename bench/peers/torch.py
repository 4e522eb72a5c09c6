"""The workloads on PyTorch, one thread: `python3 torch.py FILE`, one line of JSON a workload, as `recurra bench` prints."""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
# This file's own folder comes first on the path, and this file is called torch.
sys.path.pop(0)
import torch

torch.set_num_threads(1)

# Timed runs end after this many seconds and runs, but not after MOST seconds; calls warm up for WARM seconds.
SECONDS, RUNS, MOST, WARM = 2.0, 20, 6.0, 0.5


def measure(call):
    """The median milliseconds of a call after some that warm up (two at least), and the number of calls."""
    start = time.perf_counter()
    call()
    call()
    while time.perf_counter() - start < WARM:
        call()
    times = []
    start = time.perf_counter()
    while (len(times) < RUNS or time.perf_counter() - start < SECONDS) and time.perf_counter() - start < MOST:
        before = time.perf_counter()
        call()
        times.append(time.perf_counter() - before)
    times.sort()
    return {"milliseconds": times[len(times) // 2] * 1e3, "runs": len(times)}


def measure_training(w):
    stack = getattr(torch.nn, w["cell"])(w["I"], w["H"], w["L"])
    head = torch.nn.Linear(w["H"], w["O"])
    optimiser = torch.optim.Adam([*stack.parameters(), *head.parameters()], 1e-3)
    inputs, targets = torch.randn(w["T"], w["B"], w["I"]), torch.randn(w["B"], w["O"])

    def step():
        optimiser.zero_grad(set_to_none=True)
        outputs, _ = stack(inputs)
        torch.nn.functional.mse_loss(head(outputs[-1]), targets).backward()
        optimiser.step()

    return measure(step)


def measure_inference(w):
    stack = getattr(torch.nn, w["cell"])(w["I"], w["H"], w["L"]).eval()
    inputs = torch.randn(w["T"], w["B"], w["I"])
    with torch.inference_mode():
        _, state = stack(inputs)
        return measure(lambda: stack(inputs, state if w["T"] == 1 else None))


with open(sys.argv[1], encoding="utf-8") as file:
    workloads = json.load(file)
for mode, measure_one in (("train", measure_training), ("infer", measure_inference)):
    for workload in workloads[mode]:
        line = {"name": workload["name"], "mode": mode, "backend": "cpu", "threads": 1, "version": torch.__version__}
        print(json.dumps({**line, **measure_one(workload)}), flush=True)
