/** Validated options: what to preview, and where the report goes. */
import { UsageError } from "../couldNotRun.ts";
import { textList } from "../textList.ts";

/** The options as given. */
export interface GivenOptions {
  base?: string;
  stack?: string[];
  configFile?: string;
  policyPack?: string;
  policyConfig?: string;
  /** False: `--no-policy`. */
  policy: boolean;
  image?: true;
  offline?: true;
  post?: true;
  pullRequest?: string;
  author: string;
  label: string;
  override?: true;
  markdown?: string;
  json?: true;
  collect?: string;
  judge?: string;
  previewed?: string;
  consentOfAuthor?: true;
}

export interface Options {
  base?: string;
  stacks: string[];
  configFile?: string;
  /** Folder; false: no policies. Absent: the project's own, if it has any. */
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
  /** File, or folder of files. */
  judge?: string;
  /** The environments that are previewed. Absent: all. */
  previewed?: string[];
  /** The label also counts if the author of the change added it. */
  consentOfAuthor: boolean;
}

/** @throws UsageError with one line per problem */
export function readOptions(given: GivenOptions): Options {
  const problems: string[] = [];
  const refuse = (wrong: boolean, problem: string) => {
    if (wrong) problems.push(problem);
  };
  const { base, stack = [], judge, collect, configFile, pullRequest } = given;
  refuse(
    judge === undefined && base === undefined && stack.length === 0,
    "name what to preview: --base REVISION for what a change touches, or a stack",
  );
  refuse(judge !== undefined && collect !== undefined, "--collect and --judge are two steps: use one at a time");
  const previewing = {
    "--base": base !== undefined,
    "a stack": stack.length > 0,
    "--config-file": configFile !== undefined,
    "--policy-pack": given.policyPack !== undefined,
    "--policy-config": given.policyConfig !== undefined,
    "--no-policy": !given.policy,
    "--image": given.image === true,
    "--offline": given.offline === true,
  };
  for (const [option, wrong] of Object.entries(previewing))
    refuse(judge !== undefined && wrong, `--judge does not preview: omit ${option}`);
  for (const option of ["post", "markdown", "override", "json"] as const)
    refuse(collect !== undefined && given[option] !== undefined, `--collect only collects: omit --${option}`);
  refuse(
    configFile !== undefined && stack.length !== 1,
    "--config-file has the settings of one stack: name that stack, and no other",
  );
  refuse(given.image === true && base === undefined, "--image compares with --base REVISION: name it");
  refuse(
    pullRequest !== undefined && !/^[1-9]\d*$/.test(pullRequest),
    `--pull-request: "${pullRequest}" is not the number of a pull request`,
  );
  refuse(
    given.post === true && given.override === true,
    "--override and --post exclude each other: the pull request's label decides",
  );
  const previewed = given.previewed === undefined ? undefined : stackList(given.previewed);
  refuse(
    given.previewed !== undefined && previewed === undefined,
    `--previewed: ${given.previewed} is not a list of environments: use dev,staging or ["dev", "staging"]`,
  );
  for (const name of [...stack, ...(previewed ?? [])])
    refuse(!/^(?!-)[\w.-]+(?:\/[\w.-]+){0,2}$/.test(name), `"${name}" is not the name of a stack`);
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return {
    ...(base === undefined ? {} : { base }),
    stacks: [...new Set(stack)],
    ...(configFile === undefined ? {} : { configFile }),
    ...(given.policy
      ? given.policyPack === undefined
        ? {}
        : { policyPack: given.policyPack }
      : { policyPack: false as const }),
    ...(given.policyConfig === undefined ? {} : { policyConfig: given.policyConfig }),
    image: given.image ?? false,
    offline: given.offline ?? false,
    post: given.post ?? false,
    ...(pullRequest === undefined ? {} : { pullRequest: Number(pullRequest) }),
    author: given.author,
    label: given.label,
    override: given.override ?? false,
    ...(given.markdown === undefined ? {} : { markdown: given.markdown }),
    json: given.json ?? false,
    ...(collect === undefined ? {} : { collect }),
    ...(judge === undefined ? {} : { judge }),
    ...(previewed === undefined ? {} : { previewed }),
    consentOfAuthor: given.consentOfAuthor ?? false,
  };
}

/** Comma-separated names, or the JSON of a repository variable. `undefined` for anything else. */
function stackList(given: string): string[] | undefined {
  if (!given.trim().startsWith("["))
    return given.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
  return textList(given);
}
