/** `check-image` on images with one fault each, on the good one, and on the service itself. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { checkoutFolder, sockets } from "../../local/layout.ts";
import { check, type CheckOutcome } from "../../ops/checkImage/wholeCheck.ts";
import { connect } from "../../ops/checkImage/engine/connect.ts";
import { readOptions, type GivenOptions } from "../../ops/checkImage/checkImageOptions.ts";
import { addCheckImage } from "../../ops/commands/checkImage.ts";
import { conditionsFor, subjectOf } from "../../ops/checkImage/checkedImage.ts";
import { withSeverities } from "../../ops/checkImage/severities.ts";
import type { Finding } from "../../ops/checkImage/verdict.ts";
import { baseImage, imageCases, writeFolder, type ImageCase } from "./builtImageCases.ts";
import { parsedCommand } from "../parsedCommand.ts";
import { ended } from "./runProgram.ts";
import { eventually, local, start } from "./localStack.ts";

/**
 * The results for running images also depend on times. All of them take about ten minutes on two idle cores, and a busy machine makes
 * them look slow. So they run only on request: TARMAC_E2E_IMAGES=all, or a part of them, such as TARMAC_E2E_IMAGES=2/3.
 */
const [, part = 1, parts = 1] = (/^(\d+)\/(\d+)$/.exec(process.env.TARMAC_E2E_IMAGES ?? "") ?? []).map(Number);
const runsImages = process.env.TARMAC_E2E_IMAGES === "all" || parts > 1;
const isRead = ({ options = [] }: ImageCase): boolean => options.includes("--no-run");
const [toRead, toRun] = [true, false].map((read) =>
  Object.entries(imageCases)
    .filter(([, image]) => isRead(image) === read)
    .filter((_, index) => read || index % parts === part - 1),
) as [[string, ImageCase][], [string, ImageCase][]];

/** More than the machine has cores, because a check mostly waits. */
const atATime = 5;

let docker: Docker;
const folder = mkdtempSync(join(tmpdir(), "tarmac-e2e-images-"));
const outcomes = new Map<string, PromiseSettledResult<CheckOutcome>>();

beforeAll(async () => {
  const engine = { DOCKER_HOST: `unix://${sockets.docker}` };
  docker = await connect(engine).catch(async () => {
    await start();
    return connect(engine);
  });
  // This run would mistake the containers of a killed run for its own.
  for (const { Id } of await docker.listContainers({ all: true, filters: { name: ["tarmac-check-"] } })) {
    await docker.getContainer(Id).remove({ force: true });
  }
  for (const { Id } of await docker.listImages({ filters: { reference: ["tarmac-check"] } })) {
    await docker.getImage(Id).remove({ force: true });
  }
  const waiting = [...toRead, ...(runsImages ? toRun : [])];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, image] = next;
      const [outcome] = await Promise.allSettled([checked(name, image)]);
      outcomes.set(name, outcome);
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}, 3_600_000);

afterAll(() => rmSync(folder, { recursive: true }));

async function checked(name: string, image: ImageCase): Promise<CheckOutcome> {
  const path = join(folder, name.replaceAll(/\W/g, "-"));
  writeFolder(path, image);
  const given = [...(image.options ?? []), "--drain", "1", "--requests", "500", path];
  const options = readOptions(parsedCommand<GivenOptions>(addCheckImage, given).options, path);
  const outcome = await check({
    docker,
    subject: await subjectOf(options, undefined, { checkout: checkoutFolder, caller: folder }),
    conditions: conditionsFor(options, undefined),
    run: options.run,
    timeoutSeconds: options.timeoutSeconds,
    docsOf: (code) => code,
    report: () => undefined,
    signal: new AbortController().signal,
  });
  return { ...outcome, verdicts: withSeverities(outcome.verdicts, new Map(), new Set(options.accept)) };
}

function findings(name: string): Finding[] {
  const outcome = outcomes.get(name);
  if (outcome?.status !== "fulfilled") throw outcome?.reason ?? new Error(`${name} was not checked`);
  return outcome.value.verdicts.flatMap((verdict) => verdict.findings);
}

function expectRightly(name: string, { expected, says }: ImageCase): void {
  const found = findings(name).filter(({ level }) => level !== "note");
  expect({ name, codes: found.map(({ code }) => code).sort() }).toEqual({ name, codes: [...expected].sort() });
  if (says !== undefined) expect(found.map(({ seen }) => seen).join("\n")).toContain(says);
  const outcome = outcomes.get(name);
  expect(outcome).toMatchObject({ status: "fulfilled" });
  expect(outcome?.status === "fulfilled" ? outcome.value.incomplete : undefined).toBeUndefined();
}

it.each(toRead)("judges an image correctly without running it: %s", expectRightly);

(runsImages ? it : it.skip).each(toRun)(
  "judges an image rightly by running it (with TARMAC_E2E_IMAGES=all: it takes ten minutes): %s",
  expectRightly,
);

describe("the command", () => {
  const command = (...args: string[]) =>
    ended("npm", ["run", "--silent", "check-image", "--", ...args], {
      env: {
        ...{ ...process.env, DOCKER_HOST: undefined, FORCE_COLOR: undefined },
        PATH: `${folder}:${process.env.PATH ?? ""}`,
      },
    });
  /** A stand-in for grype, which reports the number of layers in the archive that it gets, and a database of today. */
  const grype = `#!/bin/sh
[ "$1" = --version ] && exit 0
layers=$(tar -xOf "\${1#docker-archive:}" manifest.json | grep -o '"Layers"' | wc -l)
cat <<END
{ "distro": { "name": "debian" }, "descriptor": { "version": "1", "db": { "built": "$(date -u +%FT%TZ)" } },
  "matches": [{ "vulnerability": { "id": "CVE-2026-1", "severity": "High", "fix": { "state": "fixed", "versions": ["2"] } },
    "artifact": { "name": "openssl", "version": "$layers" } }] }
END
`;

  it("finds nothing in the service itself, with the settings of the stack", async () => {
    const { code, stdout } = await command("--json", "app");
    const result = JSON.parse(stdout) as {
      ok: boolean;
      stack: string;
      findings: Finding[];
      checks: { status: string }[];
    };
    expect(result.findings.map(({ code }) => code)).toEqual(["healthcheck-ignored"]);
    expect(result).toMatchObject({ ok: true, stack: "local" });
    // The check of the tag: an image that was built here has none.
    expect(result.checks.filter(({ status }) => status === "skipped")).toHaveLength(1);
    expect(code).toBe(0);
  });

  it("reports an image tagged latest, built for another platform and with a vulnerability, in plain text when piped", async () => {
    await local("docker", "tag", baseImage, "tarmac-e2e-check:latest");
    try {
      writeFileSync(join(folder, "grype"), grype, { mode: 0o755 });
      const scan = ["--vulnerabilities", "grype"];
      const { code, stdout } = await command(
        "--no-run",
        "--platform",
        "linux/arm64",
        ...scan,
        "tarmac-e2e-check:latest",
      );
      expect(stdout).toContain("✗ tag-latest");
      expect(stdout).toContain("✗ wrong-platform");
      expect(stdout).toContain("i base-unknown");
      expect(stdout).toContain("CVE-2026-1 (high) in openssl 1, fixed in 2");
      // eslint-disable-next-line no-control-regex
      expect(stdout).not.toMatch(/\u001b/);
      expect(code).toBe(1);
    } finally {
      await local("docker", "image", "rm", "tarmac-e2e-check:latest");
    }
  });

  it("cannot check an image that does not build, and shows the builder's output", async () => {
    const { code, stderr } = await command("--build-arg", "NODE_IMAGE=localhost:1/none:1", "app");
    expect(stderr).toContain("cannot be built");
    expect(stderr).toContain("localhost:1/none:1");
    expect(code).toBe(2);
  });

  it("leaves nothing behind when it is interrupted", async () => {
    const mine = () => local("docker", "ps", "--all", "--quiet", "--filter", "name=tarmac-check-");
    const child = spawn(process.execPath, ["ops/tarmac.ts", "check-image", "app"], {
      cwd: checkoutFolder,
      env: { ...process.env, DOCKER_HOST: undefined },
      stdio: "ignore",
    });
    const end = new Promise<number | null>((resolve) => child.once("close", resolve));
    await eventually(mine, (ids) => ids !== "");
    child.kill("SIGINT");
    expect(await end).toBe(2);
    expect(await mine()).toBe("");
  });
});

it("has removed every container and image that it made", async () => {
  expect(await local("docker", "ps", "--all", "--quiet", "--filter", "name=tarmac-check-")).toBe("");
  expect(await local("docker", "image", "ls", "--quiet", "tarmac-check")).toBe("");
});
