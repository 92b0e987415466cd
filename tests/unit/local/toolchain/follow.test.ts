import { follow } from "../../../../local/toolchain/follow.ts";

/** Runs a program on this Node. Returns the lines that were passed on. */
async function run(program: string, options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  const lines: string[] = [];
  const onLine = (line: string) => void lines.push(line);
  const ended = follow(process.execPath, ["-e", program], { env: process.env, ...options, onLine });
  const error = await ended.then(
    () => undefined,
    (reason: unknown) => (reason as Error).message,
  );
  return { lines, error };
}

const command = (program: string) => `${process.execPath} -e ${program}`;

test("forwards a command's output, errors included, without blank lines and surrounding spaces", async () => {
  const { lines, error } = await run(
    'console.log("one\\n\\n  two  "); console.error("three"); process.stdout.write("end")',
  );
  expect(error).toBeUndefined();
  expect([...lines].sort()).toEqual(["end", "one", "three", "two"]);
});

test("forwards lines while the command runs", async () => {
  let heard: () => void = () => undefined;
  const first = new Promise<void>((resolve) => (heard = resolve));
  // This program runs forever. Receiving its line shows that `follow` does not wait for its end.
  const program = 'console.log("started " + process.pid); setInterval(() => {}, 1000)';
  let pid = 0;
  const ended = follow(process.execPath, ["-e", program], {
    env: process.env,
    onLine: (line) => {
      pid = Number(line.split(" ")[1]);
      heard();
    },
  });
  await first;
  process.kill(pid, "SIGKILL");
  await expect(ended).rejects.toThrow("was ended by SIGKILL:");
});

test("uses the given folder and environment", async () => {
  const { lines } = await run("console.log(process.cwd(), process.env.WHAT)", { cwd: "/", env: { WHAT: "given" } });
  expect(lines).toEqual(["/ given"]);
});

test("fails with the command, its status and its last output", async () => {
  const program = 'console.log("fetching"); process.exit(3)';
  expect((await run(program)).error).toBe(`${command(program)} ended with status 3:\n    fetching`);
});

test("shows the last 25 lines of a longer output", async () => {
  const program = 'for (let i = 1; i <= 40; i++) console.log("line " + i); process.exit(1)';
  const expected = Array.from({ length: 25 }, (_, i) => `    line ${i + 16}`).join("\n");
  expect((await run(program)).error).toBe(`${command(program)} ended with status 1:\n${expected}`);
});

test("says that a command could not be started", async () => {
  const ended = follow("no-such-command", ["--flag"], { env: { PATH: "/usr/bin" }, onLine: () => undefined });
  await expect(ended).rejects.toThrow("no-such-command --flag could not be started: spawn no-such-command ENOENT");
});
