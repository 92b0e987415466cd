/** What people read about a purge. */
import type { Purge } from "../../../../ops/purge/purgeRegistry.ts";
import { purgeText } from "../../../../ops/purge/purgeText.ts";

const purge = (more: Partial<Purge> = {}): Purge => ({
  ...{ loginServer: "a.azurecr.io", stacks: 1, users: [{ stack: "dev", read: "state" }] },
  repositories: [{ name: "app", kept: { locked: 2 }, deleted: [] }],
  ...{ bytes: { freed: 0, shared: 0 }, dryRun: true, problems: [] },
  ...more,
});
const deleted = [{ digest: "sha256:1", tags: [], updated: new Date("2026-01-02T03:04:05Z") }];

test("with nothing to delete, prints only that", () => {
  expect(purgeText(purge()).split("\n")).toEqual([
    "a.azurecr.io: read 1 stack; these name the registry: dev (state)",
    "app:",
    "  keep    2  locked",
    "nothing to delete",
  ]);
});

test("one manifest that shares no layer", () => {
  const repositories = [{ name: "app", kept: {}, deleted }];
  expect(purgeText(purge({ repositories, bytes: { freed: 2e6, shared: 0 } }))).toContain(
    "  delete  sha256:1  2026-01-02  without a tag\nwould delete 1 manifest, at most 2.0 MB\nOther repositories",
  );
});

test("lists what was deleted, and what was not", () => {
  const repositories = [{ name: "app", kept: {}, deleted: [...deleted, ...deleted] }];
  const text = purgeText(purge({ repositories, dryRun: false, stacks: 2, problems: ["app@sha256:2 was not deleted"] }));
  expect(text).toContain("read 2 stacks;");
  expect(text).toContain("deleted 2 manifests, at most 0.0 MB\n");
  expect(text).toMatch(/problem: app@sha256:2 was not deleted$/);
});
