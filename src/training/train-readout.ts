/** A training run that is one solution: a readout solved for, told with the events of any other run. */
import { chooseBackend } from "../engine/backends.ts";
import { describeNetwork, initialiseNetwork } from "../network/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import type { TrainingEvent } from "./events.ts";
import { fitReadout } from "./readout.ts";
import type { TrainingSettings } from "./training-options.ts";

/** One epoch of one update. Throws `training/bad-option` for another loss or a checkpoint, and what `fitReadout` throws. */
export async function* trainReadout(settings: TrainingSettings): AsyncGenerator<TrainingEvent, void, undefined> {
  const { network, data, validation, loss, seed, batch, readout, resume } = settings;
  if (loss.kind !== "mean-squared")
    fail(`A readout that is solved for has the least mean squared error; the loss ${loss.kind} needs training.`);
  if (resume !== undefined) fail("A readout is solved for in one go; there is nothing to resume.");
  const { backend, reason } = chooseBackend(settings.backend, { threads: settings.threads });
  const begin = performance.now();
  const last = `${network.layers.length - 1}.`;
  const solvedFor = describeNetwork(network).parameters.filter(({ name }) => name.startsWith(last));
  yield {
    kind: "started",
    backend: backend.name,
    note: reason,
    parameters: solvedFor.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0),
    words: 0,
    epochs: 1,
    updatesPerEpoch: 1,
    update: 0,
  };
  const parameters = { ...initialiseNetwork(network, { seed }) };
  for (const [name, values] of Object.entries(settings.parameters ?? {})) parameters[name] = Float32Array.from(values);
  const fitted = await fitReadout({ ...readout, network, parameters, data, validation, batch, backend: backend.name });
  const trial = known(
    fitted.trials.find(({ ridge }) => ridge === fitted.ridge),
    "a trial",
  );
  const record = {
    epoch: 1,
    loss: trial.training,
    ...(validation === undefined ? {} : { validation: trial.validation }),
    rate: 0,
    seconds: (performance.now() - begin) / 1000,
  };
  yield { kind: "epoch", ...record, epochs: 1, best: true };
  yield {
    kind: "finished",
    parameters: fitted.parameters,
    best: { epoch: 1, loss: trial.validation },
    because: "epochs",
    history: [record],
  };
}

function fail(message: string): never {
  throw new RecurraError("training/bad-option", message);
}
