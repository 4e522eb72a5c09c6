/** Whole tasks, from a table to a trained model that is compared with the simplest that could be done. */
export { concludeCaption, trainCaptioner } from "./caption/caption.ts";
export type { CaptionResult } from "./caption/caption.ts";
export type { CaptionTask } from "./caption/caption-task.ts";
export { captionPictures } from "./caption/captioner.ts";
export type { Caption, Captioner } from "./caption/captioner.ts";
export { drawLooks, drawSheet } from "./caption/draw-captions.ts";
export { evaluateCaptioner } from "./caption/evaluate-caption.ts";
export type { CaptionEvaluation, CaptionSample, CaptionScores } from "./caption/evaluate-caption.ts";
export { explainCaption } from "./caption/explain-caption.ts";
export type { CaptionTypes } from "./caption/kind.ts";
export { planCaption } from "./caption/plan-caption.ts";
export type { CaptionedPictures, CaptionOptions, CaptionPlan } from "./caption/plan-caption.ts";
export { concludeClassify, trainClassifier } from "./classify/classify.ts";
export type { ClassifyResult } from "./classify/classify.ts";
export type { ClassifyTask } from "./classify/classify-task.ts";
export { classifyTable, evaluateClassifier } from "./classify/classifier.ts";
export type { Classifier } from "./classify/classifier.ts";
export type { ClassEvaluation, ClassScores } from "./classify/score-classes.ts";
export { backtest } from "./forecast/backtest.ts";
export { printBacktestPage } from "./forecast/backtest-page.ts";
export type { BacktestPage } from "./forecast/backtest-page.ts";
export type { Backtest, BacktestChoice, BacktestControl, BacktestFold } from "./forecast/backtest.ts";
export { isKeptBacktest, parseKeptBacktest, printKeptBacktest } from "./forecast/kept-backtest.ts";
export type { KeptBacktest } from "./forecast/kept-backtest.ts";
export { bestBaseline, listBaselines } from "./forecast/evaluate-forecast.ts";
export type {
  Baseline,
  IntervalScores,
  QuantileScores,
  ForecastEvaluation,
  ForecastPoints,
  StepEvaluation,
  TargetEvaluation,
  TargetScores,
} from "./forecast/evaluate-forecast.ts";
export { explainClasses } from "./classify/explain-classes.ts";
export { drawBacktest, drawEvaluation, drawSteps } from "./forecast/draw-forecast.ts";
export type { PictureOptions } from "./forecast/draw-forecast.ts";
export { explainBacktest, explainForecast, nameSimpleForecast } from "./forecast/explain-forecast.ts";
export { concludeForecast, trainForecaster } from "./forecast/forecast.ts";
export type { ForecastResult } from "./forecast/forecast.ts";
export type { ForecastOptions } from "./forecast/forecast-options.ts";
export type { ForecastTask } from "./forecast/forecast-task.ts";
export { choosePaths } from "./forecast/forecast-windows.ts";
export type { DrawnPaths, PathChoice } from "./forecast/forecast-windows.ts";
export { spreadLoss } from "./forecast/spread.ts";
export type { Conformal, Interval, SpreadForm } from "./forecast/spread.ts";
export { evaluateForecaster, forecastFuture, forecastRows } from "./forecast/forecaster.ts";
export type { EvaluateOptions, Forecaster, RowsEvaluation } from "./forecast/forecaster.ts";
export type { ClassifyTypes } from "./classify/kind.ts";
export type { ForecastTypes } from "./forecast/kind.ts";
export { explainTextLoss } from "./generate/explain-generate.ts";
export { concludeGenerate, trainLanguageModel } from "./generate/generate.ts";
export type { GenerateResult } from "./generate/generate.ts";
export type { GenerateTask } from "./generate/generate-task.ts";
export type { GenerateTypes } from "./generate/kind.ts";
export { evaluateText, findUnknown, generateText, streamText } from "./generate/language-model.ts";
export type {
  LanguageModel,
  TextEvaluation,
  TextLoss,
  TextOptions as GenerateTextOptions,
} from "./generate/language-model.ts";
export { planGenerate } from "./generate/plan-generate.ts";
export type { GenerateOptions, GeneratePlan, TextData, TextPart } from "./generate/plan-generate.ts";
export { adviseCell } from "./learning.ts";
export type { LearningOptions, UsualLearning } from "./learning.ts";
export { reasonToRefuse } from "./refused-options.ts";
export type { LearningOptionsOf } from "./refused-options.ts";
export { printMemory } from "./print-memory.ts";
export type { MemoryOptions } from "./print-memory.ts";
export { compareCells } from "./memory/compare-cells.ts";
export type { CompareControl, CompareEvent, CompareOptions, ComparedCell, RunResult } from "./memory/compare-cells.ts";
export { drawComparison, printComparison, printComparisonPage } from "./memory/show-comparison.ts";
export type { Comparison } from "./memory/show-comparison.ts";
export { parseComparison, storeComparison } from "./memory/stored-comparison.ts";
export { findMemoryTask, memoryTasks } from "./memory/table.ts";
export type { Chance, MemoryCounts, MemoryParts, MemoryTask } from "./memory/memory-task.ts";
export { pageLanguages } from "./model-page/frame.ts";
export type { PageLanguage } from "./model-page/frame.ts";
export { printCellPage, printModelPage } from "./model-page/model-page.ts";
export type { ModelPage } from "./model-page/model-page.ts";
export { ownSample, sampleOfPicture, sampleOfTable, sampleOfText } from "./model-page/sample.ts";
export type { ModelSample, SampleOrigin } from "./model-page/sample.ts";
export { planClassify } from "./classify/plan-classify.ts";
export type { ClassifyOptions, ClassifyPlan } from "./classify/plan-classify.ts";
export { planForecast } from "./forecast/plan-forecast.ts";
export type { ForecastPlan } from "./forecast/plan-forecast.ts";
export { readingOptions } from "./reading.ts";
export type { Reading, ReadingChoice } from "./reading.ts";
export { readSummary } from "./summary.ts";
export type { TrainingSummary } from "./summary.ts";
export { printReport } from "./report.ts";
export type { ReportOptions } from "./report.ts";
export { trainedModel } from "./run-task.ts";
export type { TaskControl } from "./run-task.ts";
export { checkpointParameters, openCheckpoint, openTask, saveCheckpoint, saveResult } from "./task-file.ts";
export type { StoredRun } from "./task-file.ts";
export type {
  BaseJob,
  BasePlan,
  BaseResult,
  ReportPicture,
  TaskKind,
  TaskParts,
  TaskReport,
  TaskTypes,
} from "./task-kind.ts";
export { evaluateTagger } from "./tag/evaluate-tags.ts";
export type { TagConfusion, TagEvaluation, TagScores } from "./tag/evaluate-tags.ts";
export { explainTags } from "./tag/explain-tags.ts";
export type { TagTypes } from "./tag/kind.ts";
export { planTag } from "./tag/plan-tag.ts";
export type { PreparedSentence, TagData, TagOptions, TagPlan } from "./tag/plan-tag.ts";
export { concludeTag, trainTagger } from "./tag/tag.ts";
export type { TagResult } from "./tag/tag.ts";
export type { TagTask } from "./tag/tag-task.ts";
export { openTagStream, restoreText, restoreTexts, tagSentences, tagText } from "./tag/tagger.ts";
export type { Tagger, TagStream } from "./tag/tagger.ts";
export type { UsualTags } from "./tag/usual-tags.ts";
export { learnBaselines } from "./translate/baselines.ts";
export type { TranslateBaselines } from "./translate/baselines.ts";
export { evaluateTranslator } from "./translate/evaluate-translate.ts";
export type { TranslateEvaluation, TranslateScores } from "./translate/evaluate-translate.ts";
export { explainTranslate, nameTranslateBaseline } from "./translate/explain-translate.ts";
export type { TranslateTypes } from "./translate/kind.ts";
export { collectExamples, planTranslate } from "./translate/plan-translate.ts";
export type { Example, TranslateOptions, TranslatePlan } from "./translate/plan-translate.ts";
export { attentionNames } from "./translate/translate-network.ts";
export type { AttentionName, TranslateNetworkOptions } from "./translate/translate-network.ts";
export { concludeTranslate, trainTranslator } from "./translate/translate.ts";
export type { TranslateResult } from "./translate/translate.ts";
export { blamingLongest } from "./longest.ts";
export type { Longest } from "./longest.ts";
export { mostBeamWidth } from "./decode-sequences.ts";
export type { SearchChoice } from "./decode-sequences.ts";
export type { TranslateTask } from "./translate/translate-task.ts";
export { translateTexts } from "./translate/translator.ts";
export type { TranslateTextsOptions, Translation, Translator } from "./translate/translator.ts";
export { tracePicture, traceText } from "./trace-task.ts";
export type { TaskTrace, TaskTraceOptions, TextJob, Told } from "./trace-task.ts";
export { findTask, taskNames } from "./task-table.ts";
export type { TaskChoice, TaskJob, TaskName, TaskPlan, TaskResult } from "./task-table.ts";
export { measureWorkload, parseWorkloads } from "./workloads.ts";
export type { MeasureOptions, Timing, Workload } from "./workloads.ts";
export { explainText } from "./texts/occlusion.ts";
export type { ExplainedPiece, TextExplanation } from "./texts/occlusion.ts";
export { explainReading, paintMarkup } from "./texts/explain-texts.ts";
export type { TextsTypes } from "./texts/kind.ts";
export { planTexts } from "./texts/plan-texts.ts";
export type { TextsOptions, TextsPlan } from "./texts/plan-texts.ts";
export type { TextsEvaluation } from "./texts/judge-texts.ts";
export type { NumberEvaluation, NumberScores } from "./texts/score-numbers.ts";
export { evaluateTexts, labelTexts, readTextsWith } from "./texts/text-reader.ts";
export type { TextReader } from "./texts/text-reader.ts";
export type { Answer, TextsTask } from "./texts/texts-task.ts";
export { concludeTexts, trainTextReader } from "./texts/texts.ts";
export type { TextsResult } from "./texts/texts.ts";
