import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { cliOf, PulumiFailed, PulumiKilled } from "../../../../ops/pulumi/pulumiCli.ts";

/** Folder of a stand-in for Pulumi that runs the test's script. */
let folder: string;
const said: string[] = [];
const program = (script: string) => {
  writeFileSync(join(folder, "pulumi"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "pulumi"), 0o755);
};
const cli = (signal: AbortSignal) =>
  cliOf({ env: { PATH: `${folder}${delimiter}${process.env.PATH}` }, signal, graceSeconds: 0.2 }, (line) =>
    said.push(line),
  );
/** Ends the work after it has started. */
const whenBegun = async (end: () => void) => {
  while (!said.includes("begun")) await new Promise((resolve) => setTimeout(resolve, 10));
  end();
};
const path = process.env.PATH;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tarmac-cli-"));
  process.env.PATH = `${folder}${delimiter}${path}`;
  said.splice(0);
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
});

const over = new Error("the time is over");

it("interrupts an update whose time is over, and throws the reason", async () => {
  program("trap 'echo stopped; exit 1' INT; echo begun; while :; do sleep 0.02; done");
  const time = new AbortController();
  const work = cli(time.signal).work(["destroy"]);
  await Promise.all([expect(work).rejects.toBe(over), whenBegun(() => time.abort(over))]);
  expect(said).toEqual(["begun", "stopped"]);
});

it.each(["SIGINT", "SIGTERM"] as const)("forwards %s once, and waits until Pulumi has ended", async (signal) => {
  program(
    "trap 'echo stopped; trap \"echo again\" INT; sleep 0.3; exit 1' INT; echo begun; while :; do sleep 0.02; done",
  );
  const work = cli(new AbortController().signal).work(["up"]);
  await Promise.all([
    expect(work).rejects.toThrow(PulumiFailed),
    whenBegun(() => {
      process.emit(signal, signal);
      process.emit("SIGTERM", "SIGTERM");
    }),
  ]);
  expect(said).toEqual(["begun", "stopped"]);
  expect(process.listenerCount(signal)).toBe(0);
});

it("kills a process that does not stop, and says so", async () => {
  program("trap '' INT; echo begun; while :; do sleep 0.02; done");
  const time = new AbortController();
  const work = cli(time.signal).work(["destroy"]);
  await Promise.all([
    expect(work).rejects.toEqual(new PulumiKilled("killed after 0.2 s: it did not stop")),
    whenBegun(() => time.abort(over)),
  ]);
});

it("stops a read when the time is over, and starts nothing afterwards", async () => {
  program("sleep 5");
  const time = new AbortController();
  const question = cli(time.signal).run(["stack", "ls"]);
  time.abort(over);
  await expect(question).rejects.toBe(over);
  await expect(cli(time.signal).run(["stack", "ls"])).rejects.toBe(over);
  await expect(cli(time.signal).work(["up"])).rejects.toBe(over);
});

it("fails with Pulumi's own message while there is time", async () => {
  program("echo 'error: no stack named x' >&2; exit 255");
  const time = new AbortController();
  await expect(cli(time.signal).run(["stack", "ls"])).rejects.toEqual(new PulumiFailed("no stack named x"));
  await expect(cli(time.signal).work(["up"])).rejects.toEqual(new PulumiFailed("no stack named x"));
});

it("runs without a Docker engine: the docker provider contacts none, and a configured engine stays in use", async () => {
  program('echo "$DOCKER_HOST"');
  const hostWith = (host: string) => cliOf({ env: { DOCKER_HOST: host } }, () => undefined).run([]);
  expect(await hostWith(`unix://${folder}/nobody.sock`)).toBe("ssh://no-docker-engine-on-this-machine\n");
  expect(await hostWith(`unix://${folder}/pulumi`)).toBe(`unix://${folder}/pulumi\n`);
});
