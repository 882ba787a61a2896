"""
PyTorch (eager, torch.compile) and JAX (jit, optax) as competitors: python peers.py NAME FOLDER, NAME one of torch-eager,
torch-compile, jax-jit. Reads tasks as lines of JSON on stdin and answers each with a line on stdout, like ours.ts.

The model of all: Linear without bias, batch normalisation by the full batch (eps 1e-5), ReLU, Linear without bias; mean
squared error; Adam (0.9, 0.999, 1e-8); float32. Training stops before the first step at whose start the mean squared error
is at most epsilon and every sign is right.
"""
import json
import resource
import sys
import time

import numpy as np

name, folder = sys.argv[1:3]


def load(trial):
    n, d, k = trial["n"], trial["d"], trial["k"]
    tensor = lambda file, *shape: (
        np.fromfile(f"{folder}/{trial['name']}/{file}.f64").reshape(shape).astype(np.float32)
    )
    return tensor("X", n, d), tensor("y", n), tensor("W", k, d), tensor("a", k)


class Torch:
    def __init__(self, compiled):
        import torch

        self.torch = torch
        self.compiled = compiled
        torch.set_num_threads(1)
        torch.set_num_interop_threads(1)
        self.version = f"torch {torch.__version__}"

    def open(self, trial):
        torch = self.torch
        X, y, W, a = (torch.from_numpy(x) for x in load(trial))
        inner = torch.nn.Linear(trial["d"], trial["k"], bias=False)
        normalise = torch.nn.BatchNorm1d(trial["k"], eps=1e-5, track_running_stats=False)
        outer = torch.nn.Linear(trial["k"], 1, bias=False)
        model = torch.nn.Sequential(inner, normalise, torch.nn.ReLU(), outer).train()
        optimiser = torch.optim.Adam(model.parameters(), lr=trial["learning_rate"])

        def reset():
            with torch.no_grad():
                inner.weight.copy_(W)
                outer.weight.copy_(a.reshape(1, -1))
                normalise.weight.fill_(1)
                normalise.bias.zero_()
                for state in optimiser.state.values():
                    for tensor in state.values():
                        tensor.zero_()

        reset()

        def forward():
            f = model(X)[:, 0]
            return torch.nn.functional.mse_loss(f, y), (f * y > 0).all()

        run, update = forward, optimiser.step
        if self.compiled:
            torch._dynamo.reset()
            run, update = torch.compile(forward), torch.compile(optimiser.step)

        def evaluate():
            optimiser.zero_grad()
            self.loss, signs = run()
            return self.loss.item(), bool(signs)

        def step():
            self.loss.backward()
            update()

        return evaluate, step, reset


class Jax:
    def __init__(self):
        import jax
        import optax

        self.jax, self.optax = jax, optax
        self.version = f"jax {jax.__version__}, optax {optax.__version__}"

    def open(self, trial):
        jax, optax = self.jax, self.optax
        jnp = jax.numpy
        X, y, W, a = (jnp.asarray(x) for x in load(trial))
        k = trial["k"]
        parameters = {"W": W, "a": a, "gamma": jnp.ones(k), "beta": jnp.zeros(k)}
        optimiser = optax.adam(trial["learning_rate"])

        def loss(p):
            h = X @ p["W"].T
            centred = h - h.mean(0)
            z = centred * (p["gamma"] / jnp.sqrt((centred**2).mean(0) + 1e-5)) + p["beta"]
            f = jax.nn.relu(z) @ p["a"]
            return ((f - y) ** 2).mean(), (f * y > 0).all()

        @jax.jit
        def advance(p, state):
            (value, signs), gradient = jax.value_and_grad(loss, has_aux=True)(p)
            updates, state = optimiser.update(gradient, state)
            return optax.apply_updates(p, updates), state, value, signs

        current = {}

        def reset():
            current.update({"p": parameters, "state": optimiser.init(parameters)})

        reset()

        # One compiled function for loss, gradient and update: what it has updated is taken over by `step` only.
        def evaluate():
            p, state, value, signs = advance(current["p"], current["state"])
            current["next"] = {"p": p, "state": state}
            return float(value), bool(signs)

        def step():
            current.update(current["next"])

        return evaluate, step, reset


def step_times(trial, budget):
    evaluate, step, _ = peer.open(trial)
    for _ in range(3):
        evaluate()
        step()
    times = []
    while len(times) < 3 or (sum(times) < budget and len(times) < 2000):
        start = time.perf_counter()
        evaluate()
        step()
        times.append(time.perf_counter() - start)
    return times


def trained(trial):
    evaluate, step, reset = peer.open(trial)
    # Compilation ends before the clock starts.
    for _ in range(2):
        evaluate()
        step()
    reset()
    start = time.perf_counter()
    steps = 0
    while True:
        loss, signs = evaluate()
        kept = loss <= trial["epsilon"] and signs
        if kept or steps == trial["max_steps"]:
            return {"steps": steps, "kept": kept, "seconds": time.perf_counter() - start}
        step()
        steps += 1


peer = Jax() if name == "jax-jit" else Torch(name == "torch-compile")
for line in sys.stdin:
    task = json.loads(line)
    if task["task"] == "steps":
        answer = {"times": step_times(task["trial"], task["seconds"])}
    elif task["task"] == "train":
        answer = trained(task["trial"])
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        answer = {"version": peer.version, "peak_bytes": peak}
    print(json.dumps(answer), flush=True)
