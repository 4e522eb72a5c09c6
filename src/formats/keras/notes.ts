/** What reading a Keras model leaves out: all that only training knows. */
import { createNotes } from "../../util/notes.ts";
import type { Layer, ModelConfig } from "./topology.ts";

const ofTraining: ReadonlySet<string> = new Set(
  "ActivityRegularization AlphaDropout Dropout GaussianDropout GaussianNoise SpatialDropout1D SpatialDropout2D".split(
    " ",
  ),
);

/** A sentence for each kind of thing. */
export function notesOf(
  model: ModelConfig,
  { statesAsInputs }: { readonly statesAsInputs: boolean },
): readonly string[] {
  const notes = createNotes();
  const visit = (layer: Layer): void => {
    const { name, className, settings } = layer;
    const is = (key: string): boolean => Boolean(settings.raw(key));
    if (ofTraining.has(className)) notes.add("layers that do nothing but in training are left out", name);
    else if (is("dropout") || is("recurrent_dropout"))
      notes.add("dropout inside of layers, which does nothing but in training, is left out", name);
    for (const key of ["kernel", "recurrent", "bias", "activity", "embeddings", "gamma", "beta"])
      if (is(`${key}_regularizer`) || is(`${key}_constraint`))
        notes.add("regularisers and constraints of weights, which are for training, are left out", name);
    if (is("stateful") && !statesAsInputs)
      notes.add("stateful layers begin at zero each time the model is run, and go on in streams", name);
    for (const child of layer.children.values()) visit(child);
    for (const one of layer.model?.layers ?? []) visit(one);
  };
  for (const layer of model.layers) visit(layer);
  return notes.list();
}
