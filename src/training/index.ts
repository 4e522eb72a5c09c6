/** Training: what other folders use of it. */
export { countMembers, createBatchSource } from "./batch-source.ts";
export type { SourceOptions, BatchPorts, BatchSource, TrainingData, WindowData } from "./batch-source.ts";
export type { Checkpoint, EpochRecord, Progress, RunIdentity } from "./checkpoint.ts";
export type * from "./events.ts";
export type { LossSpec } from "./losses.ts";
export type { ClipSpec } from "./lower-update.ts";
export type { OptimiserSpec } from "./optimisers.ts";
export { rateAt, watchLoss } from "./schedules.ts";
export type { PlateauState, Schedule, ScheduleTime } from "./schedules.ts";
export { classifySequences } from "./sequence-data.ts";
export type { SequenceData } from "./sequence-data.ts";
export { cutIntoStreams } from "./stream-source.ts";
export type { StreamData, Truncation } from "./stream-source.ts";
export { train } from "./trainer.ts";
export { trainInWorker } from "./train-in-worker.ts";
export { functionNames, lowerTraining } from "./training-program.ts";
export type { TrainingPorts, TrainingProgram, TrainingProgramOptions } from "./training-program.ts";
export type { TrainingControl, TrainingOptions } from "./training-options.ts";
