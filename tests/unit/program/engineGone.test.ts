import { spawn } from "node:child_process";
import { resolve } from "node:path";

/** A program that handles its own errors by reporting them, as the SDK does, and whose reader goes away. */
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
  const timeout = new Promise<"runs on">((late) => setTimeout(() => late("runs on"), 3000).unref());
  const result = await Promise.race([ended, timeout]);
  child.kill("SIGKILL");
  return result;
}

test("a program ends when nobody hears it any more", async () => {
  const file = resolve("program/engineGone.ts");
  expect(await abandoned(`await import(${JSON.stringify(file)});`)).toBe(1);
});

test("without that it does not", async () => {
  expect(await abandoned("")).toBe("runs on");
});
