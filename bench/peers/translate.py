"""The network of `recurra train --task translate` in PyTorch, on the token numbers that bench/translate.mjs writes; prints JSON lines."""
import json
import sys
import time

# The folder of this script has a torch.py of its own.
sys.path.pop(0)

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

with open(sys.argv[1], encoding="utf8") as file:
    work = json.load(file)
torch.set_num_threads(work["threads"])
torch.manual_seed(work["seed"])
E, H, P = work["embedding"], work["hidden"], work["dropout"]


class Translator(nn.Module):
    """BiLSTM encoder, LSTM decoder that starts from its final states, Luong's general attention (2015, eq. 5)."""

    def __init__(self):
        super().__init__()
        self.source = nn.Embedding(work["sourceTokens"], E)
        self.target = nn.Embedding(work["targetTokens"], E)
        self.encoder = nn.LSTM(E, H // 2, bidirectional=True)
        self.decoder = nn.LSTM(E, H)
        self.query = nn.Linear(H, H, bias=False)
        self.context = nn.Linear(H, H, bias=False)
        self.own = nn.Linear(H, H)
        self.head = nn.Linear(H, work["targetTokens"])
        self.drop = nn.Dropout(P)
        for embedding in (self.source, self.target):
            nn.init.normal_(embedding.weight, std=E**-0.5)

    def encode(self, tokens, lengths):
        packed = pack_padded_sequence(self.drop(self.source(tokens)), lengths, enforce_sorted=False)
        memory, (h, c) = self.encoder(packed)
        memory, _ = pad_packed_sequence(memory)
        join = lambda state: torch.cat([state[0], state[1]], dim=1).unsqueeze(0)
        hidden = torch.arange(memory.shape[0])[:, None] >= lengths[None, :]
        return memory, hidden, (join(h), join(c))

    def decode(self, tokens, memory, hidden, state):
        h, state = self.decoder(self.drop(self.target(tokens)), state)
        scores = torch.einsum("tbh,sbh->tbs", self.query(h), memory).masked_fill(hidden.T[None], float("-inf"))
        weights = torch.softmax(scores, dim=2)
        looked = torch.einsum("tbs,sbh->tbh", weights, memory)
        return self.head(self.drop(torch.tanh(self.context(looked) + self.own(h)))), state, weights


def pad(sequences):
    lengths = torch.tensor([len(one) for one in sequences])
    return nn.utils.rnn.pad_sequence([torch.tensor(one) for one in sequences]), lengths


model = Translator()
optimiser = torch.optim.Adam(model.parameters(), lr=work["rate"])
pairs = sorted(work["train"], key=lambda pair: (len(pair[1]), len(pair[0])))
batches = [pairs[at : at + work["batch"]] for at in range(0, len(pairs), work["batch"])]
updates = work["epochs"] * len(batches)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, updates)
loss_of = nn.CrossEntropyLoss(ignore_index=-1, label_smoothing=work["smoothing"])
begin = time.perf_counter()
for epoch in range(work["epochs"]):
    model.train()
    total = 0.0
    for n in torch.randperm(len(batches)).tolist():
        source, lengths = pad([pair[0] for pair in batches[n]])
        read, _ = pad([[0] + pair[1] for pair in batches[n]])
        told = nn.utils.rnn.pad_sequence([torch.tensor(pair[1] + [0]) for pair in batches[n]], padding_value=-1)
        logits, _, _ = model.decode(read, *model.encode(source, lengths))
        loss = loss_of(logits.flatten(0, 1), told.flatten())
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        total += loss.item()
    print(json.dumps({"epoch": epoch + 1, "loss": total / len(batches), "seconds": time.perf_counter() - begin}), flush=True)

model.eval()
said = []
with torch.no_grad():
    for one in work["test"]:
        source, lengths = pad([one])
        memory, hidden, state = model.encode(source, lengths)
        token, tokens = torch.zeros(1, 1, dtype=torch.long), []
        for _ in range(len(one) + work["beyond"]):
            logits, state, weights = model.decode(token, memory, hidden, state)
            token = logits.argmax(dim=2)
            if token.item() == 0:
                break
            # The unknown word: the place of the source that was looked at, from -1 downwards.
            tokens.append(-1 - weights.argmax().item() if token.item() == 1 else token.item())
        said.append(tokens)
print(json.dumps({"said": said, "version": torch.__version__}))
