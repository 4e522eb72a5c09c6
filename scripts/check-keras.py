"""Loads the models of write-keras-models.mjs with Keras and compares what they predict. `KERAS_BACKEND=jax python scripts/check-keras.py FOLDER`."""

import json
import sys
from pathlib import Path

import keras
import numpy as np

folder = Path(sys.argv[1])
failed = 0
for case in json.loads((folder / "cases.json").read_text()):
    kind = "int32" if len(case["shape"]) == 2 else "float32"
    inputs = np.array(case["inputs"], kind).reshape(case["shape"])
    wanted = np.array(case["outputs"], "float32")
    for ending in ("keras", "h5"):
        name = f"{case['name']}.{ending}"
        try:
            found = keras.saving.load_model(folder / name, compile=False).predict(inputs, verbose=0)
            worst = np.abs(found.ravel() - wanted).max() if found.size == wanted.size else np.inf
        except Exception as error:
            print(name, type(error).__name__, error)
            worst = np.inf
        if not worst < 1e-5:
            failed += 1
            print(f"{name}: differs by {worst}")
print(f"Keras {keras.__version__} on {keras.backend.backend()}: {failed} failed")
sys.exit(failed > 0)
