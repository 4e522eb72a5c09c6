"""The network of bench/shakespeare.mjs on PyTorch: `python3 shakespeare.py GIVEN.json` prints each epoch's losses and time."""

import json
import math
import os
import sys
import time

with open(sys.argv[1], encoding="utf-8") as file:
    given = json.load(file)
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(given["threads"])
# This file's own folder comes first on the path, and holds a torch.py.
sys.path.pop(0)
import torch

torch.set_num_threads(given["threads"])
torch.manual_seed(1)
STEPS, STREAMS = given["steps"], given["streams"]


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(given["size"], given["embedding"])
        self.stack = torch.nn.LSTM(given["embedding"], given["hidden"], given["layers"], dropout=given["dropout"])
        self.dropout = torch.nn.Dropout(given["dropout"])
        self.head = torch.nn.Linear(given["hidden"], given["size"])

    def forward(self, tokens, state):
        outputs, state = self.stack(self.embedding(tokens), state)
        return self.head(self.dropout(outputs)), state


def cut(tokens, streams):
    """Streams side by side and their next tokens, [length, streams] each."""
    length = (len(tokens) - 1) // streams
    tokens = torch.tensor(tokens)
    inputs = tokens[: length * streams].view(streams, length).t().contiguous()
    targets = tokens[1 : length * streams + 1].view(streams, length).t().contiguous()
    return inputs, targets


network = Network()
optimiser = torch.optim.Adam(network.parameters(), given["rate"])
inputs, targets = cut(given["train"], STREAMS)
watched = cut(given["validation"], max(1, min(STREAMS, len(given["validation"]) // (8 * STEPS))))
updates = math.ceil(len(inputs) / STEPS) * given["epochs"]
loss_of = torch.nn.functional.cross_entropy
print(f"torch: {sum(p.numel() for p in network.parameters())} parameters, PyTorch {torch.__version__}", flush=True)
update, begin, stopped = 0, time.perf_counter(), False
for epoch in range(1, given["epochs"] + 1):
    network.train()
    state, total = None, 0.0
    for start in range(0, len(inputs), STEPS):
        for group in optimiser.param_groups:
            group["lr"] = given["rate"] * (1 + math.cos(math.pi * update / updates)) / 2
        optimiser.zero_grad(set_to_none=True)
        piece = targets[start : start + STEPS]
        logits, state = network(inputs[start : start + STEPS], state)
        state = tuple(s.detach() for s in state)
        loss = loss_of(logits.reshape(-1, given["size"]), piece.reshape(-1))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        total += loss.item() * piece.numel()
        update += 1
        if time.perf_counter() - begin > given["seconds"]:
            print(f"torch    update {update} of {updates}, loss {loss.item():.4f}, {given['seconds']:.1f} s: stopped")
            sys.exit(0)
    network.eval()
    with torch.no_grad():
        logits, _ = network(watched[0], None)
        validation = loss_of(logits.reshape(-1, given["size"]), watched[1].reshape(-1)).item()
    seconds = time.perf_counter() - begin
    print(
        f"torch    epoch {epoch:2}  loss {total / targets.numel():.4f}  validation {validation:.4f}  {seconds:.1f} s",
        flush=True,
    )
