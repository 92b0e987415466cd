import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { starts, type StartingEvent } from "../../rehearsal/triggers.ts";

const onOf = (file: string) =>
  (parse(readFileSync(`.github/workflows/${file}`, "utf8")) as { on: Parameters<typeof starts>[0] }).on;
const pull = (action: string, branch = "main"): StartingEvent => ({ name: "pull_request", action, branch });

it.each<[string, StartingEvent, boolean]>([
  ["preview.yml", pull("opened"), true],
  ["preview.yml", pull("opened", "side"), false],
  ["preview.yml", pull("edited"), true],
  ["preview.yml", pull("labeled"), true],
  ["preview.yml", pull("closed"), false],
  ["preview.yml", { name: "merge_group", branch: "main" }, true],
  ["preview.yml", { name: "push", branch: "main" }, false],
  ["sandbox.yml", pull("closed", "side"), true],
  ["sandbox.yml", pull("opened"), false],
  ["deploy.yml", { name: "push", branch: "main" }, true],
  ["deploy.yml", { name: "push", branch: "side" }, false],
  ["deploy.yml", { name: "push", branch: "main", files: ["docs/delivery.md", "tests/unit/x.ts", "README.md"] }, false],
  ["deploy.yml", { name: "push", branch: "main", files: ["docs/delivery.md", "index.ts"] }, true],
  ["deploy.yml", { name: "workflow_dispatch" }, true],
  ["drift.yml", { name: "schedule" }, true],
  ["drift.yml", { name: "issue_comment", action: "created" }, true],
  ["drift.yml", { name: "issue_comment", action: "edited" }, false],
])("%s on %j: %s", (file, event, expected) => {
  expect(starts(onOf(file), event)).toBe(expected);
});

it("uses GitHub's default activities for a workflow that names none", () => {
  expect(starts({ pull_request: null }, pull("synchronize"))).toBe(true);
  expect(starts({ pull_request: null }, pull("labeled"))).toBe(false);
});
