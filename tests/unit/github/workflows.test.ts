import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}
interface Job {
  permissions?: Record<string, string> | string;
  steps?: Step[];
  "timeout-minutes"?: number;
}
interface Workflow {
  on: Record<string, unknown> | string | string[];
  permissions?: unknown;
  jobs: Record<string, Job>;
}

const folder = ".github/workflows";
const files = readdirSync(folder).filter((file) => /\.ya?ml$/.test(file));

describe.each(files)("%s", (file) => {
  const text = readFileSync(join(folder, file), "utf8");
  const workflow = parse(text) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps ?? []);

  it("takes actions by commit, with the version beside it", () => {
    const used = text.split("\n").filter((line) => /^\s*(?:- )?uses:/.test(line));
    for (const line of used) expect(line).toMatch(/uses: (?:\.\/\S+|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+(?:\.\d+)*)$/);
  });

  it("gives each job its own rights, and none beside", () => {
    expect(workflow.permissions).toEqual({});
    for (const job of Object.values(workflow.jobs)) expect(typeof job.permissions).toBe("object");
  });

  it("puts nothing into a script: values come by the environment", () => {
    for (const { run = "" } of steps) expect(run).not.toContain("${{");
  });

  it("runs no stranger's code with this repository's rights", () => {
    expect(JSON.stringify(workflow.on)).not.toContain("pull_request_target");
  });

  it("leaves no token behind in the clone", () => {
    for (const { uses = "", with: given = {} } of steps)
      if (uses.startsWith("actions/checkout@")) expect(given["persist-credentials"]).toBe(false);
  });

  it("ends in time", () => {
    for (const job of Object.values(workflow.jobs)) expect(job["timeout-minutes"]).toBeLessThanOrEqual(120);
  });
});

describe("the preview of a pull request", () => {
  const { jobs, on } = parse(readFileSync(join(folder, "preview.yml"), "utf8")) as Workflow;

  it("runs the change's code where it cannot write, and the base's where it can", () => {
    expect(jobs.collect?.permissions).toEqual({ contents: "read", "id-token": "write" });
    expect(jobs.report?.permissions).toEqual({ contents: "read", "pull-requests": "write" });
    const [checkout] = jobs.report?.steps ?? [];
    expect(checkout?.with?.ref).toBe("${{ github.event.pull_request.base.sha }}");
  });

  it("gives the token to the one step that posts, and to no other", () => {
    const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);
    const withToken = steps.filter((step) => JSON.stringify(step).includes("github.token"));
    expect(withToken.map(({ run }) => run)).toEqual([expect.stringContaining("--post") as string]);
  });

  it("judges anew when a label comes or goes", () => {
    expect((on as { pull_request: { types: string[] } }).pull_request.types).toEqual(
      expect.arrayContaining(["opened", "synchronize", "reopened", "labeled", "unlabeled"]),
    );
  });
});
