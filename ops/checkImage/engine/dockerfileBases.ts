/** The base images of a Dockerfile, with build arguments substituted. */

/**
 * @param text the Dockerfile
 * @param buildArgs command-line values, which override the defaults of global ARGs
 * @returns each external image once, in order; other stages and `scratch` do not count
 */
export function dockerfileBases(text: string, buildArgs: Readonly<Record<string, string>>): string[] {
  const stages = new Set<string>(["scratch"]);
  const values = new Map<string, string>();
  const bases = new Set<string>();
  let inStage = false;
  for (const [instruction, rest] of instructions(text)) {
    if (instruction === "ARG" && !inStage) {
      const [, name, fallback = ""] = /^(\w+)(?:=["']?([^"']*)["']?)?/.exec(rest) ?? [];
      if (name !== undefined) values.set(name, buildArgs[name] ?? substitute(fallback, values));
    } else if (instruction === "FROM") {
      inStage = true;
      const [image = "", as, name] = rest.split(/\s+/).filter((word) => !word.startsWith("--"));
      const base = substitute(image, values);
      if (!stages.has(base.toLowerCase())) bases.add(base);
      if (as?.toUpperCase() === "AS" && name !== undefined) stages.add(name.toLowerCase());
    } else if (instruction === "COPY") {
      const from = /--from=(\S+)/.exec(rest)?.[1];
      if (from !== undefined && !/^\d+$/.test(from) && !stages.has(from.toLowerCase()))
        bases.add(substitute(from, values));
    }
  }
  return [...bases];
}

function instructions(text: string): [instruction: string, rest: string][] {
  const joined = text
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line))
    .join("\n")
    .replaceAll(/\\[ \t]*\n/g, " ");
  return joined.split("\n").flatMap((line) => {
    const [, instruction, rest] = /^\s*([A-Za-z]+)\s+(.*?)\s*$/.exec(line) ?? [];
    return instruction === undefined || rest === undefined
      ? []
      : [[instruction.toUpperCase(), rest] as [string, string]];
  });
}

/** `$NAME`, `${NAME}` and `${NAME:-default}`. */
const substitute = (text: string, values: ReadonlyMap<string, string>) =>
  text.replaceAll(/\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})/g, (_, plain?: string, braced?: string, fallback = "") => {
    const value = values.get(plain ?? braced ?? "");
    return value === undefined || value === "" ? (fallback as string) : value;
  });
