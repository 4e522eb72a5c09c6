"""
Writes keras-cases.json.gz: small models of Keras 3.15.1, their weights, inputs, and what they give. NumPy is quick; JAX gives the same and takes minutes.

    pip install keras==3.15.1 jax h5py && KERAS_BACKEND=numpy python test/golden/keras/make.py
"""

import gzip
import io
import json
import tempfile
import warnings
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
from keras import Input, Model, Sequential, ops
from keras import layers as L

warnings.filterwarnings("ignore")
rng = np.random.default_rng(0)
cases = {}


def plain(array):
    array = np.asarray(array)
    data = array.ravel().tolist()
    return {"shape": list(array.shape), "data": [float(f"{v:.8g}") for v in data] if array.dtype.kind == "f" else [int(v) for v in data]}


def record(name, model, inputs):
    for weight in model.weights:
        if "seed" in weight.path:
            continue
        # Short numbers, exact in float32.
        drawn = rng.integers(-48, 49, weight.shape) / 64
        weight.assign(np.abs(drawn) + 0.5 if "variance" in weight.path else drawn)
    outputs = keras.tree.flatten(model(inputs if len(inputs) > 1 else inputs[0], training=False))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "m.keras"
        model.save(file)
        # What was saved is what is recorded.
        again = keras.tree.flatten(keras.saving.load_model(file).predict(inputs if len(inputs) > 1 else inputs[0], verbose=0))
        for one, other in zip(outputs, again, strict=True):
            assert np.allclose(one, other, atol=1e-6), name
        entries = zipfile.ZipFile(file)
        weights = {}

        def visit(path, item):
            if isinstance(item, h5py.Dataset) and not item.dtype.kind == "u":
                weights[path] = plain(item[()])

        h5py.File(io.BytesIO(entries.read("model.weights.h5"))).visititems(visit)
        cases[name] = {
            "config": json.loads(entries.read("config.json")),
            "weights": weights,
            "inputs": [plain(value) for value in inputs],
            "outputs": [plain(value) for value in outputs],
        }


def functional(name, build, *inputs):
    """Models of inputs with any number of steps; `build` is given symbols for them."""
    symbols = [Input((None, *i.shape[2:]) if i.ndim > 1 and i.shape[1] == steps else i.shape[1:], dtype=str(i.dtype)) for i in inputs]
    record(name, Model(symbols, build(*symbols)), list(inputs))


def fixed(name, build, *inputs):
    """Models of inputs that have as many steps as these."""
    symbols = [Input(i.shape[1:], dtype=str(i.dtype)) for i in inputs]
    record(name, Model(symbols, build(*symbols)), list(inputs))


def sequential(name, value, *layers):
    record(name, Sequential([Input(value.shape[1:], dtype=str(value.dtype)), *layers]), [value])


def draw(*shape):
    return (rng.integers(-96, 97, shape) / 64).astype("float32")


steps = 5
tokens = np.array([[1, 2, 0, 0, 0], [3, 0, 4, 5, 0]], dtype="int32")
others = tokens[::-1].copy()
x = draw(2, steps, 3)
padded = x.copy()
padded[0, 3:] = 0
padded[1, [1, 4]] = 0
state = draw(2, 3)


def embed(symbol, mask=True):
    return L.Embedding(7, 3, mask_zero=mask)(symbol)


def mask(symbol):
    return L.Masking()(symbol)


def read(symbol, **options):
    return L.LSTM(2, **options)(symbol)


# Masks, by themselves and into recurrent layers.
functional("masked lstm", lambda a: read(embed(a)), tokens)
functional("masked cells", lambda a: [cell(2, return_sequences=True)(mask(a)) for cell in (L.SimpleRNN, L.GRU, L.LSTM)], padded)
sequential("masked sequential", tokens, L.Embedding(7, 3, mask_zero=True), L.LSTM(3, return_sequences=True), L.Dropout(0.1), L.GRU(2))
functional("mean of steps", lambda a: [L.GlobalAveragePooling1D(keepdims=k)(embed(a)) for k in (False, True)], tokens)
sequential("mean of steps kept", tokens, L.Embedding(7, 3, mask_zero=True), L.GlobalAveragePooling1D(keepdims=True))
sequential("mean channels first", padded[:, [0, 1, 3]], L.Masking(), L.GlobalAveragePooling1D(data_format="channels_first"))
sequential("mean channels first kept", padded[:, [0, 1, 3]], L.Masking(), L.GlobalAveragePooling1D(data_format="channels_first", keepdims=True))
functional("max of steps", lambda a: L.GlobalMaxPooling1D()(embed(a)), tokens)
for padding in ("same", "causal"):
    functional(f"convolution {padding}", lambda a: read(L.Conv1D(3, 2, padding=padding)(mask(a))), padded)
sequential("convolution sequential", padded, L.Masking(), L.Conv1D(3, 3, padding="same"), L.LSTM(2))
sequential("separable convolution", padded, L.Masking(), L.SeparableConv1D(3, 3, padding="same"), L.LSTM(2))
functional("first states", lambda a, s: L.GRU(3)(mask(a), initial_state=s), padded, state)
functional("first states and a mask on", lambda a, s: read(L.GRU(3, return_sequences=True)(mask(a), initial_state=s)), padded, state)
functional("first states of both", lambda a, s: L.Bidirectional(L.GRU(3))(mask(a), initial_state=[s, s]), padded, state)
functional("first states and a mask by name", lambda a, m, s: L.GRU(3)(a, initial_state=s, mask=m), x, padded[..., 0] != 0, state)
for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"):
    for how, both in (("both", True), ("one", False)):
        functional(f"{name} of {how}", lambda a, b: read(getattr(L, name)()([embed(a), embed(b, both)]), return_sequences=True), tokens, others)
functional("Maximum, the second masked", lambda a, b: read(L.Maximum()([embed(a, False), embed(b)])), tokens, others)
functional("Multiply of three", lambda a, b: L.Multiply()([embed(a), embed(b), embed(a)]), tokens, others)
for axis in (-1, 1):
    for how, both in (("both", True), ("one", False)):
        functional(f"Concatenate {axis} of {how}", lambda a, b: read(L.Concatenate(axis=axis)([embed(a), embed(b, both)])), tokens, others)
functional("both directions", lambda a: L.Bidirectional(L.GRU(2, return_sequences=True))(mask(a)), padded)
functional("both directions apart", lambda a: L.Bidirectional(L.LSTM(2, return_sequences=True), merge_mode=None)(mask(a)), padded)
functional("both directions' states", lambda a: L.Bidirectional(L.LSTM(2, return_state=True), merge_mode="sum")(mask(a)), padded)
functional("stack of cells", lambda a: L.RNN([L.LSTMCell(3), L.GRUCell(2), L.SimpleRNNCell(2)], return_sequences=True)(mask(a)), padded)
functional("zeros where masked", lambda a: [L.RNN(L.LSTMCell(2), return_sequences=s, zero_output_for_mask=True)(mask(a)) for s in (True, False)], padded)
functional("backwards", lambda a: L.GRU(2, go_backwards=True, return_sequences=True, return_state=True)(mask(a)), padded)
functional("attention", lambda a: read(L.Attention()(2 * [mask(a)])), padded)
functional("attention of heads", lambda a: read(L.MultiHeadAttention(2, 2)(*(2 * [mask(a)]))), padded)
functional("attention with masks by name", lambda a, m: L.MultiHeadAttention(1, 2)(a, a, query_mask=m, key_mask=m, value_mask=m), x, padded[..., 0] != 0)
functional("attention with a mask of the values", lambda a, m: L.Attention()([a, a], mask=[None, m]), x, padded[..., 0] != 0)
functional("distributed", lambda a: read(L.TimeDistributed(L.Dense(3))(mask(a))), padded)
functional("normalised", lambda a: [read(layer(mask(a))) for layer in (L.BatchNormalization(), L.LayerNormalization(), L.UnitNormalization(), L.RMSNormalization())], padded)
functional("softmax with a mask", lambda a, m: L.Softmax()(a, mask=m), x, padded != 0)
functional("masks dropped", lambda a: [read(layer(mask(a))) for layer in (L.UpSampling1D(2), L.ZeroPadding1D(1), L.Cropping1D(1), L.MaxPooling1D(2))], padded)
functional("models in models", lambda a: Sequential([L.Masking(), L.LSTM(3, return_sequences=True), L.LSTM(2)])(a), padded)

# Operations.
functional("items", lambda a: [a[:, -1, :], a[:, 0], a[..., 1], a[:, 1:4], a[:, ::-1, :2], a[:, None, -2], a[:, -3:-1, 0]], x)
functional("last of a recurrent layer", lambda a: L.Dense(2)(L.LSTM(3, return_sequences=True)(a)[:, -1, :]), x)
functional("arithmetic", lambda a, b: [a + b, a - b, a * 2, 1 - a, a / (b * b + 1), a**2, -a, ops.maximum(a, b), ops.minimum(a, 0.25), abs(a), ops.floor(a), a // 0.5], x, draw(2, steps, 3))
functional("comparisons", lambda a, b: [ops.equal(a, b), ops.not_equal(a, b), a > b, a >= 0, a < b, a <= b, ops.logical_and(a > 0, b > 0), ops.logical_or(a > 0, b), ops.logical_xor(a > 0, b > 0), ops.logical_not(a > 0), ops.where(a > b, a, 0.5)], x, draw(2, steps, 3))
functional("integers", lambda a: [a * 2, a / 2, a // 2, a + 0.5, ops.cast(a, "float32"), ops.sum(a, axis=1), ops.mean(a, axis=1), ops.max(a, axis=-1)], tokens)
functional("functions", lambda a: [f(a) for f in (ops.exp, ops.sin, ops.cos, ops.tanh, ops.sigmoid, ops.relu, ops.square, ops.sign, ops.erf, ops.softplus, ops.silu, ops.gelu, ops.elu, ops.selu, ops.leaky_relu, ops.relu6, ops.hard_sigmoid, ops.log_sigmoid, ops.softmax, ops.log_softmax, ops.celu, ops.ceil, ops.arctan, ops.expm1)] + [ops.sqrt(ops.abs(a)), ops.log(ops.exp(a) + 1), ops.log1p(ops.square(a)), ops.rsqrt(a * a + 1), ops.clip(a, -0.5, 0.75), ops.gelu(a, approximate=False), ops.softmax(a, axis=1)], x)
functional("totals", lambda a: [ops.sum(a, axis=1), ops.mean(a, axis=-1, keepdims=True), ops.max(a, axis=1), ops.min(a, axis=(1, 2)), ops.prod(a, axis=-1), ops.any(a > 1, axis=1), ops.all(a > -1, axis=-1), ops.var(a, axis=1), ops.std(a, axis=-1, keepdims=True), ops.argmax(a, axis=-1), ops.argmin(a, axis=1), ops.logsumexp(a, axis=-1), ops.cumsum(a, axis=1)], x)
fixed("moves", lambda a: [ops.reshape(a, (-1, 15)), ops.reshape(a, (-1, 3, 5)), ops.transpose(a, (0, 2, 1)), ops.swapaxes(a, 1, 2), ops.expand_dims(a, 1), ops.squeeze(ops.expand_dims(a, -1), -1), ops.concatenate([a, a * 2], axis=1), ops.stack([a, a], axis=1), ops.flip(a, axis=1), *ops.split(a, 3, axis=-1), ops.pad(a, ((0, 0), (1, 2), (0, 0))), ops.tile(a, (1, 2, 1)), ops.zeros_like(a), ops.ones_like(a), ops.take(a, 2, axis=1), ops.matmul(a, ops.transpose(a, (0, 2, 1))), a + np.array([1.0, 2.0, 3.0], "float32")], x)

# Layers.
fixed("transposed convolutions", lambda a: [L.Conv1DTranspose(2, 3, **o)(a) for o in ({}, {"strides": 2}, {"strides": 2, "padding": "same"}, {"strides": 3, "padding": "same"}, {"dilation_rate": 2}, {"strides": 3, "padding": "same", "output_padding": 1}, {"strides": 2, "output_padding": 1, "activation": "tanh", "use_bias": False})] + [L.Conv1DTranspose(2, 4, strides=2, padding="same")(a), L.Conv1DTranspose(2, 1, strides=3, padding="same")(a)], x)
fixed("transposed pictures", lambda a: [L.Conv2DTranspose(2, 3, strides=2, padding=p)(a) for p in ("valid", "same")] + [L.Conv2DTranspose(2, (2, 3), strides=(1, 2))(a)], draw(1, 3, 4, 2))
functional("einsum", lambda a: [L.EinsumDense("abc,cd->abd", (None, 4), bias_axes="d")(a), L.EinsumDense("...x,xy->...y", 4, activation="relu")(a), L.EinsumDense("abc,cde->abde", (None, 2, 2), bias_axes="de")(a), L.EinsumDense("abc,cde->abde", (None, 2, 2), bias_axes="e")(a)], x)
fixed("einsum over steps", lambda a: L.EinsumDense("abc,bd->adc", (4, 3), bias_axes="d")(a), x)
functional("activations of layers", lambda a: [L.Dense(2, activation=f)(a) for f in (L.LeakyReLU(0.1), L.ReLU(max_value=0.5, negative_slope=0.25, threshold=0.125), L.ELU(0.5), "soft_shrink", "hard_shrink", "squareplus", "sparse_plus", "sparse_sigmoid", "gelu")], x)
functional("activations of cells", lambda a: [L.GRU(2, activation=f, recurrent_activation="hard_sigmoid")(a) for f in ("gelu", "soft_shrink", "hard_shrink", "squareplus", "sparse_plus", "sparse_sigmoid", "tanh_shrink", L.LeakyReLU(0.1), L.ELU(0.5))] + [L.LSTM(2, activation=f)(a) for f in ("gelu", "tanh_shrink", L.ReLU(max_value=0.5, negative_slope=0.25, threshold=0.125), "sparse_plus")] + [L.SimpleRNN(2, activation=f)(a) for f in ("gelu", "hard_silu")], 2 * x)

# The settings that this version writes where none are given.
fixed("defaults of sequences", lambda a: [layer(a) for layer in (L.Dense(2), L.Conv1D(2, 2), L.DepthwiseConv1D(2), L.SeparableConv1D(2, 2), L.SimpleRNN(2), L.GRU(2), L.LSTM(2), L.Bidirectional(L.LSTM(2)), L.TimeDistributed(L.Dense(2)), L.MaxPooling1D(), L.AveragePooling1D(2), L.GlobalMaxPooling1D(), L.GlobalAveragePooling1D(), L.ZeroPadding1D(), L.Cropping1D(), L.UpSampling1D(), L.BatchNormalization(), L.LayerNormalization(), L.GroupNormalization(3), L.UnitNormalization(), L.RMSNormalization(), L.Rescaling(2.0), L.Activation("relu"), L.Dropout(0.1), L.SpatialDropout1D(0.1), L.AlphaDropout(0.1), L.GaussianDropout(0.1), L.GaussianNoise(0.1), L.ActivityRegularization(), L.Identity(), L.ReLU(), L.LeakyReLU(), L.ELU(), L.PReLU(), L.Softmax(), L.Flatten(), L.Reshape((15,)), L.Permute((2, 1)))], x)
fixed("defaults of merges", lambda a, b: [layer([a, b]) for layer in (L.Add(), L.Subtract(), L.Multiply(), L.Average(), L.Maximum(), L.Minimum(), L.Concatenate(), L.Dot(2), L.Attention(), L.AdditiveAttention())] + [L.MultiHeadAttention(1, 2)(a, b), L.RepeatVector(3)(a[:, 0])], x, draw(2, steps, 3))
fixed("defaults of pictures", lambda a: [layer(a) for layer in (L.Conv2D(1, 2), L.DepthwiseConv2D(2), L.SeparableConv2D(1, 2), L.Conv2DTranspose(1, 2), L.MaxPooling2D(), L.AveragePooling2D(2), L.GlobalMaxPooling2D(), L.GlobalAveragePooling2D(), L.ZeroPadding2D(), L.Cropping2D(), L.UpSampling2D(), L.SpatialDropout2D(0.1))], draw(1, 4, 4, 2))
fixed("defaults of sequences of pictures", lambda a: L.ConvLSTM1D(1, 2)(a), draw(1, 2, 3, 2))

target = Path(__file__).parent / "keras-cases.json.gz"
text = json.dumps({"version": keras.__version__, "cases": cases}, separators=(",", ":"))
# No date: the same models give the same file.
target.write_bytes(gzip.compress(text.encode(), mtime=0))
print(len(cases), "models", len(text), "characters", target.stat().st_size, "bytes")
