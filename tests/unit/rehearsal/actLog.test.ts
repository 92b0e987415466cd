import { ActLog } from "../../rehearsal/actLog.ts";

const line = (more: object) =>
  JSON.stringify({ job: "dev/deploy a stack/deploy ", jobID: "deploy", matrix: {}, ...more });

it("separates the jobs, with the output of their steps and their results", () => {
  const log = new ActLog();
  const printed = [
    line({ msg: "⭐ Run Main echo hello", step: "echo hello", stepID: ["0"] }),
    line({ msg: "hello\r\n", raw_output: true, stepID: ["0"] }),
    line({ command: "error", msg: "  ❗  ::error::bad\n", raw: "::error::bad\n" }),
    line({ command: "summary", content: "# Done\n", msg: "  ⚙  Summary - # Done\n" }),
    line({
      command: "set-output",
      name: "images",
      arg: "{}",
      msg: "  ⚙  ::set-output:: images={}",
      stepID: ["deploy"],
    }),
    line({ command: "set-output", name: "changes", arg: "[]", stepID: ["deploy"] }),
    line({ command: "set-output", name: "inside", arg: "", stepID: ["program", "find"] }),
    line({ step: "exit 3", stepID: ["1"], stepResult: "failure", msg: "  ❌  Failure" }),
    line({ jobResult: "failure", msg: "🏁  Job failed" }),
    line({ job: "look-1", jobID: "look", matrix: { stack: "dev" }, jobResult: "success", msg: "🏁  Job succeeded" }),
    line({ job: "look-2", jobID: "look", matrix: { stack: "prod" }, msg: "⭐ Run Set up job" }),
  ].flatMap((text) => log.read(text) ?? []);
  expect(printed).toEqual(["hello", "::error::bad"]);
  expect(log.jobs).toEqual([
    {
      ...{ id: "deploy", path: "dev/deploy a stack/deploy", result: "failure", summary: "# Done\n" },
      ...{ said: "hello\r\n::error::bad\n", failed: ["exit 3"] },
      outputs: { deploy: { images: "{}", changes: "[]" } },
    },
    expect.objectContaining({ id: "look", path: "look-1", result: "success" }),
    expect.objectContaining({ id: "look", path: "look-2", result: "unfinished" }),
  ]);
});

it("keeps messages of act that belong to no job", () => {
  const log = new ActLog();
  log.read("Error: workflow is not valid");
  log.read(JSON.stringify({ level: "warning", msg: "no Docker" }));
  expect(log.other).toEqual(["Error: workflow is not valid", "no Docker"]);
  expect(log.jobs).toEqual([]);
});
