/** The whole loop of delivery, station by station: `npm run rehearsal` tells the same for people. */
import { newNamespace, Rehearsal, sandboxStack } from "../rehearsal/rehearsal.ts";
import { start } from "./localStack.ts";

let rehearsal: Rehearsal;

beforeAll(async () => {
  await start();
  rehearsal = await Rehearsal.begin(() => undefined);
});
afterAll(() => rehearsal.end());

it("deploys what is on main, tries it, and remembers it as good", async () => {
  const { code, said, summary } = await rehearsal.deploy();
  expect({ code, said }).toMatchObject({ code: 0 });
  expect(said).toMatch(/ok: 2 pods, all ready, all of sha256:\w+/);
  expect(summary).toMatch(/^### rehearsal: deployed$/m);
  expect(await rehearsal.ask()).toBe(200);
});

it("stops a pull request that replaces a namespace, and says why on it", async () => {
  await rehearsal.openPullRequest();
  const collect = await rehearsal.collectPreview();
  expect({ code: collect.code, said: collect.said }).toMatchObject({ code: 0 });
  const report = await rehearsal.judgePreview();
  expect({ code: report.code, said: report.said }).toMatchObject({ code: 1 });
  const comment = rehearsal.comment();
  expect(comment).toContain("## Preview: stopped");
  expect(comment).toMatch(/`rehearsal` \*\*(?:replaces|deletes)\*\* `\S+ \(kubernetes:core\/v1:Namespace\)`/);
  expect(comment).toContain("GREETING");
});

it("lets it pass with the label, in the same comment", async () => {
  rehearsal.label("preview-override");
  const { code, said } = await rehearsal.judgePreview();
  expect({ code, said }).toMatchObject({ code: 0 });
  expect(rehearsal.comment()).toContain("The label `preview-override` lets it pass, set by `grace`.");
});

it("makes a sandbox of the change", async () => {
  const { code, said } = await rehearsal.sandboxUp();
  expect({ code, said }).toMatchObject({ code: 0 });
  expect(await rehearsal.ask(sandboxStack)).toBe(200);
  expect(await rehearsal.tracesOf(sandboxStack)).toContain(`stack ${sandboxStack}`);
});

it("deploys what was merged", async () => {
  await rehearsal.merge();
  const { code, said } = await rehearsal.deploy();
  expect({ code, said }).toMatchObject({ code: 0 });
  expect(said).toMatch(
    /accepted: (?:replace|delete) of \S+ \(kubernetes:core\/v1:Namespace\): accepted by grace on pull request #7/,
  );
  expect(await rehearsal.ask()).toBe(200);
  expect(await rehearsal.tracesOf("rehearsal")).toContain(`namespace/${newNamespace}`);
});

it("leaves nothing of a sandbox that has expired, and all of the rest", async () => {
  await rehearsal.letSandboxExpire();
  const { code, said } = await rehearsal.reap();
  expect({ code, said }).toMatchObject({ code: 0 });
  expect(await rehearsal.tracesOf(sandboxStack)).toEqual([]);
  expect(await rehearsal.ask()).toBe(200);
});

it("opens an issue about what was changed by hand", async () => {
  await rehearsal.changeByHand();
  const { code, said, summary } = await rehearsal.drift();
  // Drift is no failure of the job.
  expect({ code, said }).toMatchObject({ code: 0 });
  const { title, state, body } = rehearsal.issue();
  expect({ title, state }).toEqual({ title: "Drift in rehearsal", state: "open" });
  expect(body).toMatch(/\| `hello` \| `mended at 3 am` \|/);
  expect(summary).toContain("mended at 3 am");
});

it("puts it back, and closes the issue", async () => {
  const mended = await rehearsal.deploy("refresh");
  expect({ code: mended.code, said: mended.said }).toMatchObject({ code: 0 });
  const { code, said } = await rehearsal.drift();
  expect({ code, said }).toMatchObject({ code: 0 });
  expect(rehearsal.issue()).toMatchObject({
    state: "closed",
    comments: [expect.stringMatching(/^No drift any more at /)],
  });
});
