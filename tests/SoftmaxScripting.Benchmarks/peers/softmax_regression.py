"""Softmax regression in PyTorch, the peer of the same job here: prints the seconds of each round of epochs.

Usage: softmax_regression.py THREADS EPOCHS [FOLDER]    FOLDER holds the IDX files; random pixels without it.
A line is read from standard input before each round, so that the two sides can take turns.
"""
import gzip
import sys
import time

import numpy as np
import torch

threads, epochs = int(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads)
torch.manual_seed(0)
ROWS, FEATURES, CLASSES, BATCH, RATE = 60_000, 784, 10, 256, 0.1


def idx(path, header):
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), dtype=np.uint8, offset=header)


if len(sys.argv) > 3:
    pixels = idx(f"{sys.argv[3]}/train-images-idx3-ubyte.gz", 16).reshape(ROWS, FEATURES)
    labels = idx(f"{sys.argv[3]}/train-labels-idx1-ubyte.gz", 8)
else:
    pixels = np.random.randint(0, 256, (ROWS, FEATURES), dtype=np.uint8)
    labels = np.random.randint(0, CLASSES, ROWS)
inputs = torch.tensor(pixels.astype(np.float32) / 255)
targets = torch.tensor(labels.astype(np.int64))
cross_entropy = torch.nn.CrossEntropyLoss()


def one_round():
    weights = torch.normal(0, 0.01, (FEATURES, CLASSES), requires_grad=True)
    bias = torch.zeros(CLASSES, requires_grad=True)
    optimiser = torch.optim.SGD([weights, bias], lr=RATE)
    total = 0.0
    start = time.perf_counter()
    for _ in range(epochs):
        total = 0.0
        order = torch.randperm(ROWS)
        for first in range(0, ROWS, BATCH):
            rows = order[first:first + BATCH]
            loss = cross_entropy(inputs[rows] @ weights + bias, targets[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.item() * len(rows)
    return time.perf_counter() - start, total / ROWS


print(torch.__version__, flush=True)
for _ in sys.stdin:
    seconds, loss = one_round()
    print(seconds, loss, flush=True)
