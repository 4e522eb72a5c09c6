/** The comparison with the lobes of the brain, as a course draws it. */
import "./brain.css";
import { BrainPicture } from "./brain-picture.tsx";
import { useNetworkWords } from "./use-words.ts";

/** Memory first: it is what this room is about. */
const order = ["temporal", "frontal", "occipital", "parietal"] as const;

export function Brain() {
  const { brain: words } = useNetworkWords();
  return (
    <section class="card stack">
      <h2>{words.title}</h2>
      <p>{words.intro}</p>
      <div class="brain-pair">
        <BrainPicture />
        <dl class="brain-items">
          {order.map((name) => (
            <div key={name} class={`brain-item ${name}`}>
              <dt>
                {words.items[name].title} <span class="soft small">{words[name]}</span>
              </dt>
              <dd>{words.items[name].text}</dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  );
}
