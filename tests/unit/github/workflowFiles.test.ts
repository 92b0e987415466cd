import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { codes } from "../../../ops/checkImage/findingCodes.ts";
import { readPolicy } from "../../../ops/checkImage/severities.ts";
import { sandboxStack } from "../../../ops/sandbox/sandboxName.ts";
import { jobTimeLimitMinutes } from "../../../ops/github/workflow.ts";
import { leastGo } from "../../../local/toolchain/goBuild.ts";

interface Step {
  id?: string;
  uses?: string;
  run?: string;
  if?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}
interface Job {
  permissions?: Record<string, string>;
  steps?: Step[];
  uses?: string;
  needs?: string | string[];
  outputs?: Record<string, string>;
  if?: string;
  with?: Record<string, string>;
  env?: Record<string, string>;
  environment?: string;
  concurrency?: { group: string; "cancel-in-progress": boolean; queue?: string };
  strategy?: { matrix: Record<string, unknown> };
  "runs-on"?: string;
  "timeout-minutes"?: number;
}
interface Workflow {
  on: Record<string, { types?: string[]; branches?: string[]; inputs?: Record<string, { options?: string[] }> } | null>;
  permissions?: unknown;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  jobs: Record<string, Job>;
}

const folder = ".github/workflows";
const files = readdirSync(folder).filter((file) => /\.ya?ml$/.test(file));
const textOf = (file: string) => readFileSync(join(folder, file), "utf8");
const read = (file: string) => parse(textOf(file)) as Workflow;
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps = [] }) => steps);
const jobOf = (file: string, name: string): Job => {
  const job = read(file).jobs[name];
  if (job === undefined) throw new Error(`${file} has no job "${name}"`);
  return job;
};

/** Lines that change an environment. */
const changing = /tarmac (?:deploy(?!.* --(?:preview|find)\b)|sandbox(?! report)|drift .*--put-back) ?/;
/** Lines that delete images, which an identity of its own does. */
const deleting = /tarmac purge .*--yes/;

/** Actions of this repository, which workflows share. */
const actions = readdirSync(".github/actions").map((name) => join(".github/actions", name, "action.yml"));

it("only the step's own process changes an environment, because only that process gets the signals of a canceled job", () => {
  const runs = files
    .flatMap((file) => stepsOf(read(file)))
    .flatMap(({ run = "" }) => (changing.test(run) || deleting.test(run) ? [run] : []));
  expect(runs.length).toBeGreaterThan(12);
  for (const run of runs) expect(run).toMatch(/^exec node_modules\/\.bin\/tarmac /);
});

it.each([...files.map((file) => join(folder, file)), ...actions])("%s pins actions by commit", (file) => {
  const used = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => /^\s*(?:- )?uses:/.test(line));
  expect(used).not.toEqual([]);
  for (const line of used) expect(line).toMatch(/uses: (?:\.\/\S+|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+(?:\.\d+)*)$/);
});

test("each action has one version everywhere", () => {
  const versions = new Map<string, Set<string>>();
  for (const file of [...files.map((name) => join(folder, name)), ...actions])
    for (const [, name = "", version = ""] of readFileSync(file, "utf8").matchAll(/uses: ([\w./-]+)@(\S+ # \S+)/g))
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
  expect([...versions].filter(([, found]) => found.size > 1)).toEqual([]);
});

describe.each(files)("%s", (file) => {
  const workflow = read(file);

  it("gives each job its own permissions, and none to the workflow", () => {
    expect(workflow.permissions).toEqual({});
    for (const { permissions } of Object.values(workflow.jobs)) expect(typeof permissions).toBe("object");
  });

  it("has no write permissions except those that its purpose needs", () => {
    const writes = Object.values(workflow.jobs).flatMap(({ permissions = {} }) =>
      Object.entries(permissions).flatMap(([name, right]) => (right === "read" ? [] : [name])),
    );
    // One workflow changes files, on a branch of its own: see "the watch of the base image".
    const changed = file === "base.yml" ? ["contents"] : [];
    for (const name of writes)
      expect(["id-token", "pull-requests", "issues", "deployments", ...changed]).toContain(name);
  });

  it("puts no expression into a script: values come from the environment", () => {
    for (const { run = "" } of stepsOf(workflow)) expect(run).not.toContain("${{");
  });

  it("has no logic of its own: a step is one command of the project", () => {
    const scripts = (JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> }).scripts;
    for (const { run } of stepsOf(workflow)) {
      if (run === undefined) continue;
      const [, script = ""] =
        /^(?:npm (?:run )?|npx tarmac |exec node_modules\/\.bin\/tarmac )([\w:-]+)(?: [^;&|\n]*)?(?: \|\| \[ \$\? -eq 1 \])?\n?$/.exec(
          run,
        ) ?? [];
      expect([run, script === "ci" || script in scripts]).toEqual([run, true]);
    }
  });

  it("quotes values of the environment, and sets all that it uses", () => {
    for (const job of Object.values(workflow.jobs))
      for (const { run = "", env = {} } of job.steps ?? [])
        for (const [whole, before, name = "", after] of run.matchAll(/(.?)\$\{?([A-Z_]+)\}?(.?)/g)) {
          expect([whole, before, after]).toEqual([whole, '"', '"']);
          expect({ ...job.env, ...env }).toHaveProperty(name);
        }
  });

  it("gives every job that signs in to Azure tokens that outlive the sign-in, only of the job's identity", () => {
    for (const { env, steps = [] } of Object.values(workflow.jobs)) {
      if (!steps.some(({ uses = "" }) => /^Azure\/login@|\/prepare$/.test(uses))) continue;
      expect(env).toMatchObject({
        AAD_LOGIN_METHOD: "workloadidentity",
        AZURE_CLIENT_ID: env?.ARM_CLIENT_ID,
        AZURE_TENANT_ID: "${{ vars.AZURE_TENANT_ID }}",
        AZURE_TOKEN_CREDENTIALS: "AzureCLICredential",
      });
    }
  });

  it("installs the Go version that the tools are built with, if it builds one", () => {
    for (const { steps = [] } of Object.values(workflow.jobs)) {
      const builds = steps.findIndex(({ run = "" }) => /\bnpm run (?:lint:|scan|check-sdks)/.test(run));
      if (builds < 0) continue;
      const go = steps.slice(0, builds).find(({ uses = "" }) => uses.startsWith("actions/setup-go@"));
      expect(go?.with).toEqual({ "go-version": leastGo, cache: false });
    }
  });

  it("checks what is merged into main, even after the base of a pull request changed", () => {
    const pullRequest = workflow.on.pull_request;
    if (pullRequest === undefined || file === "sandbox.yml") return;
    expect(pullRequest?.branches).toEqual(["main"]);
    expect(pullRequest?.types).toEqual(expect.arrayContaining(["opened", "synchronize", "reopened", "edited"]));
  });

  it("cancels a required check only for a newer commit", () => {
    if (workflow.concurrency === undefined) return;
    expect(workflow.concurrency.group).toMatch(
      /^\w+-\$\{\{ github\.event\.action == 'synchronize' && github\.event\.pull_request\.number \|\| github\.run_id \}\}$/,
    );
  });

  it("can upload what an earlier attempt of the run uploaded", () => {
    for (const { uses = "", with: given = {} } of stepsOf(workflow))
      if (uses.startsWith("actions/upload-artifact@")) expect(given.overwrite).toBe(true);
  });

  it("unpacks no artifact into the clone", () => {
    for (const { uses = "", with: given = {} } of stepsOf(workflow))
      if (uses.startsWith("actions/download-artifact@")) expect(given.path).toMatch(/^\$\{\{ runner\.temp \}\}\/\w/);
  });

  it("stores no credential", () => {
    expect(textOf(file)).not.toMatch(/secrets\.|client-secret|creds:/);
  });

  it("signs in to Azure only if it may request a token of its own run", () => {
    for (const { permissions = {}, steps = [] } of Object.values(workflow.jobs)) {
      const signsIn = steps.some(({ uses = "" }) => /^Azure\/login@|\/prepare$/.test(uses));
      if (signsIn) expect(permissions["id-token"]).toBe("write");
    }
  });

  it("runs no code of forks with this repository's permissions", () => {
    // A comment starts the default branch's workflow with its code, and only one workflow: see "an order to put drift back".
    const allowed =
      file === "drift.yml" ? /pull_request_target|workflow_run/ : /pull_request_target|workflow_run|issue_comment/;
    expect(JSON.stringify(workflow.on)).not.toMatch(allowed);
  });

  it("puts no untrusted text anywhere: no branch name, no title", () => {
    expect(textOf(file)).not.toMatch(/head_ref|head\.ref|head\.label|\.title|\.body|head_commit|github\.ref_name/);
  });

  it("leaves no token behind in the clone", () => {
    for (const { uses = "", with: given = {} } of stepsOf(workflow))
      if (uses.startsWith("actions/checkout@")) expect(given["persist-credentials"]).toBe(false);
  });

  it("has time limits", () => {
    for (const { uses, "timeout-minutes": minutes } of Object.values(workflow.jobs))
      if (uses === undefined) expect(minutes).toBeLessThanOrEqual(60);
  });

  it("cancels no update halfway", () => {
    for (const [name, job] of Object.entries(workflow.jobs)) {
      const updates = (job.steps ?? []).some(({ run = "" }) => changing.test(run));
      if (!updates) continue;
      expect([name, job.concurrency]).toEqual([name, expect.objectContaining({ "cancel-in-progress": false })]);
      // A group of the whole workflow would cancel waiting jobs of all kinds.
      expect(workflow.concurrency).toBeUndefined();
    }
  });

  it("changes environments only within a GitHub environment, with that environment's rules and identity", () => {
    for (const job of Object.values(workflow.jobs)) {
      const changes = (job.steps ?? []).some(({ run = "" }) => changing.test(run));
      expect(job.environment !== undefined).toBe(changes);
      if (changes) expect(job.env?.ARM_CLIENT_ID).toBe("${{ vars.AZURE_CLIENT_ID }}");
    }
  });
});

describe("the preview of a pull request", () => {
  const workflow = read("preview.yml");
  const { jobs } = workflow;

  it("runs the change's code only in jobs without write permission, and the base's code in those with it", () => {
    expect(jobs.collect?.permissions).toEqual({ contents: "read", "id-token": "write" });
    expect(jobs.report?.permissions).toEqual({ contents: "read", "pull-requests": "write" });
    const [checkout] = jobs.report?.steps ?? [];
    expect(checkout?.with?.ref).toBe("${{ github.event.pull_request.base.sha }}");
  });

  it("lists the environments in one variable, for the jobs that preview and for the one that judges", () => {
    const previewed = '${{ fromJSON(vars.PREVIEWED || \'["dev", "staging"]\') }}';
    expect(jobs.collect?.strategy?.matrix.stack).toBe(previewed);
    const judging = (jobs.report?.steps ?? []).find(({ run = "" }) => run.includes("--judge"));
    expect(judging?.env?.PREVIEWED).toBe(previewed.replace(/fromJSON\((.+)\)/, "$1"));
    expect(judging?.run).toContain('--previewed "$PREVIEWED"');
  });

  it("uploads no report that the command did not write", () => {
    const upload = (jobs.collect?.steps ?? []).find(({ uses = "" }) => uses.startsWith("actions/upload-artifact@"));
    expect(upload?.if).toBe("${{ !cancelled() && (steps.first.outputs.report || steps.other.outputs.report) }}");
  });

  it("is skipped in a merge queue, where nothing can sign in", () => {
    expect(workflow.on).toHaveProperty("merge_group");
    for (const job of Object.values(jobs)) expect(job.if).toContain("github.event_name == 'pull_request'");
  });

  it("runs unreviewed code on no machine that deploys", () => {
    expect(jobs.collect?.["runs-on"]).toContain("format('preview-{0}', matrix.stack)");
  });

  it("gives the token only to the step that posts", () => {
    const withToken = stepsOf(workflow).filter((step) => JSON.stringify(step).includes("github.token"));
    expect(withToken.map(({ run }) => run)).toEqual([expect.stringContaining("--post") as string]);
  });

  it("judges again when a label is added or removed", () => {
    expect(workflow.on.pull_request?.types).toEqual(
      expect.arrayContaining(["opened", "synchronize", "reopened", "labeled", "unlabeled"]),
    );
  });
});

describe("continuous integration", () => {
  it("has no credentials to leak", () => {
    expect(jobOf("ci.yml", "check").permissions).toEqual({ contents: "read" });
    expect(textOf("ci.yml")).not.toMatch(/vars\.|github\.token/);
  });

  it("checks what .ci/run checks, except for what needs a machine", () => {
    const there = readFileSync(".ci/run", "utf8");
    const { steps = [] } = jobOf("ci.yml", "check");
    const commands = steps.flatMap(({ run = "" }) => /^npm run \S+/.exec(run)?.[0] ?? []);
    expect(commands).toHaveLength(8);
    for (const command of commands) expect(there).toContain(command);
  });
});

it("excludes no file from the secret scan that neither exists nor is ignored by git", () => {
  const excepted = [...readFileSync(".gitleaks.toml", "utf8").matchAll(/'''\^(.+)\$'''/g)];
  expect(excepted).not.toEqual([]);
  for (const [, pattern = ""] of excepted) {
    const path = pattern.replaceAll("\\", "");
    const isIgnored = spawnSync("git", ["check-ignore", "--quiet", path]).status === 0;
    expect([path, existsSync(path) || isIgnored]).toEqual([path, true]);
  }
});

describe("deployments", () => {
  const { jobs, on } = read("deploy.yml");

  it("go from dev to prod, each after the previous one passed, and only from the branch main", () => {
    expect(on.push?.branches).toEqual(["main"]);
    expect([jobs.dev?.needs, jobs.staging?.needs, jobs.prod?.needs]).toEqual([undefined, "dev", "staging"]);
    // Without the variable, prod is not deployed.
    for (const stack of ["staging", "prod"])
      expect(jobs[stack]?.if).toBe(`contains(fromJSON(vars.ENVIRONMENTS || '["dev", "staging"]'), '${stack}')`);
    for (const stack of ["dev", "staging", "prod"]) {
      expect(jobs[stack]?.with?.stack).toBe(stack);
      expect(existsSync(`Pulumi.${stack}.yaml`)).toBe(true);
    }
  });

  it("of one stack run one at a time, whoever starts them", () => {
    const job = jobOf("deploy-stack.yml", "deploy");
    expect(job.concurrency?.group).toBe("stack-${{ inputs.stack }}");
    expect(job.environment).toBe("${{ inputs.stack }}");
    for (const { uses } of Object.values(jobs)) expect(uses).toBe("./.github/workflows/deploy-stack.yml");
  });

  it("take over an abandoned lock only if nobody else can hold one", () => {
    for (const file of files)
      for (const { run = "" } of stepsOf(read(file)))
        if (run.includes("--take-lock")) expect(["deploy-stack.yml", "sandbox.yml", "sandbox-due.yml"]).toContain(file);
  });

  it("show the approver of prod what will happen, before the approval and with a read-only identity", () => {
    const { environment, permissions, env, outputs, steps = [] } = jobOf("deploy-stack.yml", "preview");
    expect(environment).toBeUndefined();
    expect(permissions).toEqual({ contents: "read", "id-token": "write", "pull-requests": "read" });
    expect(env?.ARM_CLIENT_ID).toBe("${{ vars.AZURE_DRIFT_CLIENT_ID }}");
    for (const { run } of steps) if (run !== undefined) expect(run).toContain(" --preview ");
    expect(outputs?.changes).toContain("steps.deploy.outputs.changes");
    const deploy = jobOf("deploy-stack.yml", "deploy");
    expect(deploy.needs).toEqual(["proved", "preview"]);
    expect(deploy.if).toBe(
      "${{ !cancelled() && (needs.proved.result == 'success' || needs.proved.result == 'skipped') && " +
        "(needs.preview.result == 'success' || needs.preview.result == 'skipped') }}",
    );
    expect(deploy.env?.APPROVED).toBe("${{ needs.preview.outputs.changes }}");
    for (const { run = "" } of deploy.steps ?? [])
      if (run.includes("--take-lock")) expect(run).toContain('--approved "$APPROVED"');
  });

  it("run in staging and prod what the environment before has proved", () => {
    expect(jobs.staging?.with?.images).toBe("${{ needs.dev.outputs.images }}");
    expect(jobs.prod?.with?.images).toBe("${{ needs.staging.outputs.images }}");
    expect(jobOf("deploy-stack.yml", "deploy").outputs?.images).toBe("${{ steps.deploy.outputs.images }}");
    const { environment, env, if: condition, steps = [] } = jobOf("deploy-stack.yml", "proved");
    expect(condition).toBe("inputs.action == 'deploy' && inputs.images == '' && inputs.stack != 'dev'");
    expect(environment).toBeUndefined();
    expect(env?.ARM_CLIENT_ID).toBe("${{ vars.AZURE_DRIFT_CLIENT_ID }}");
    expect(steps.at(-1)?.run).toBe('npx tarmac deploy "$STACK" --find');
    for (const name of ["preview", "deploy"]) {
      const job = jobOf("deploy-stack.yml", name);
      expect(job.env?.IMAGES).toBe("${{ inputs.images || needs.proved.outputs.images }}");
      expect(job.steps?.filter(({ run = "" }) => run.endsWith(' --images "$IMAGES"'))).toHaveLength(1);
    }
  });

  it("roll back with the program of the images' commit, judged by the commands of main", () => {
    for (const name of ["preview", "deploy"]) {
      const { steps = [] } = jobOf("deploy-stack.yml", name);
      const found = steps.findIndex(({ uses }) => uses === "./.github/actions/rollback-program");
      const run = steps.findIndex((step) => step.run?.includes("--rollback"));
      expect(found).toBeGreaterThan(-1);
      expect(run).toBeGreaterThan(found);
      expect(steps[found]?.if).toBe("inputs.action == 'rollback'");
      expect(steps[run]?.env).toEqual({ TARMAC_PROJECT: "${{ steps.program.outputs.folder }}" });
    }
    const action = parse(readFileSync(".github/actions/rollback-program/action.yml", "utf8")) as {
      runs: { steps: Step[] };
    };
    const [find, checkout, install] = action.runs.steps;
    expect(find?.run).toMatch(/ --rollback --find /);
    expect(checkout?.with).toEqual({
      ...{ ref: "${{ steps.find.outputs.commit }}", path: "rollback", "persist-credentials": false },
    });
    expect(install?.run).toBe("npm ci -w settings -w policy --omit=dev --omit=optional --ignore-scripts");
  });

  it("refuse an older commit, unless the commit that it replaces is named", () => {
    for (const name of ["preview", "deploy"])
      for (const { run = "" } of jobOf("deploy-stack.yml", name).steps ?? [])
        if (run.startsWith("npx tarmac deploy") && !/--rollback|--smoke/.test(run))
          expect(run).toContain('--allow-older "$ALLOW_OLDER"');
  });

  it("wait for each other, and are not displaced by a newer one", () => {
    expect(jobOf("deploy-stack.yml", "deploy").concurrency).toMatchObject({ queue: "max" });
  });

  it("start only after the setup is complete", () => {
    for (const [file, name] of [
      ["deploy.yml", "dev"],
      ["drift.yml", "look"],
      ["sandbox.yml", "due"],
      ["sandbox.yml", "hours"],
    ] as const)
      expect(jobOf(file, name).if).toContain("vars.AZURE_TENANT_ID != ''");
  });

  it("have exactly one step for every action that can be chosen", () => {
    const steps = jobOf("deploy-stack.yml", "deploy").steps ?? [];
    const shown = (jobOf("deploy-stack.yml", "preview").steps ?? []).flatMap(({ id = [] }) => id);
    expect([...shown.filter((id) => id !== "program"), "smoke"]).toEqual(on.workflow_dispatch?.inputs?.action?.options);
    const handled = steps.flatMap(({ if: condition = "", uses }) =>
      uses !== undefined ? [] : (/^inputs\.action == '(\w+)'$/.exec(condition)?.[1] ?? []),
    );
    expect(handled).toEqual(on.workflow_dispatch?.inputs?.action?.options);
  });
});

describe("sandboxes", () => {
  it("are never created or deleted with a fork's code", () => {
    for (const name of ["up", "down"])
      expect(jobOf("sandbox.yml", name).if).toContain(
        "github.event.pull_request.head.repo.full_name == github.repository",
      );
    expect(jobOf("sandbox.yml", "due").if).not.toContain("'pull_request'");
  });

  it("are reported by jobs that may write to the pull request, run the default branch's code, and do not sign in", () => {
    const { jobs } = read("sandbox.yml");
    const reporting = Object.entries(jobs).filter(([, { permissions }]) => permissions?.["pull-requests"] === "write");
    // What a called workflow may do is at most what its caller may.
    expect(reporting.map(([name]) => name)).toEqual(["announce", "each", "report"]);
    const called = Object.entries(read("sandbox-due.yml").jobs);
    expect(called.map(([name]) => name)).toEqual(["work", "report"]);
    for (const [, { permissions, environment, steps = [], env }] of [
      ...reporting.filter(([name]) => name !== "each"),
      ...called.filter(([name]) => name === "report"),
    ]) {
      expect(permissions).toEqual({ contents: "read", "pull-requests": "write", deployments: "write" });
      expect(environment).toBeUndefined();
      expect(JSON.stringify(env)).not.toContain("vars.");
      expect(steps[0]?.with?.ref).toBe("${{ github.event.repository.default_branch }}");
      const withToken = steps.filter((step) => JSON.stringify(step).includes("github.token"));
      expect(withToken.map(({ run }) => run)).toEqual([expect.stringContaining("sandbox report") as string]);
    }
    const working = Object.entries(jobs).filter(([, { outputs }]) => outputs !== undefined);
    expect(working.map(([name]) => name)).toEqual(["up", "down", "change", "due"]);
    expect(jobOf("sandbox-due.yml", "work").permissions).toEqual({ contents: "read", "id-token": "write" });
    for (const [name, { permissions, outputs }] of working) {
      expect(permissions).toEqual({ contents: "read", "id-token": "write" });
      expect([name, jobs.report?.env?.NEWS]).toEqual([name, expect.stringContaining(`needs.${name}.outputs.news`)]);
      expect(outputs?.news).toContain(".outputs.news");
    }
    expect(jobs.report?.needs).toEqual(["announce", ...working.map(([name]) => name)]);
    expect(jobs.report?.if).toContain("always()");
    expect(jobs.announce?.if).toBe(jobs.up?.if);
  });

  it("and stacks that sleep are stopped and started with their own identity, and not while they are deployed", () => {
    const { strategy, environment, concurrency, if: condition } = jobOf("sandbox.yml", "hours");
    expect(strategy?.matrix.stack).toBe("${{ fromJSON(vars.SLEEPING || '[\"\"]') }}");
    expect(condition).toContain("vars.SLEEPING != '' && vars.SLEEPING != '[]'");
    expect(environment).toBe("${{ matrix.stack }}");
    const { group, queue } = concurrency ?? {};
    expect([group?.replace("matrix", "inputs"), queue]).toEqual([
      jobOf("deploy-stack.yml", "deploy").concurrency?.group,
      "max",
    ]);
  });

  it("that are due are processed one by one, never while another job creates or changes the same one", () => {
    const { strategy, uses, with: inputs, needs } = jobOf("sandbox.yml", "each");
    expect([needs, uses, inputs]).toEqual([
      ...["due", "./.github/workflows/sandbox-due.yml", { sandbox: "${{ matrix.sandbox }}" }],
    ]);
    expect(strategy?.matrix.sandbox).toBe("${{ fromJSON(needs.due.outputs.sandboxes) }}");
    // A sandbox's stack has the name of the group in which it is created: sandbox-pr-7.
    expect(jobOf("sandbox-due.yml", "work").concurrency).toEqual({
      ...{ group: "${{ inputs.sandbox }}", "cancel-in-progress": false, queue: "max" },
    });
    expect(sandboxStack("pr-7")).toBe("sandbox-pr-7");
    const runs = (jobOf("sandbox.yml", "due").steps ?? []).flatMap(({ run = [] }) => run);
    expect(runs.map((run) => run.replace(/^exec \S+ /, ""))).toEqual(["sandbox due", "sandbox reap --groups"]);
  });

  it("have exactly one step for every action that can be chosen", () => {
    const { on } = read("sandbox.yml");
    const steps = jobOf("sandbox.yml", "change").steps ?? [];
    const handled = steps.flatMap(({ if: condition = "" }) => /^inputs\.action == '(\w+)'$/.exec(condition)?.[1] ?? []);
    expect(["reap", ...handled]).toEqual(on.workflow_dispatch?.inputs?.action?.options);
  });

  it("take over the lock of a canceled job, and the reaper ends before its job does", () => {
    for (const [file, name] of [
      ["sandbox.yml", "up"],
      ["sandbox.yml", "down"],
      ["sandbox-due.yml", "work"],
    ] as const)
      expect(jobOf(file, name).steps?.at(-1)?.run).toMatch(/ --take-lock$/);
    // The command's own limit is 50 minutes.
    expect(jobOf("sandbox-due.yml", "work")["timeout-minutes"]).toBe(jobTimeLimitMinutes);
  });

  it("of a pull request are processed one after the other", () => {
    const groups = ["up", "down"].map((name) => jobOf("sandbox.yml", name).concurrency?.group);
    expect(groups).toEqual(Array(2).fill("sandbox-pr-${{ github.event.pull_request.number }}"));
    // By hand, a sandbox can be called sandbox-pr-7 too. No other spelling of its name may take the lock of a running update.
    const { concurrency, steps = [] } = jobOf("sandbox.yml", "change");
    expect(concurrency).toEqual({
      group:
        "${{ inputs.environment != 'sandbox' && format('stack-{0}', inputs.environment) || " +
        "startsWith(inputs.sandbox, 'sandbox-') && inputs.sandbox || format('sandbox-{0}', inputs.sandbox) }}",
      ...{ "cancel-in-progress": false, queue: "max" },
    });
    for (const { run = "" } of steps) expect(run).not.toContain("--take-lock");
  });

  it("are deleted with the code of the default branch, because the pull request's may be gone and its base old", () => {
    const [checkout] = jobOf("sandbox.yml", "down").steps ?? [];
    expect(checkout?.with?.ref).toBe("${{ github.event.repository.default_branch }}");
  });
});

describe("the drift check", () => {
  const job = jobOf("drift.yml", "look");

  it("covers the deployed environments, with the read-only identity", () => {
    const [, environments = ""] = /contains\((.+), 'prod'\)/.exec(jobOf("deploy.yml", "prod").if ?? "") ?? [];
    const [, list = ""] = /^fromJSON\((.+)\)$/.exec(environments) ?? [];
    const ordered = `needs.order.outputs.stack && format('["{0}"]', needs.order.outputs.stack)`;
    expect(job.strategy?.matrix.stack).toBe(`\${{ fromJSON(${ordered} || ${list}) }}`);
    expect(job.env?.ARM_CLIENT_ID).toBe("${{ vars.AZURE_DRIFT_CLIENT_ID }}");
    expect(job.permissions).toEqual({ contents: "read", "id-token": "write", issues: "write" });
  });

  it("gives the token only to the step that writes issues", () => {
    const withToken = (job.steps ?? []).filter((step) => JSON.stringify(step).includes("github.token"));
    expect(withToken.map(({ run }) => run)).toEqual([expect.stringContaining("--issue") as string]);
  });
});

describe("the purge of registries", () => {
  const job = jobOf("purge.yml", "purge");

  it("is off until stacks are listed, and signs in with an identity of its own", () => {
    expect(job.if).toBe("vars.AZURE_TENANT_ID != '' && vars.AZURE_PURGE_CLIENT_ID != '' && vars.PURGED != ''");
    expect(job.strategy?.matrix.stack).toBe("${{ fromJSON(vars.PURGED || '[]') }}");
    expect([job.env?.ARM_CLIENT_ID, job.env?.AZURE_CLIENT_ID]).toEqual([
      "${{ vars.AZURE_PURGE_CLIENT_ID }}",
      "${{ vars.AZURE_PURGE_CLIENT_ID }}",
    ]);
    expect(job.environment).toBeUndefined();
    expect(job.permissions).toEqual({ contents: "read", "id-token": "write" });
  });

  it("reads the state of every environment, and runs while nobody deploys the stack", () => {
    expect(job.env?.PULUMI_BACKEND_URLS).toBe("${{ vars.PULUMI_BACKEND_URLS }}");
    expect(job.concurrency).toEqual({ group: "stack-${{ matrix.stack }}", "cancel-in-progress": false, queue: "max" });
  });

  it("deletes on schedule, and by hand only on request", () => {
    const runs = (job.steps ?? []).filter(({ run }) => run !== undefined).map((step) => [step.if, step.run]);
    expect(runs).toEqual([
      ["github.event_name == 'schedule' || inputs.delete", 'exec node_modules/.bin/tarmac purge "$STACK" --yes'],
      ["github.event_name != 'schedule' && !inputs.delete", 'npx tarmac purge "$STACK"'],
    ]);
  });
});

describe("the watch of the base image", () => {
  const { pin, look } = read("base.yml").jobs;

  it("opens the pull request in a job that runs the default branch's code and writes nothing else", () => {
    expect(Object.keys(read("base.yml").on)).toEqual(["schedule", "workflow_dispatch"]);
    expect(pin?.permissions).toEqual({ contents: "write", "pull-requests": "write" });
    expect(pin?.concurrency).toEqual({ group: "base-image", "cancel-in-progress": false });
    const withToken = (pin?.steps ?? []).filter((step) => JSON.stringify(step).includes("github.token"));
    expect(withToken.map(({ id, run }) => [id, run])).toEqual([
      ["pin", "npx tarmac pin-base app --newest minor --pull-request"],
    ]);
    expect(pin?.outputs).toEqual({ "pull-request": "${{ steps.pin.outputs.pull-request }}" });
  });

  it("fails on what is a warning elsewhere, unless a pull request is open that fixes it", () => {
    expect(look?.permissions).toEqual({ contents: "read" });
    expect([look?.needs, look?.if]).toEqual(["pin", "${{ !cancelled() }}"]);
    const check = "npx tarmac check-image app --no-run --policy .github/baseSeverities.yml";
    const checks = (look?.steps ?? []).filter(({ run = "" }) => run.includes("check-image"));
    expect(checks.map((step) => [step.if, step.run])).toEqual([
      ["needs.pin.outputs.pull-request == ''", check],
      ["needs.pin.outputs.pull-request != ''", `${check} --accept base-outdated --accept base-floating`],
    ]);
    const severities = readPolicy(".github/baseSeverities.yml", undefined);
    for (const code of ["base-outdated", "node-release-ending"] as const) {
      expect(codes[code].level).toBe("warning");
      expect(severities.get(code)).toBe("finding");
    }
  });
});

describe("a request to correct drift", () => {
  const { jobs } = read("drift.yml");

  it("is judged by a job that can only answer", () => {
    expect(jobs.order?.permissions).toEqual({ contents: "read", issues: "write" });
    expect(jobs.order?.environment).toBeUndefined();
    expect(jobs.order?.if).toContain("github.event.issue.user.login == 'github-actions[bot]'");
    expect(JSON.stringify(jobs.order?.env)).not.toMatch(/AZURE|PULUMI/);
  });

  it("is carried out with the environment's identity, under its rules, and not while it is deployed", () => {
    const deploy = jobOf("deploy-stack.yml", "deploy");
    for (const [name, stack] of [
      ["put-back", "needs.order.outputs.stack"],
      ["auto", "matrix.stack"],
    ] as const) {
      expect(jobs[name]?.environment).toBe(`\${{ ${stack} }}`);
      expect(jobs[name]?.concurrency).toEqual({
        ...deploy.concurrency,
        group: deploy.concurrency?.group.replace("inputs.stack", stack),
      });
      expect(jobs[name]?.permissions).toEqual({ contents: "read", "id-token": "write" });
    }
  });

  it("comes only from people, unless a variable names the environment", () => {
    expect(jobs.auto?.if).toContain("vars.AUTO_PUT_BACK != ''");
    expect(jobs["put-back"]?.if).toBe("needs.order.outputs.stack != ''");
  });
});

test("every variable that a workflow reads is one that docs/delivery.md says how to set", () => {
  const page = readFileSync("docs/delivery.md", "utf8");
  for (const file of files)
    for (const [, name] of textOf(file).matchAll(/vars\.([A-Z_]+)/g)) expect(page).toContain(`\`${name}\``);
});

describe("packages", () => {
  const installs = [...files.map((file) => join(folder, file)), ...actions].flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/run: (npm ci.*)/g)].map(([, command = ""]) => [file, command] as const),
  );

  it("that no command and no program imports are in no job that holds a token, and scripts of packages never run there", () => {
    const commands = "npm ci -w ops --omit=dev --omit=optional --ignore-scripts";
    const commandsWithDockerClient = "npm ci -w ops --omit=dev --ignore-scripts";
    expect(installs.filter(([file]) => !file.endsWith("ci.yml"))).toEqual([
      [".github/workflows/base.yml", commands],
      [".github/workflows/base.yml", commandsWithDockerClient],
      [".github/workflows/drift.yml", commands],
      [".github/workflows/preview.yml", commandsWithDockerClient],
      [".github/workflows/preview.yml", commands],
      [".github/workflows/sandbox-due.yml", commands],
      [".github/workflows/sandbox.yml", commands],
      [".github/workflows/sandbox.yml", commands],
      [".github/actions/prepare/action.yml", commands],
      [
        ".github/actions/rollback-program/action.yml",
        "npm ci -w settings -w policy --omit=dev --omit=optional --ignore-scripts",
      ],
    ]);
  });

  // workspaces.test.ts holds each manifest to the imports of its package, and the root's to those of the program.
  it("that the program imports are installed by its jobs", () => {
    type Manifest = { dependencies?: Record<string, string> };
    const manifestOf = (name: string) =>
      JSON.parse(readFileSync(`${name.replace(/^@tarmac\//, "")}/package.json`, "utf8")) as Manifest;
    const installedWith = (name: string): string[] => [
      name,
      ...Object.keys(manifestOf(name).dependencies ?? {}).flatMap((one) =>
        one.startsWith("@tarmac/") ? installedWith(one) : one,
      ),
    ];
    const ofProgram = Object.keys(manifestOf(".").dependencies ?? {});
    expect(ofProgram).toContain("@pulumi/azure-native");
    expect(["@tarmac/settings", "@tarmac/policy"].flatMap(installedWith)).toEqual(expect.arrayContaining(ofProgram));
    expect(installedWith("@tarmac/ops")).toEqual(
      expect.arrayContaining([...ofProgram, "@tarmac/policy", "@pulumi/policy"]),
    );
  });

  it("run no script without a recorded decision", () => {
    expect(readFileSync(".npmrc", "utf8")).toMatch(/^strict-allow-scripts=true$/m);
    type Lock = { packages: Record<string, { hasInstallScript?: true }> };
    const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;
    const { allowScripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
      allowScripts: Record<string, boolean>;
    };
    const scripted = Object.entries(packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => path.replace(/^.*node_modules\//, ""));
    expect(Object.keys(allowScripts)).toEqual(expect.arrayContaining(scripted));
  });

  it("are kept current, like everything else that is pinned", () => {
    type Updates = { updates: { "package-ecosystem": string; directory?: string; directories?: string[] }[] };
    const { updates } = parse(readFileSync(".github/dependabot.yml", "utf8")) as Updates;
    const watched = updates.flatMap((one) =>
      [one.directory ?? [], one.directories ?? []].flat().map((path) => `${one["package-ecosystem"]} ${path}`),
    );
    expect(watched).toEqual([
      ...["npm /", "npm /app", "github-actions /", "github-actions /.github/actions/*"],
      "gomod /local/toolchain/go/*",
      "pip /local/toolchain/python",
    ]);
  });
});

it("every path in CODEOWNERS exists, and those that decide are in it", () => {
  const paths = readFileSync(".github/CODEOWNERS", "utf8")
    .split("\n")
    .flatMap((line) => /^(\/\S+)\s/.exec(line)?.[1] ?? []);
  for (const path of paths) expect([path, existsSync(`.${path}`)]).toEqual([path, true]);
  expect(paths).toEqual(
    expect.arrayContaining([
      ...[
        "/.github/",
        "/ops/",
        "/policy/",
        "/package.json",
        "/package-lock.json",
        "/run.mjs",
        "/program/",
        "/index.ts",
      ],
      ...["/Pulumi.yaml", "/Pulumi.prod.yaml", "/.npmrc"],
    ]),
  );
});
