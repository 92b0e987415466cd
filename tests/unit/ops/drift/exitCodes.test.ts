import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { codeWithoutPutBack, lookCode } from "../../../../ops/drift/exitCodes.ts";

// Octokit keeps writes seconds apart. `gitHubClient.test.ts` tries its pauses.
jest.mock("@octokit/plugin-throttling", () => ({ throttling: () => ({}) }));

test("drift anywhere counts more than a check that could not run, and a stack that sleeps is not a failure", () => {
  expect(
    [["none", "asleep"] as const, ["unseen", "none"] as const, ["unseen", "drift"] as const].map(lookCode),
  ).toEqual([0, 2, 1]);
});

test("a stack that sleeps is not corrected, and fails only a caller that asked for the correction", () => {
  const codes = (auto: boolean) =>
    (["asleep", "unseen", "drift", "none"] as const).map((state) => codeWithoutPutBack(state, auto));
  expect([codes(true), codes(false)]).toEqual([
    [0, 2, undefined, undefined],
    [1, 2, undefined, undefined],
  ]);
});

test("--put-back on an unreadable stack exits with 2, and --json says why", () => {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-drift-"));
  try {
    writeFileSync(join(folder, "Pulumi.yaml"), "name: tarmac\nruntime: nodejs\n");
    writeFileSync(join(folder, "Pulumi.dev.yaml"), 'config:\n  azure-native:metadataHost: "localhost:1"\n');
    writeFileSync(join(folder, "pulumi"), "#!/bin/sh\necho 'error: the state is locked away' >&2\nexit 255\n");
    chmodSync(join(folder, "pulumi"), 0o755);
    const id = "00000000-0000-4000-8000-000000000000";
    const { stdout, status } = spawnSync(
      process.execPath,
      [resolve("ops/bin/tarmac.mjs"), "drift", "dev", "--put-back", "--json"],
      {
        cwd: folder,
        env: {
          ...{ HOME: folder, PATH: `${folder}:/usr/bin:/bin` },
          ...{ ARM_TENANT_ID: id, ARM_SUBSCRIPTION_ID: id, ARM_CLIENT_ID: id, ARM_CLIENT_SECRET: "none" },
        },
        encoding: "utf8",
      },
    );
    expect(JSON.parse(stdout)).toMatchObject([
      { stack: "dev", state: "unseen", drifted: [], problems: [expect.stringContaining("the state is locked away")] },
    ]);
    expect(status).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
