/** The page: a microphone or a file to the worker, and what it hears drawn as it comes. */
import captureUrl from "./capture.js?url";
import { findStretches, rate, stepSize } from "./stretches.js";

const find = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const [listen, file, picture, lamp, said, stretches] = ["listen", "file", "picture", "lamp", "said", "stretches"].map(
  find,
);

/** Steps of a stream that are kept and seen, ten seconds. */
const longest = Math.floor((10 * rate) / stepSize);

/** What was heard. @type {import("./stretches.js").Step[]} */
let steps = [];
let isLive = false;
let isDue = false;
/** Stops the microphone. */
let stop = () => {};

const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
worker.addEventListener("error", () => say("The model could not be read."));
worker.addEventListener("message", ({ data }) => {
  if (data.kind === "ready") {
    document.body.dataset.ready = "yes";
    say("Ready.");
    return;
  }
  steps.push(...data.steps);
  if (isLive) steps = steps.slice(-longest);
  else listStretches();
  const { probability = 0 } = steps.at(-1) ?? {};
  lamp.classList.toggle("on", isLive && probability >= 0.5);
  if (isLive) said.value = `${(100 * probability).toFixed(0)} % speech; ${data.microseconds.toFixed(0)} µs a step`;
  askForPicture();
});

/** @param {string} text */
function say(text) {
  said.value = text;
}

function listStretches() {
  const found = findStretches(steps);
  const spoken = found.reduce((sum, { from, to }) => sum + to - from, 0);
  const all = (steps.length * stepSize) / rate;
  say(found.length === 0 ? "Nobody speaks." : `Speech in ${spoken.toFixed(1)} s of ${all.toFixed(1)} s.`);
  stretches.textContent = found.map(({ from, to }) => `${from.toFixed(2)} – ${to.toFixed(2)} s`).join(", ");
}

/** Begins anew. @param {{ rate: number, live: boolean }} stream */
function begin(stream) {
  stop();
  [steps, isLive] = [[], stream.live];
  stretches.textContent = "";
  worker.postMessage({ kind: "start", rate: stream.rate });
}

async function openMicrophone() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
  const context = new AudioContext();
  await context.audioWorklet.addModule(captureUrl);
  const capture = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0 });
  begin({ rate: context.sampleRate, live: true });
  capture.port.addEventListener("message", ({ data }) => worker.postMessage({ kind: "samples", samples: data }));
  capture.port.start();
  context.createMediaStreamSource(stream).connect(capture);
  listen.textContent = "Stop";
  stop = () => {
    for (const track of stream.getTracks()) track.stop();
    void context.close();
    listen.textContent = "Listen";
    stop = () => {};
  };
}

/** @param {File} sound */
async function openFile(sound) {
  // Whatever the browser can read, at the rate that the model wants.
  const decoded = await new OfflineAudioContext(1, 1, rate).decodeAudioData(await sound.arrayBuffer());
  const mixed = new Float32Array(decoded.length);
  for (let channel = 0; channel < decoded.numberOfChannels; channel++)
    for (const [n, one] of decoded.getChannelData(channel).entries()) mixed[n] += one / decoded.numberOfChannels;
  begin({ rate, live: false });
  // The last step is filled with silence; a minute at a time, so that the picture grows.
  const filled = new Float32Array(stepSize * Math.ceil(mixed.length / stepSize));
  filled.set(mixed);
  for (let at = 0; at < filled.length; at += 60 * rate)
    worker.postMessage({ kind: "samples", samples: filled.subarray(at, at + 60 * rate).slice() });
}

/** @param {() => Promise<void>} work @param {string} failure */
const attempt = async (work, failure) => {
  try {
    await work();
  } catch (error) {
    say(`${failure}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

listen.addEventListener("click", () =>
  listen.textContent === "Stop" ? stop() : attempt(openMicrophone, "The microphone cannot be heard"),
);
const open = (/** @type {File | undefined} */ sound) =>
  sound === undefined ? undefined : attempt(() => openFile(sound), `${sound.name} cannot be read as a sound`);
file.addEventListener("change", () => open(file.files[0]));
for (const [event, isOver] of /** @type {const} */ ([
  ["dragover", true],
  ["dragleave", false],
  ["drop", false],
]))
  addEventListener(event, (drag) => {
    drag.preventDefault();
    document.body.classList.toggle("over", isOver);
    if (event === "drop") void open(drag.dataTransfer?.files[0]);
  });

/** Once a picture of the screen at most. */
function askForPicture() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    draw();
  });
}

function draw() {
  const { clientWidth: width, clientHeight: height } = picture;
  const density = devicePixelRatio;
  [picture.width, picture.height] = [width * density, height * density];
  const pen = picture.getContext("2d");
  pen.scale(density, density);
  const colour = (/** @type {string} */ name) => getComputedStyle(document.body).getPropertyValue(name);
  const shown = isLive ? longest : Math.max(1, steps.length);
  const x = (/** @type {number} */ n) => (width * (n + shown - steps.length)) / shown;
  const loudest = steps.reduce((most, { low, high }) => Math.max(most, -low, high), 0.05);
  const y = (/** @type {number} */ probability) => height - 6 - (height - 12) * probability;
  pen.fillStyle = colour("--wave");
  for (const [n, { low, high }] of steps.entries()) {
    const [top, bottom] = [high, low].map((one) => height / 2 - (0.46 * height * one) / loudest);
    pen.fillRect(x(n), top, Math.max(1, width / shown - 0.5), Math.max(1, bottom - top));
  }
  pen.strokeStyle = colour("--speech");
  pen.lineWidth = 2;
  pen.beginPath();
  for (const [n, { probability }] of steps.entries()) pen.lineTo(x(n + 0.5), y(probability));
  pen.stroke();
}

addEventListener("resize", askForPicture);
