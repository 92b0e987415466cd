import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorLine, setOutput, workflowRun } from "../../../../ops/github/workflow.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-workflow-"));
afterAll(() => rmSync(folder, { recursive: true }));
const event = (value: unknown) => {
  const file = join(folder, "event.json");
  writeFileSync(file, JSON.stringify(value));
  return { GITHUB_EVENT_PATH: file, GITHUB_REPOSITORY: "team/hello", GITHUB_RUN_ID: "42", GITHUB_TOKEN: "" };
};

describe("a workflow", () => {
  it("is absent outside a workflow", () => {
    expect(workflowRun({})).toEqual({ fork: false });
  });

  it("runs for a pull request of this repository", () => {
    const pull = { number: 7, head: { sha: "abc", repo: { full_name: "team/hello" } } };
    expect(workflowRun(event({ pull_request: pull }))).toEqual({
      ...{ fork: false, head: "abc", pullRequest: { repository: "team/hello", number: 7 } },
      ...{ url: "https://github.com/team/hello/actions/runs/42", repository: "team/hello" },
    });
  });

  it("names the label that started it, and who set it", () => {
    const labeled = { action: "labeled", label: { name: "x" }, sender: { login: "grace", type: "User" } };
    const pull_request = { number: 7, head: { sha: "abc" } };
    expect(workflowRun(event({ ...labeled, pull_request })).labeled).toEqual({ name: "x", by: "grace" });
    expect(workflowRun(event({ ...labeled, action: "unlabeled", pull_request })).labeled).toBeUndefined();
    expect(workflowRun(event({ ...labeled, sender: { login: "a[bot]", type: "Bot" } })).labeled).toBeUndefined();
  });

  it.each([{ full_name: "mallory/hello" }, null, undefined])("runs for a pull request of a fork: %j", (repo) => {
    expect(workflowRun(event({ pull_request: { number: 7, head: { sha: "abc", repo } } })).fork).toBe(true);
  });

  it("may run without a pull request", () => {
    expect(workflowRun(event({ schedule: "0 * * * *" }))).toMatchObject({ fork: false });
  });
});

it("an error stays on one line, whatever it contains", () => {
  expect(errorLine("100 %\n::add-mask::x")).toBe("::error::100 %25%0A::add-mask::x");
});

it("an output is one line of its file", () => {
  const file = join(folder, "output");
  setOutput(file, "report", "a.json\nother=1");
  expect(readFileSync(file, "utf8")).toBe("report=a.json other=1\n");
});
