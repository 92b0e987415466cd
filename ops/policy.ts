/** `npm run policy`: holds a stack to the policy pack. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { caller, checkout, sayWhyNot, UsageError } from "./commandLine.ts";
import { CouldNotLook, look } from "./policy/look.ts";
import { help, type Options, readOptions } from "./policy/options.ts";
import { policyPackFor } from "./policy/pack.ts";
import { toText } from "./policy/text.ts";
import { NoPulumi, pulumi, PulumiFailed } from "./pulumi/cli.ts";

async function run(options: Options): Promise<void> {
  const stack = options.stack ?? (await pulumi(["stack", "--show-name"], { cwd: checkout })).trim();
  const own = policyPackFor(stack, checkout);
  const config = options.config === undefined ? own.config : resolve(caller, options.config);
  if (config !== undefined && !existsSync(config))
    throw new UsageError(`--config: there is no file ${config}; those of the project are in policy/config/`);
  const configFile = options.configFile === undefined ? undefined : resolve(caller, options.configFile);
  const { findings, undecided, excepted, passed } = await look({
    ...{ stack, at: options.at, configFile, folder: checkout },
    pack: { ...own, config },
  });
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ stack, config, at: options.at, findings, undecided, excepted, passed }, undefined, 2)}\n`
      : `Stack ${stack}, ${options.at}, ${config ?? "the pack's own settings"}\n\n${toText({ findings, undecided, excepted, passed })}`,
  );
  process.exitCode = findings.some(({ level }) => level === "mandatory") ? 1 : 0;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(`${help}\n`);
  else await run(options);
} catch (error) {
  sayWhyNot(error, "policy", [CouldNotLook, NoPulumi, PulumiFailed]);
}
