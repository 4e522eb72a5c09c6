/** Prints fills: the bulk instruction for zeros, a loop of vectors for other values. */
import type { FillStatement } from "../../lower/ir.ts";
import { columnBlock } from "../../lower/threads.ts";
import { op } from "./assembler.ts";
import type { Code } from "./assembler.ts";
import {
  advance,
  differ,
  get,
  i32,
  isAtLeast,
  plusBytes,
  repeat,
  set,
  splatFloat,
  timesBytes,
  unless,
  vectorBytes,
  wordBytes,
} from "./code.ts";
import type { Frame } from "./code.ts";
import { emitAddress, emitCall, loopsOf } from "./context.ts";
import type { Context, Loops } from "./context.ts";
import { atMost, givenUnits, rangeOf, unlessEmpty } from "./share.ts";
import type { Share, UnitRange } from "./share.ts";
import { emitTailStore } from "./tail.ts";

/** Sets `length` words, no more, to the value. */
export function emitFill(fill: FillStatement, loops: Loops, context: Context, share?: Share): Code {
  const { name, offset, length, value } = fill;
  const isZero = Object.is(value, 0);
  if (isZero && share === undefined)
    return op("memory.fill", [], emitAddress(fill, loops, context), i32(0), i32(length * wordBytes));
  return emitCall(
    {
      name,
      uses: loopsOf(offset),
      given: share === undefined ? [] : givenUnits(Math.ceil(length / columnBlock), share),
      body: (frame, inner, given) => {
        const range = rangeOf(given);
        const start = emitAddress(fill, inner, context);
        if (range === undefined) return emitVectors(fill, start, frame);
        return unlessEmpty(range, isZero ? emitZeros(fill, start, range) : emitShare(fill, start, range, frame));
      },
    },
    loops,
    context,
  );
}

function emitVectors({ length, value }: FillStatement, start: Code, frame: Frame): Code {
  const to = frame.local("i32", "to");
  const end = frame.local("i32", "end");
  const lanes = frame.local("v128", "value");
  const tail = length % 4;
  const whole = (length - tail) * wordBytes;
  return [
    ...set(to, start),
    ...set(lanes, splatFloat(value)),
    ...(whole > 0 ? set(end, plusBytes(get(to), whole)) : []),
    ...(whole > 0
      ? repeat([...op("v128.store", [], get(to), get(lanes)), ...advance(to, vectorBytes)], differ(get(to), get(end)))
      : []),
    ...(tail > 0 ? emitTailStore({ address: get(to), offset: 0, value: get(lanes), lanes: tail }) : []),
  ];
}

/** Makes of a range of blocks one of words. */
function toWords({ first, end }: UnitRange, length: number): Code {
  return [
    ...set(first, timesBytes(get(first), columnBlock)),
    ...set(end, timesBytes(get(end), columnBlock)),
    ...atMost(end, i32(length)),
  ];
}

function emitZeros({ length }: FillStatement, start: Code, range: UnitRange): Code {
  const words = op("i32.sub", [], get(range.end), get(range.first));
  const to = op("i32.add", [], start, timesBytes(get(range.first), wordBytes));
  return [...toWords(range, length), ...op("memory.fill", [], to, i32(0), timesBytes(words, wordBytes))];
}

/** Whole vectors, and, for the thread of the last block, what is left. */
function emitShare({ length, value }: FillStatement, start: Code, range: UnitRange, frame: Frame): Code {
  const [to, stop] = [frame.local("i32", "to"), frame.local("i32", "stop")];
  const lanes = frame.local("v128", "value");
  const tail = length % 4;
  const last = emitTailStore({ address: get(to), offset: 0, value: get(lanes), lanes: tail });
  return [
    ...toWords(range, length),
    ...set(lanes, splatFloat(value)),
    ...set(to, op("i32.add", [], start, timesBytes(get(range.first), wordBytes))),
    ...set(stop, get(range.end)),
    ...atMost(stop, i32(length - tail)),
    ...set(stop, op("i32.add", [], start, timesBytes(get(stop), wordBytes))),
    ...unless(
      isAtLeast(get(to), get(stop)),
      repeat([...op("v128.store", [], get(to), get(lanes)), ...advance(to, vectorBytes)], differ(get(to), get(stop))),
    ),
    ...(tail > 0 ? unless(differ(get(range.end), i32(length)), last) : []),
  ];
}
