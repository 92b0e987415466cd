/** The scan as a part of the whole check: its findings, and its reasons for knowing nothing, reach the result. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { exitCodeOf, toJson, type Result } from "../../../../../ops/checkImage/checkResult.ts";
import { toJunit } from "../../../../../ops/checkImage/reports/junit.ts";
import { toSarif } from "../../../../../ops/checkImage/reports/sarif.ts";
import { withSeverities } from "../../../../../ops/checkImage/severities.ts";
import type { ScanOptions } from "../../../../../ops/checkImage/vulnerabilities/scanOptions.ts";
import { check } from "../../../../../ops/checkImage/wholeCheck.ts";
import { conditions } from "../faultlessEvidence.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-scan-in-check-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => (process.env.PATH = `${folder}:/usr/bin:/bin`));

async function tar(files: Record<string, string | Buffer>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  return buffer(archive);
}

/** An engine that has one image without faults. */
async function engine(): Promise<Docker> {
  const layer = await tar({ "app/main.js": "x" });
  const manifest = JSON.stringify([{ Config: "config.json", Layers: ["layer.tar"] }]);
  const archive = await tar({ "config.json": '{"config":{}}', "layer.tar": layer, "manifest.json": manifest });
  const image = {
    inspect: () =>
      Promise.resolve({
        ...{ Id: "sha256:1", RepoDigests: [], Os: "linux", Architecture: "amd64" },
        Config: {
          ...{ User: "10001:10001", Entrypoint: ["node", "main.js"], Env: ["NODE_ENV=production"] },
          Labels: { "org.opencontainers.image.base.name": "node:24.21.0-trixie-slim" },
        },
      }),
    history: () => Promise.resolve([]),
    get: () => Promise.resolve(Readable.from([archive])),
  };
  const docker = {
    getImage: () => image,
    info: () => Promise.resolve({ NCPU: 2 }),
    listContainers: () => Promise.resolve([]),
  };
  return docker as unknown as Docker;
}

async function checked(scan?: ScanOptions): Promise<Result> {
  const outcome = await check({
    ...{ docker: await engine(), subject: { image: "hello:1.2.3" }, conditions, run: false, timeoutSeconds: 60 },
    ...(scan === undefined ? {} : { scan }),
    ...{ docsOf: (code) => code, report: () => undefined, signal: new AbortController().signal },
  });
  return { image: "hello:1.2.3", source: "app/Dockerfile", conditions, milliseconds: 1, ...outcome };
}

const statusOf = ({ verdicts }: Result) => verdicts.find(({ check: name }) => name === "vulnerabilities")?.status;

it("is no part of a check that does not ask for it", async () => {
  const result = await checked();
  expect([statusOf(result), result.incomplete, exitCodeOf(result)]).toEqual([undefined, undefined, 0]);
});

it("makes the check incomplete if the result is unknown: exit code 2, and an error in every report", async () => {
  const result = await checked({ scanner: "trivy", databaseDays: 5 });
  expect([statusOf(result), exitCodeOf(result)]).toEqual(["skipped", 2]);
  const reason = "vulnerabilities are unknown: trivy is not on PATH: install trivy";
  expect(result.incomplete).toContain(reason);
  expect(JSON.parse(toJson(result))).toMatchObject({
    ok: false,
    incomplete: expect.stringContaining(reason) as string,
  });
  expect(toSarif(result)).toContain('"executionSuccessful": false');
  expect(toJunit(result)).toContain(`<error message="${reason}`);
});

it("judges what the scanner reports by the same severities as all other findings", async () => {
  const vulnerability = { id: "CVE-2026-1", severity: "High", fix: { state: "fixed", versions: ["2"] } };
  const report = {
    matches: [{ vulnerability, artifact: { name: "openssl", version: "1" } }],
    ...{ distro: { name: "debian" }, descriptor: { version: "1", db: { built: new Date().toISOString() } } },
  };
  writeFileSync(join(folder, "report.json"), JSON.stringify(report));
  const script = `#!/bin/sh
[ "$1" = --version ] && exit 0
tar -tf "\${1#docker-archive:}" | grep -q manifest.json && cat ${folder}/report.json
`;
  writeFileSync(join(folder, "grype"), script, { mode: 0o755 });
  const result = await checked({ scanner: "any", databaseDays: 5 });
  expect([statusOf(result), result.incomplete, exitCodeOf(result)]).toEqual(["finding", undefined, 1]);
  expect(toJunit(result)).toContain('<failure type="vulnerability-high"');
  const verdicts = withSeverities(result.verdicts, new Map([["vulnerability-high", "warning"]]), new Set());
  expect(exitCodeOf({ ...result, verdicts })).toBe(0);
});
