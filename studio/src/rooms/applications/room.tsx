/** Applications: each shape of network unrolled, and models at work in it. */
import type { ComponentType } from "preact";
import { Tabs } from "../../parts/tabs.tsx";
import { usePlaceState } from "../../place.ts";
import "./applications.css";
import "./demos.css";
import { CaptionDemo } from "./caption-demo.tsx";
import type { DemoProps } from "./demo-props.ts";
import { FeelDemo } from "./feel-demo.tsx";
import { ForecastDemo } from "./forecast-demo.tsx";
import { RestoreDemo } from "./restore-demo.tsx";
import { ShapeChoice } from "./shape-choice.tsx";
import { applicationsFields, demos, shapeOf } from "./state.ts";
import type { DemoName } from "./state.ts";
import { TranslateDemo } from "./translate-demo.tsx";
import { useApplicationsWords } from "./use-words.ts";
import { WriteDemo } from "./write-demo.tsx";
import { RoomHead } from "../../parts/room-head.tsx";

const contents: Readonly<Record<DemoName, ComponentType<DemoProps>>> = {
  caption: CaptionDemo,
  feel: FeelDemo,
  restore: RestoreDemo,
  write: WriteDemo,
  translate: TranslateDemo,
  forecast: ForecastDemo,
};

export function ApplicationsRoom() {
  const words = useApplicationsWords();
  const [state, change] = usePlaceState(applicationsFields);
  const { demo } = state;
  const kind = shapeOf[demo];
  const beside = demos.filter((one) => shapeOf[one] === kind);
  const Content = contents[demo];
  const shown = <Content key={demo} state={state} change={change} />;
  return (
    <div class="wide-stack">
      <RoomHead words={words} />
      <ShapeChoice
        value={kind}
        onChange={(chosen) => change({ demo: demos.find((one) => shapeOf[one] === chosen) ?? demo })}
      />
      {beside.length > 1 ? (
        <Tabs
          label={words.demos}
          value={demo}
          tabs={beside.map((name) => ({ name, text: words.demo[name].title }))}
          onChange={(name) => change({ demo: name })}
        >
          {shown}
        </Tabs>
      ) : (
        shown
      )}
    </div>
  );
}
