/**
 * The base images of a Dockerfile, with build arguments substituted, and where the file writes each of them.
 * https://docs.docker.com/reference/dockerfile/
 */

/** Characters of the Dockerfile, from `start` up to but excluding `end`. */
export interface Place {
  start: number;
  end: number;
}

export interface DockerfileImage {
  /** The reference, with build arguments substituted. */
  image: string;
  /** Where the file writes the whole reference: in FROM, in COPY --from, in RUN --mount, or as the default of an ARG. */
  places: Place[];
  /** Why a use of the image has no such place. */
  unwritable?: string;
}

/**
 * @param text the Dockerfile
 * @param buildArgs command-line values, which override the defaults of global ARGs
 * @returns each external image once, in order; other stages and `scratch` do not count
 */
export const dockerfileBases = (text: string, buildArgs: Readonly<Record<string, string>>): string[] =>
  dockerfileImages(text, buildArgs).map(({ image }) => image);

/** Like `dockerfileBases`, with the places of each image. */
export function dockerfileImages(text: string, buildArgs: Readonly<Record<string, string>> = {}): DockerfileImage[] {
  const stages = new Set<string>(["scratch"]);
  const args = new Map<string, Argument>();
  const images = new Map<string, DockerfileImage>();
  const use = (word: Word) => {
    const image = substitute(word.text, args);
    if (stages.has(image.toLowerCase())) return;
    const known = images.get(image) ?? { image, places: [] };
    const place = placeOf(word, args);
    if (typeof place === "string") known.unwritable ??= place;
    else if (!known.places.some(({ start }) => start === place.start)) known.places.push(place);
    images.set(image, known);
  };
  let inStage = false;
  for (const { name, words, rest } of instructions(text)) {
    if (name === "ARG" && !inStage) {
      for (const [key, argument] of argumentsOf(rest)) {
        const value = buildArgs[key] ?? substitute(argument.word?.text ?? "", args);
        args.set(key, { ...argument, value });
      }
    } else if (name === "FROM") {
      inStage = true;
      const [image, as, stage] = words.filter((word) => !word.text.startsWith("--"));
      if (image !== undefined) use(image);
      if (as?.text.toUpperCase() === "AS" && stage !== undefined) stages.add(stage.text.toLowerCase());
    } else if (name === "COPY" || name === "RUN") {
      for (const from of sourcesOf(name, words)) if (!/^\d+$/.test(from.text)) use(from);
    }
  }
  return [...images.values()];
}

interface Word extends Place {
  text: string;
}

interface Argument {
  /** The default, if there is one. */
  word?: Word;
  value: string;
}

/** The images of `COPY --from=IMAGE` and `RUN --mount=type=bind,from=IMAGE`. */
function sourcesOf(name: "COPY" | "RUN", words: readonly Word[]): Word[] {
  const pattern = name === "COPY" ? /^(--from=)(\S+)$/ : /^(--mount=(?:\S+,)?from=)([^,\s]+)/;
  const options = words.findIndex(({ text }) => !text.startsWith("--"));
  return words.slice(0, Math.max(options, 0)).flatMap((word) => {
    const [, before = "", image] = pattern.exec(word.text) ?? [];
    return image === undefined ? [] : [part(word, before.length, image)];
  });
}

/** `NAME`, `NAME=VALUE`, `NAME="VALUE"`; one ARG may declare several. */
function argumentsOf(rest: Word): [name: string, argument: Argument][] {
  return [...rest.text.matchAll(/(\w+)(?:=(?:"([^"]*)"|'([^']*)'|(\S*)))?/g)].map((found) => {
    const [whole, name = "", double, single, bare] = found;
    const text = double ?? single ?? bare;
    if (text === undefined || text === "") return [name, { value: "" }];
    const quote = bare === undefined ? 1 : 0;
    return [name, { word: part(rest, found.index + whole.length - quote - text.length, text), value: "" }];
  });
}

const part = ({ start }: Place, offset: number, text: string): Word => ({
  text,
  start: start + offset,
  end: start + offset + text.length,
});

const variable = /\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})/g;

/** Where the whole reference is written, or the reason why it is written nowhere. */
function placeOf(word: Word, args: ReadonlyMap<string, Argument>): Place | string {
  if (!word.text.includes("$")) return { start: word.start, end: word.end };
  const [whole, plain, braced, fallback] = new RegExp(`^${variable.source}$`).exec(word.text) ?? [];
  const name = plain ?? braced;
  if (whole === undefined || name === undefined)
    return `"${word.text}" is put together from parts: declare one ARG with the whole reference, e.g. ARG BASE=node:24.21.0-trixie-slim, and use it as \${BASE}`;
  const argument = args.get(name);
  if (argument?.word !== undefined) return placeOf(argument.word, args);
  if (fallback !== undefined && fallback !== "") return placeOf(part(word, word.text.indexOf("-") + 1, fallback), args);
  return `"${word.text}": ARG ${name} has no default before the first FROM: give it one, e.g. ARG ${name}=node:24.21.0-trixie-slim`;
}

/** `$NAME`, `${NAME}` and `${NAME:-default}`. */
const substitute = (text: string, args: ReadonlyMap<string, Argument>) =>
  text.replaceAll(variable, (_, plain?: string, braced?: string, fallback = "") => {
    const value = args.get(plain ?? braced ?? "")?.value;
    return value === undefined || value === "" ? (fallback as string) : value;
  });

interface Instruction {
  /** In upper case. */
  name: string;
  words: Word[];
  /** Everything after the name. */
  rest: Word;
}

/** Instructions with their positions. */
function instructions(text: string): Instruction[] {
  return logicalLines(text).flatMap(({ text: line, start }) => {
    const [, before = "", name, rest] = /^(\s*([A-Za-z]+)\s+)(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) return [];
    const whole = part({ start, end: start }, before.length, rest);
    const words = [...rest.matchAll(/\S+/g)].map(({ index, 0: word }) => part(whole, index, word));
    return [{ name: name.toUpperCase(), words, rest: whole }];
  });
}

/**
 * Lines with their continuations. Blanks stand for what is left out (line ends, comments between continuations), so that each
 * character keeps its distance from the start. Here-documents are left out.
 */
function logicalLines(text: string): Word[] {
  const continued = new RegExp(`${escapeCharacter(text)}[ \\t]*$`);
  const lines: Word[] = [];
  let open: { text: string; start: number } | undefined;
  let hereDocuments: { end: string; tabs: boolean }[] = [];
  for (const { index, 0: physical } of text.matchAll(/[^\n]+|(?<=\n)(?=\n)/g)) {
    const line = physical.replace(/\r$/, "");
    const [inner] = hereDocuments;
    if (inner !== undefined) {
      if ((inner.tabs ? line.replace(/^\t+/, "") : line) === inner.end) hereDocuments = hereDocuments.slice(1);
      continue;
    }
    // Neither a comment nor an empty line ends a continuation.
    if (/^[ \t]*(?:#|$)/.test(line)) continue;
    open ??= { text: "", start: index };
    open.text = open.text.padEnd(index - open.start) + line.replace(continued, "");
    if (continued.test(line)) continue;
    lines.push({ ...open, end: open.start + open.text.length });
    if (/^\s*(?:RUN|COPY|ADD)\s/i.test(open.text))
      hereDocuments = [...open.text.matchAll(/(?<!<)<<(-?)(["']?)([A-Za-z_]\w*)\2/g)].map(([, dash, , end = ""]) => ({
        end,
        tabs: dash === "-",
      }));
    open = undefined;
  }
  return lines;
}

/** A parser directive can set another continuation character: https://docs.docker.com/reference/dockerfile/#escape */
const escapeCharacter = (text: string) =>
  /^(?:#[^\n]*\n)*#[ \t]*escape[ \t]*=[ \t]*`[ \t]*(?:\r?\n|$)/i.test(text) ? "`" : "\\\\";
