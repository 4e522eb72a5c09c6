/** Messages of a file that are like others but for some fields. */
import { create } from "@bufbuild/protobuf";
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";

/** A spread alone would lose the fields that the file does not set, whose defaults a message has from its prototype. */
export function copyWith<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
  changes: Partial<MessageShape<Desc>>,
): MessageShape<Desc> {
  return Object.assign(create(schema), message, changes);
}
