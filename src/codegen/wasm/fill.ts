/** Prints fills: the bulk instruction for zeros, a loop of vectors for other values. */
import type { FillStatement } from "../../lower/ir.ts";
import { op } from "./assembler.ts";
import type { Code } from "./assembler.ts";
import { advance, differ, get, i32, plusBytes, repeat, set, splatFloat, vectorBytes, wordBytes } from "./code.ts";
import { emitAddress, emitCall, loopsOf } from "./context.ts";
import type { Context, Loops } from "./context.ts";
import { emitTailStore } from "./tail.ts";

/** Sets `length` words, no more, to the value. */
export function emitFill(fill: FillStatement, loops: Loops, context: Context): Code {
  const { name, offset, length, value } = fill;
  if (Object.is(value, 0))
    return op("memory.fill", [], emitAddress(fill, loops, context), i32(0), i32(length * wordBytes));
  return emitCall(
    {
      name,
      uses: loopsOf(offset),
      body: (frame, inner) => {
        const to = frame.local("i32", "to");
        const end = frame.local("i32", "end");
        const lanes = frame.local("v128", "value");
        const tail = length % 4;
        const whole = (length - tail) * wordBytes;
        return [
          ...set(to, emitAddress(fill, inner, context)),
          ...set(lanes, splatFloat(value)),
          ...(whole > 0 ? set(end, plusBytes(get(to), whole)) : []),
          ...(whole > 0
            ? repeat(
                [...op("v128.store", [], get(to), get(lanes)), ...advance(to, vectorBytes)],
                differ(get(to), get(end)),
              )
            : []),
          ...(tail > 0 ? emitTailStore({ address: get(to), offset: 0, value: get(lanes), lanes: tail }) : []),
        ];
      },
    },
    loops,
    context,
  );
}
