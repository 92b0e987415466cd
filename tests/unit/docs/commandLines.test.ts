/** Command lines of `tarmac` in the pages use existing commands and options. */
import { readFileSync } from "node:fs";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { program } from "../../../ops/commands/program.ts";
import { pages } from "./documentPages.ts";

/**
 * `npm run COMMAND -- ARGUMENTS` and `tarmac COMMAND ARGUMENTS`, up to the end of the code span or of the shell command.
 * `/tarmac` is a comment on GitHub, not a command.
 */
const pattern =
  /(?:\bnpm run (?:--silent )?([a-z-]+)(?: -- ([^`\n#|&;)]*))?|(?<!\/)\btarmac ([a-z][a-z-]*)(?: ([^`\n#|&;)]*))?)/g;

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
const isTarmac = (script: string) => scripts[script]?.includes("ops/tarmac.ts") === true;

/** Code spans and code blocks, one line each. */
const codeOf = (text: string): string[] => [
  ...[...text.matchAll(/^ *```.*?^ *```/gms)].flatMap(([block]) => block.split("\n")),
  ...[...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code),
];

const commandNamed = (parent: CommandUnknownOpts, name: string): CommandUnknownOpts | undefined =>
  parent.commands.find((command) => command.name() === name);

/** The commands and options of a command line that do not exist. */
function unknownParts(name: string, line: string): string[] {
  const command = commandNamed(program(), name);
  if (command === undefined) return [name];
  const words = line.split(/\s+/).filter((word) => word !== "");
  const first = words.find((word) => !word.startsWith("-"));
  const subcommand = first === undefined ? undefined : commandNamed(command, first);
  if (command.commands.length > 0 && first !== undefined && subcommand === undefined) return [`${name} ${first}`];
  const known = [command, ...(subcommand === undefined ? [] : [subcommand])]
    .flatMap(({ options }) => options)
    .flatMap(({ long, short }) => [long, short]);
  return words
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.replace(/[=,.:].*$/, ""))
    .filter((option) => ![...known, "--help", "-h"].includes(option))
    .map((option) => `${name} ${option}`);
}

const unknownIn = (text: string): string[] =>
  codeOf(text).flatMap((code) =>
    [...code.matchAll(pattern)].flatMap(([, script, afterScript = "", command, afterCommand = ""]) => {
      if (script !== undefined) return isTarmac(script) ? unknownParts(script, afterScript) : [];
      return unknownParts(command ?? "", afterCommand);
    }),
  );

test.each(pages)("%s", (page) => expect(unknownIn(readFileSync(page, "utf8"))).toEqual([]));

test.each([
  ["an unknown command", "`tarmac explode dev`", ["explode"]],
  ["an unknown option", "`npm run deploy -- dev --explode`", ["deploy --explode"]],
  ["an unknown subcommand", "```sh\nnpm run sandbox -- explode NAME # at once\n```", ["sandbox explode"]],
  ["known ones", "`npm run sandbox -- up NAME --ttl 2d` and `npx tarmac deploy dev --take-lock`", []],
])("finds %s", (_, text, found) => expect(unknownIn(text)).toEqual(found));
