/** In the audio thread: hands on what the microphone gives, block by block. */
class Capture extends AudioWorkletProcessor {
  /** @param {Float32Array[][]} inputs */
  process([[samples] = []]) {
    if (samples !== undefined) this.port.postMessage(samples.slice());
    return true;
  }
}

registerProcessor("capture", Capture);
