/** Checks a stack against the policy pack and prints the findings. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../couldNotRun.ts";
import { caller, project } from "../project.ts";
import { pulumi } from "../pulumi/pulumiCli.ts";
import { withCopyOfStackFile } from "../stackFiles/stackFileCopy.ts";
import { look } from "./runPolicyPack.ts";
import { policyPackFor } from "./policyPack.ts";
import { toText } from "./policyText.ts";

export interface PolicyOptions {
  /** Default: the selected stack. */
  stack?: string;
  /** Check the state instead of a preview. */
  state?: true;
  /** The pack's settings file, relative to the caller's folder. */
  config?: string;
  /** Stack file, relative to the caller's folder. */
  configFile?: string;
  json?: true;
}

/** @throws CouldNotRun */
export async function runPolicy(options: PolicyOptions): Promise<void> {
  const stack = options.stack ?? (await pulumi(["stack", "--show-name"], { cwd: project })).trim();
  const at = options.state === true ? "state" : "preview";
  const own = policyPackFor(stack, project);
  const config = options.config === undefined ? own.config : resolve(caller, options.config);
  if (config !== undefined && !existsSync(config))
    throw new UsageError(`--config: ${config} does not exist; the project's settings are in policy/config/`);
  const { findings, undecided, excepted, passed } = await withCopyOfStackFile(
    {
      folder: project,
      stack,
      file: options.configFile === undefined ? undefined : resolve(caller, options.configFile),
    },
    (configFile) => look({ stack, at, configFile, folder: project, pack: { ...own, config } }),
  );
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ stack, config, at, findings, undecided, excepted, passed }, undefined, 2)}\n`
      : `Stack ${stack}, ${at}, ${config ?? "the pack's own settings"}\n\n${toText({ findings, undecided, excepted, passed })}`,
  );
  process.exitCode = findings.some(({ level }) => level === "mandatory") ? 1 : 0;
}
