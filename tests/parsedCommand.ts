/** The arguments that a command of `tarmac` parses from a command line, without running it. */
import { Command } from "@commander-js/extra-typings";

export interface Parsed<Options> {
  /** In the order of their declaration; `undefined` where one is omitted. */
  args: unknown[];
  options: Options;
}

/**
 * @param add declares the command
 * @param args behind the command's name
 * @throws CommanderError for a command line that Commander refuses
 */
export function parsedCommand<Options>(add: (program: Command) => void, args: readonly string[]): Parsed<Options> {
  const program = new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  add(program);
  const [command] = program.commands;
  if (command === undefined) throw new Error("no command was declared");
  command.action(() => undefined);
  program.parse([command.name(), ...args], { from: "user" });
  return { args: [...command.processedArgs] as unknown[], options: command.opts() as Options };
}
