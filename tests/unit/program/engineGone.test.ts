import { spawn } from "node:child_process";
import { resolve } from "node:path";

/** Runs a program that reports its own errors, like the SDK, and stops reading its output. */
async function abandoned(imports: string): Promise<number | "runs on"> {
  const script = `
    ${imports}
    process.on("uncaughtException", (error) => console.error(error));
    setInterval(() => console.error("lost the engine"), 5);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise<number>((end) => child.on("close", (code) => end(code ?? -1)));
  await new Promise((written) => child.stderr.once("data", written));
  child.stderr.destroy();
  const timeout = new Promise<"runs on">((late) => setTimeout(() => late("runs on"), 1500).unref());
  const result = await Promise.race([ended, timeout]);
  child.kill("SIGKILL");
  await ended;
  return result;
}

test("a program exits when nobody reads its output anymore", async () => {
  const file = resolve("program/engineGone.ts");
  expect(await abandoned(`await import(${JSON.stringify(file)});`)).toBe(1);
});

test("without the hook, it keeps running", async () => {
  expect(await abandoned("")).toBe("runs on");
});
