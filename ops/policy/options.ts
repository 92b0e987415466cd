/** The command line of `npm run policy`. */
import { parseArgs } from "node:util";
import { UsageError } from "../commandLine.ts";

export const help = `npm run policy -- [--stack STACK] [--state] [--json]

Holds a stack to the policy pack in policy/: what an update would make (a preview; changes nothing), or what the last one
made. Every rule is explained in docs/policies.md.

  -s, --stack STACK     default: the selected stack
      --state           look at the state instead of a preview: runs no program and asks no provider
      --config FILE     settings of the pack; default: policy/config/STACK.json, for sandboxes policy/config/sandbox.json,
                        else the pack's own
      --config-file FILE
                        stack file; default: Pulumi.STACK.yaml
      --json            {stack, config, at, findings, undecided, excepted, passed}
  -h, --help            this text

Exit codes: 0 nothing that stops an update, 1 a mandatory rule is broken, 2 could not look.`;

export interface Options {
  help: boolean;
  json: boolean;
  stack?: string;
  at: "preview" | "state";
  config?: string;
  configFile?: string;
}

/** @throws UsageError */
export function readOptions(args: string[]): Options {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        stack: { type: "string", short: "s" },
        state: { type: "boolean" },
        config: { type: "string" },
        "config-file": { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }));
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
  return {
    help: values.help === true,
    json: values.json === true,
    stack: values.stack,
    at: values.state === true ? "state" : "preview",
    config: values.config,
    configFile: values["config-file"],
  };
}
