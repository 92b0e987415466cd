/** Node options that open the debugger or set the heap size, on the command line or in NODE_OPTIONS. */

/** The debugger that an option starts. */
export interface Inspector {
  /** The option as written, e.g. "--inspect=0.0.0.0:9229". */
  option: string;
  /** Whether only the pod itself can reach the debugger. */
  isLocal: boolean;
  /** Whether the program waits for a debugger before it runs. */
  waits: boolean;
}

const inspect = /^--inspect(-brk|-wait)?(?:=(.*))?$/;
const loopback = /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/;

/** @returns `undefined` for any other option */
export function inspectorOf(word: string): Inspector | undefined {
  const found = inspect.exec(word);
  if (found === null) return undefined;
  const [, waits, given = ""] = found;
  const host = /^\d*$/.test(given) ? "127.0.0.1" : given.replace(/:\d+$/, "");
  return { option: word, isLocal: loopback.test(host), waits: waits !== undefined };
}

/** Above this share of the memory limit, V8 has no memory left outside its heap. */
const mostOfLimit = 0.9;

/** An option that sets the maximum heap size. */
export interface HeapOption {
  /** The option as written, e.g. "--max-old-space-size=4096". */
  option: string;
  bytes: number;
  isOverLimit: boolean;
}

/**
 * Returns the last option of a command line that sets the heap size, if any.
 * @param memory memory limit of the container, in bytes
 */
export function heapOption(words: readonly string[], memory: number): HeapOption | undefined {
  const line = words.join(" ").replaceAll(/(?<=--[\w-]*)_/g, "-");
  const size = [...line.matchAll(/--(?:max-old-space-size|max-heap-size)[= ](\d+)(?!\d|-)/g)].at(-1);
  const percentage = [...line.matchAll(/--max-old-space-size-percentage[= ](\d+(?:\.\d+)?)/g)].at(-1);
  const found = size ?? percentage;
  if (found === undefined) return undefined;
  const bytes = size === undefined ? (Number(percentage?.[1]) / 100) * memory : Number(size[1]) * 2 ** 20;
  return { option: found[0], bytes, isOverLimit: bytes > memory * mostOfLimit };
}
