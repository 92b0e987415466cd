/**
 * Decodes a build log to text. BuildKit sends it as protocol buffers. dockerode's own decoder leaves command output in
 * base64, so the two messages with text are decoded here.
 * https://github.com/moby/buildkit/blob/master/api/services/control/control.proto
 */

/** A line of the engine's response to a build. */
export interface BuildLine {
  /** From the classic builder. */
  stream?: string;
  error?: string;
  /** "moby.buildkit.trace" */
  id?: string;
  /** A StatusResponse in base64. */
  aux?: unknown;
}

export function linesOf({ stream = "", id, aux }: BuildLine): string[] {
  const texts =
    id === "moby.buildkit.trace" && typeof aux === "string" ? statusTexts(Buffer.from(aux, "base64")) : [stream];
  return texts.flatMap((text) => text.split("\n")).flatMap((line) => (line.trim() === "" ? [] : [line.trimEnd()]));
}

/** StatusResponse: vertexes = 1 (name = 3, started = 5, completed = 6, error = 7), logs = 3 (msg = 4). */
function statusTexts(status: Buffer): string[] {
  return fieldsOf(status).flatMap(({ field, bytes }) => {
    const inner = field === 1 || field === 3 ? fieldsOf(bytes) : [];
    const text = (wanted: number) => inner.find((one) => one.field === wanted)?.bytes.toString("utf8") ?? "";
    if (field === 3) return [text(4)];
    if (field !== 1) return [];
    const begins = inner.some((one) => one.field === 5) && !inner.some((one) => one.field === 6);
    return [...(begins ? [text(3)] : []), ...(text(7) === "" ? [] : [`ERROR: ${text(7)}`])];
  });
}

/** The length-delimited fields of a message; others are skipped. Stops at invalid data. */
function fieldsOf(message: Buffer): { field: number; bytes: Buffer }[] {
  const found: { field: number; bytes: Buffer }[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; at < message.length && shift < 64; shift += 7) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < message.length) {
    const key = varint();
    const kind = key % 8;
    if (kind === 0) varint();
    else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    else if (kind === 2) {
      const length = varint();
      found.push({ field: Math.floor(key / 8), bytes: message.subarray(at, at + length) });
      at += length;
    } else break;
  }
  return found;
}
