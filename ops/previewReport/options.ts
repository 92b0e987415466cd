/** The command line of the preview report. */
import { parseArgs } from "node:util";
import { UsageError } from "../commandLine.ts";

export const help = `
npm run preview-report -- [OPTIONS]

Previews the environments that a change touches, in parallel and without changing anything, and says in Markdown what would
be created, updated, replaced and deleted, because of which properties, and what the policies find. A change that replaces
or deletes what must not go away by accident, or violates a policy, does not pass without a label on its pull request.

What is previewed
  --base REVISION        the environments that the difference to this commit touches, e.g. HEAD^1 or origin/main
  --stack NAME           this one, whatever is touched; may be repeated
  --config-file FILE     settings of the one stack, instead of Pulumi.NAME.yaml
  --policy-pack FOLDER   default: policy
  --policy-config FILE   settings of the policies; default: policy/config/STACK.json
  --no-policy            without policies
  --image                also build the image of --base and of the change and compare their sizes (needs Docker)
  --offline              settings only: no Pulumi, no sign-in. For a pull request from a fork this is so by itself

What becomes of it
  --post                 comment on the pull request, as GITHUB_TOKEN, in one comment that is kept up to date
  --pull-request NUMBER  default: that of the workflow's event
  --author LOGIN         whose comment is kept up to date (github-actions[bot])
  --label NAME           label that lets a stopped change pass (preview-override)
  --override             without a pull request: as if it had the label
  --markdown FILE        write the whole text, which a comment may be too short for
  --json                 for programs: { verdict: { state, reasons }, report: { environments, ... } }
  -h, --help             this text

In two steps, so that what previews cannot write to the pull request and what writes has no credentials
  --collect FILE         only preview, and write what was seen
  --judge FILE           only judge and report what another run has collected

Exit code: 0 passes (or is collected), 1 does not pass or a preview failed, 2 could not run, and why.
docs/preview-report.md says more.
`.trim();

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

const declared = {
  base: text,
  stack: { type: "string", short: "s", multiple: true },
  "config-file": text,
  "policy-pack": text,
  "policy-config": text,
  "no-policy": flag,
  image: flag,
  offline: flag,
  post: flag,
  "pull-request": text,
  author: text,
  label: text,
  override: flag,
  markdown: text,
  json: flag,
  collect: text,
  judge: text,
  help: { type: "boolean", short: "h" },
} as const;

export interface Options {
  help: boolean;
  base?: string;
  stacks: string[];
  configFile?: string;
  /** Folder; false: no policies. Absent: the project's own, where there is one. */
  policyPack?: string | false;
  policyConfig?: string;
  image: boolean;
  offline: boolean;
  post: boolean;
  pullRequest?: number;
  author: string;
  label: string;
  override: boolean;
  markdown?: string;
  json: boolean;
  collect?: string;
  judge?: string;
}

/** @throws UsageError */
export function readOptions(args: string[]): Options {
  const values = parsed(args);
  const problems: string[] = [];
  const refuse = (wrong: boolean, problem: string) => {
    if (wrong) problems.push(problem);
  };
  const { base, stack = [], judge, collect } = values;
  const configFile = values["config-file"];
  const pullRequest = values["pull-request"];
  if (values.help !== true) {
    refuse(
      judge === undefined && base === undefined && stack.length === 0,
      "say what to preview: --base REVISION for what a change touches, or --stack NAME",
    );
    refuse(judge !== undefined && collect !== undefined, "--collect and --judge are two steps: one at a time");
    for (const option of [
      "base",
      "stack",
      "config-file",
      "policy-pack",
      "policy-config",
      "no-policy",
      "image",
      "offline",
    ] as const)
      refuse(judge !== undefined && values[option] !== undefined, `--judge previews nothing: leave out --${option}`);
    for (const option of ["post", "markdown", "override", "json"] as const)
      refuse(collect !== undefined && values[option] !== undefined, `--collect only collects: leave out --${option}`);
    refuse(
      configFile !== undefined && stack.length !== 1,
      "--config-file: it has the settings of one stack: name it with --stack",
    );
    refuse(values.image === true && base === undefined, "--image: with what to compare it says --base REVISION");
    refuse(
      pullRequest !== undefined && !/^[1-9]\d*$/.test(pullRequest),
      `--pull-request: "${pullRequest}" is not the number of a pull request`,
    );
    refuse(
      values.post === true && values.override === true,
      "--override: with --post the pull request's label decides",
    );
    for (const name of stack)
      refuse(!/^[\w.-]+(?:\/[\w.-]+){0,2}$/.test(name), `--stack: "${name}" is not the name of a stack`);
  }
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return {
    help: values.help ?? false,
    ...(base === undefined ? {} : { base }),
    stacks: [...new Set(stack)],
    ...(configFile === undefined ? {} : { configFile }),
    ...(values["no-policy"] === true
      ? { policyPack: false as const }
      : values["policy-pack"] === undefined
        ? {}
        : { policyPack: values["policy-pack"] }),
    ...(values["policy-config"] === undefined ? {} : { policyConfig: values["policy-config"] }),
    image: values.image ?? false,
    offline: values.offline ?? false,
    post: values.post ?? false,
    ...(pullRequest === undefined ? {} : { pullRequest: Number(pullRequest) }),
    author: values.author ?? "github-actions[bot]",
    label: values.label ?? "preview-override",
    override: values.override ?? false,
    ...(values.markdown === undefined ? {} : { markdown: values.markdown }),
    json: values.json ?? false,
    ...(collect === undefined ? {} : { collect }),
    ...(judge === undefined ? {} : { judge }),
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: declared, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
