import { mergedPullRequests } from "../../../../ops/deploy/mergedPullRequests.ts";
import { GitHubClient } from "../../../../ops/github/gitHubClient.ts";
import { type ConsentRecord, recordLine } from "../../../../ops/previewReport/consentRecord.ts";
import { marker } from "../../../../ops/previewReport/reportMarkdown.ts";
import { GitHubStandIn } from "../../../githubStandIn/gitHubStandIn.ts";

let github: GitHubStandIn;
beforeEach(async () => {
  github = await new GitHubStandIn().start();
});
afterEach(() => github.stop());

const repository = "team/hello";
const head = "feedfacefeedface";
const accepted = [{ stack: "prod", kind: "replace" as const, resource: "hello (x)", causes: ["location"] }];
const record = (more: Partial<ConsentRecord> = {}): ConsentRecord => ({
  ...{ head, reasons: "r", shown: "2026-11-28T08:00:00Z", by: "grace", accepted, seen: { dev: ["abcdefgh"] } },
  ...more,
});
const merged = { number: 7, head: { sha: head }, merged_at: "2026-11-28T09:00:00Z", user: { login: "ada" } };
const comment = (given: ConsentRecord, login = "github-actions[bot]") =>
  github.say(login, `${marker}\n## Preview\n\n${recordLine(given)}\n`);
const ask = (since?: string) =>
  mergedPullRequests(new GitHubClient({ apiUrl: github.url, token: github.token }), {
    ...{ repository, commit: "c3", since },
  });

it("includes what was accepted and seen on the pull request of the commit", async () => {
  github.pullsOf = { c3: [merged, { ...merged, number: 8, merged_at: null }] };
  comment(record());
  expect(await ask()).toEqual({
    numbers: [7],
    accepted: [{ ...accepted[0], by: "grace", number: 7 }],
    seen: { dev: new Set(["abcdefgh"]) },
  });
});

it("includes the pull request of a commit whose own deployment failed", async () => {
  github.comparisons = { "c1...c3": ["c2", "c3"] };
  github.pullsOf = { c2: [merged] };
  comment(record());
  expect(await ask("c1")).toMatchObject({ numbers: [7], accepted: [{ by: "grace" }] });
});

it("includes only the commit if the running one is gone", async () => {
  github.pullsOf = { c3: [merged] };
  expect(await ask("rewritten")).toEqual({ numbers: [7], accepted: [], seen: {} });
});

it.each<[string, () => void]>([
  ["no record", () => void github.say("github-actions[bot]", `${marker}\n## Preview`)],
  ["a record of an older commit", () => void comment(record({ head: "0000" }))],
  ["somebody else's comment", () => void comment(record(), "ada")],
  [
    "a record in the text above the real one",
    () => {
      const real = { head, reasons: "r", shown: "2026-11-28T08:00:00Z", accepted: [], seen: {} };
      const text = `${marker}\n## Preview\n\n${recordLine(record())}\n\n${recordLine(real)}\n`;
      github.say("github-actions[bot]", text);
    },
  ],
  [
    "a record that cannot be read",
    () => void github.say("github-actions[bot]", `${marker}\n<!-- tarmac-record e30 -->`),
  ],
])("accepts nothing because of %s", async (_, write) => {
  github.pullsOf = { c3: [merged] };
  write();
  expect(await ask()).toEqual({ numbers: [7], accepted: [], seen: {} });
});

it("includes nothing if no pull request was merged", async () => {
  expect(await ask()).toEqual({ numbers: [], accepted: [], seen: {} });
});
