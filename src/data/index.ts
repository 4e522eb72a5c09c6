/** What other parts and users take from data: tables, windows, sequences, splits, scalers, vocabularies, measures. */
export {
  assembleWindows,
  forecastDrift,
  forecastMean,
  forecastNaive,
  readTruth,
  restoreOutputs,
  targetRows,
} from "./assemble-windows.ts";
export { makeBatches, makeLengthBatches } from "./batches.ts";
export type { BatchOptions, LengthBatch, LengthBatchOptions } from "./batches.ts";
export { corpusBleu, tokenizeForBleu } from "./bleu.ts";
export type { BleuScore } from "./bleu.ts";
export { drawStudent, normalQuantile, studentQuantile } from "./distributions.ts";
export { calibrate } from "./calibration.ts";
export type { Calibration, CalibrationBin } from "./calibration.ts";
export { checkSizes } from "./check-size.ts";
export { describeColumns } from "./describe-columns.ts";
export type { ColumnDescription } from "./describe-columns.ts";
export { joinMarks, splitMarks, stripMarks } from "./diacritics.ts";
export type { UnmarkedText } from "./diacritics.ts";
export { fitWindowScalers } from "./fit-window-scalers.ts";
export type { WindowScalerOptions } from "./fit-window-scalers.ts";
export { addFutureRows, findDateStep } from "./future-rows.ts";
export type { DateStep, FutureOptions } from "./future-rows.ts";
export { groupRows } from "./group-rows.ts";
export type { RowGroup } from "./group-rows.ts";
export {
  accuracy,
  confusionMatrix,
  coverage,
  logLoss,
  macroF1,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanAbsoluteScaledError,
  pinballLoss,
  rootMeanSquaredError,
  scoreForecast,
  seasonalChange,
  symmetricPercentageError,
} from "./metrics.ts";
export type { ForecastScores } from "./metrics.ts";
export { fillMissing } from "./missing.ts";
export type { FillOptions, Filled, MissingRule } from "./missing.ts";
export { chooseOrder, countNGrams } from "./n-grams.ts";
export type { NGramModel, NGramOptions } from "./n-grams.ts";
export type { Numbers } from "./numbers.ts";
export { inkOf, mostInk, nearestPicture, pictureChannels, pictureLength, pictureUrl, pixelsOf } from "./pictures.ts";
export type { PictureSet } from "./pictures.ts";
export { augmentPicture } from "./augment-picture.ts";
export type { PictureAugmentation, PictureRoom } from "./augment-picture.ts";
export type { DuplicateRule, RowOrder } from "./order-rows.ts";
export type { DateOrder } from "./parse-date.ts";
export type { DecimalMark } from "./parse-number.ts";
export { printTable } from "./print-table.ts";
export type { RowObject } from "./read-json.ts";
export { readTableFile } from "./read-table-file.ts";
export { decodeText, parseTable, readTable, tableFromRows } from "./read-table.ts";
export type {
  ReadReport,
  ReadTableOptions,
  TableFormat,
  TableOptions,
  TableReading,
  TextFormat,
} from "./read-table.ts";
export { applyScaler, findScaler, fitScaler, invertScaler, quantile, scaleValue, unscaleValue } from "./scalers.ts";
export type { Scaler, ScalerKind } from "./scalers.ts";
export { autocorrelate, findSeason } from "./season.ts";
export type { SeasonOptions } from "./season.ts";
export {
  assembleSequences,
  fitSequenceScalers,
  groupSequences,
  labelWindows,
  scaleSequences,
  textSequences,
  unlabelled,
} from "./sequences.ts";
export type {
  GroupedOptions,
  LabelledWindowOptions,
  LabelledWindows,
  SequenceBatch,
  SequenceSet,
  TextOptions,
} from "./sequences.ts";
export { rowsOfPart, splitByGroup, splitByItem, splitByKey, splitByTime } from "./split.ts";
export type { Part, SeededSplitOptions, Split, SplitSizes, TimeSplitOptions } from "./split.ts";
export { concatTables, takeRows } from "./table-rows.ts";
export {
  addColumns,
  cellError,
  printPlace,
  createTable,
  findColumn,
  numberColumn,
  printDate,
  printValue,
  readCompleteDates,
  readDates,
  readNumbers,
  readTexts,
  selectColumns,
  tableFromNumbers,
} from "./table.ts";
export type {
  BooleanColumn,
  Column,
  ColumnKind,
  DateColumn,
  NumberColumn,
  Table,
  TableOrigin,
  TextColumn,
} from "./table.ts";
export { characterErrorRate, editDistance, exactMatch, tokenErrorRate, wordErrorRate, wordF1 } from "./text-metrics.ts";
export { baseTag, looksTagged, parseTagged, printTagged } from "./tagged-text.ts";
export type { TaggedSentence, TaggedText, TaggedTextOptions, TagLayout } from "./tagged-text.ts";
export { addTimeFeatures, nameTimeFeatures, parseTimeFeatures } from "./time-features.ts";
export type { CyclePart, TimeFeature, TimeFeatures } from "./time-features.ts";
export { defaultMissingMarks } from "./type-columns.ts";
export type { ColumnType, TypingOptions } from "./type-columns.ts";
export {
  buildClasses,
  buildVocabulary,
  decodeTokens,
  encodeText,
  joinTokens,
  numberOfClass,
  paddingToken,
  splitTokens,
  unknownToken,
} from "./vocabulary.ts";
export type { Classes, Vocabulary, VocabularyOptions } from "./vocabulary.ts";
export type { TargetForm } from "./target-forms.ts";
export { specifyWindows } from "./window-spec.ts";
export type { WindowOptions, WindowSpec } from "./window-spec.ts";
export { createWindows, narrowWindows, noScalers, windowsOfPart } from "./windows.ts";
export type { WindowChoice, Windows, WindowScalers } from "./windows.ts";
export { makeMackeyGlass } from "./made/mackey-glass.ts";
export type { MackeyGlassOptions } from "./made/mackey-glass.ts";
