import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { join } from "node:path";
import { freePort, killServices, startService } from "../serviceProcess.ts";

afterAll(killServices);

/** Runs the check as the image does; returns its exit code and output. */
async function check(port: number): Promise<[code: number | null, output: string]> {
  const file = join(import.meta.dirname, "../../../../app/src/healthcheck.ts");
  const child = spawn(process.execPath, [file], { env: { PORT: String(port) }, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve([code, output])));
}

test.concurrent("is 0 while the service answers and 1 when it does not", async () => {
  const service = await startService();
  const healthy = check(service.port);
  const nobody = check(await freePort());
  expect(await healthy).toEqual([0, `http://127.0.0.1:${service.port}/healthz: status 200\n`]);
  const [code, output] = await nobody;
  expect(code).toBe(1);
  expect(output).toContain("ECONNREFUSED");
});

test.concurrent("is 1 for another status, and for a service that hangs", async () => {
  const failing = createServer((_request, response) => response.writeHead(500).end());
  const hanging = createServer(() => undefined);
  const ports = [await freePort(), await freePort()] as const;
  failing.listen(ports[0], "127.0.0.1");
  hanging.listen(ports[1], "127.0.0.1");
  const results = await Promise.all(ports.map(check));
  for (const server of [failing, hanging]) {
    server.closeAllConnections();
    server.close();
  }
  expect(results).toEqual([
    [1, `http://127.0.0.1:${ports[0]}/healthz: status 500\n`],
    [1, `http://127.0.0.1:${ports[1]}/healthz: no answer within 2000 ms\n`],
  ]);
});
