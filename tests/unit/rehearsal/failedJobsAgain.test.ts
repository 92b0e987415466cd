import { parse } from "yaml";
import type { JobRun } from "../../rehearsal/actLog.ts";
import { failedJobsAgain } from "../../rehearsal/failedJobsAgain.ts";

interface Job {
  steps?: { id?: string; run?: string; env?: Record<string, string> }[];
  uses?: string;
}

const job = (path: string, result: JobRun["result"], outputs: JobRun["outputs"] = {}): JobRun => ({
  ...{ id: path.split("/").at(-1)?.replace(/-\d$/, "") ?? "", path, result, outputs },
  ...{ said: "", summary: "", failed: [] },
});

const jobsIn = (text: string | undefined) => (parse(text ?? "") as { jobs: Record<string, Job> }).jobs;
const runsOf = (jobs: Record<string, Job>) =>
  Object.fromEntries(Object.entries(jobs).map(([id, { steps = [] }]) => [id, steps.map(({ run }) => run).join()]));

const preview = `jobs:
  collect: { outputs: { news: "\${{ steps.one.outputs.news }}" }, permissions: {}, steps: [{ id: one, run: collect }] }
  other: { steps: [{ run: other }] }
  report: { needs: collect, steps: [{ run: report }] }
  last: { needs: [report], steps: [{ run: last }] }
  skipped: { if: "false", steps: [{ run: skipped }] }
`;

it("runs failed jobs and those that need them; the others repeat their outputs", () => {
  const kept = [job("preview/collect-1", "success", { one: { news: "a\nb" } }), job("preview/other", "success")];
  const jobs = [...kept, job("preview/report", "failure"), job("preview/last", "success")];
  const again = failedJobsAgain({ "preview.yml": preview }, "preview.yml", jobs);
  expect(again.kept).toEqual(kept);
  const adapted = jobsIn(again.files["preview.yml"]);
  expect(runsOf(adapted)).toEqual({
    ...{ collect: ':,printf "%s" "$KEPT" >> "$GITHUB_OUTPUT"', other: ":" },
    ...{ report: "report", last: "last", skipped: "skipped" },
  });
  expect(adapted.collect).not.toHaveProperty("permissions");
  expect(adapted.collect).toMatchObject({
    outputs: { news: "${{ steps.one.outputs.news }}" },
    steps: [{}, { id: "one", env: { KEPT: "news<<END_OF_OUTPUT\na\nb\nEND_OF_OUTPUT\n" } }],
  });
});

it("runs a job of a matrix again if one of its legs failed, and a canceled job", () => {
  const jobs = [
    job("preview/collect-1", "success"),
    job("preview/collect-2", "failure"),
    job("preview/other", "unfinished"),
  ];
  const again = failedJobsAgain({ "preview.yml": preview }, "preview.yml", jobs);
  expect(again.kept).toEqual([]);
  expect(runsOf(jobsIn(again.files["preview.yml"]))).toMatchObject({ collect: "collect", other: "other" });
});

it("decides separately for each call of a workflow", () => {
  const files = {
    "deploy.yml": `jobs:
  dev: { uses: ./.github/workflows/stack.yml }
  staging: { needs: dev, uses: ./.github/workflows/stack.yml }
`,
    "stack.yml": `jobs:
  proved: { steps: [{ run: proved }] }
  deploy: { needs: proved, steps: [{ run: deploy }] }
`,
  };
  const kept = [
    job("dev/a stack/deploy", "success", { deploy: { images: "{}" } }),
    job("staging/a stack/proved", "success"),
  ];
  const again = failedJobsAgain(files, "deploy.yml", [...kept, job("staging/a stack/deploy", "failure")]);
  expect(again.kept).toEqual(kept);
  const { dev, staging } = jobsIn(again.files["deploy.yml"]);
  expect(runsOf(jobsIn(again.files[dev?.uses?.split("/").at(-1) ?? ""])).deploy).toContain("GITHUB_OUTPUT");
  expect(runsOf(jobsIn(again.files[staging?.uses?.split("/").at(-1) ?? ""]))).toEqual({
    proved: ":",
    deploy: "deploy",
  });
  expect(again.files["stack.yml"]).toBe(files["stack.yml"]);

  const early = failedJobsAgain(files, "deploy.yml", [job("dev/a stack/deploy", "failure"), ...kept.slice(1)]);
  expect(early.kept).toEqual([]);
});
