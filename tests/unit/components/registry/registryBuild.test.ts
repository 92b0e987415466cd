/** What a build in a registry says when Azure answers in an unusual way. The usual ways are tried on the simulated Azure. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  buildInRegistry,
  taskArgProblem,
  taskFile,
  type RegistryBuild,
} from "../../../../components/registry/registryBuild.ts";

type Answer = { status?: number; body?: unknown };
const registryId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/hello";

let server: Server;
let endpoint: string;
/** Answers by the end of the path. */
let answers: Record<string, Answer> = {};
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const name = pathname.split("/").at(-1) ?? "";
    asked.push(`${request.method} ${name}`);
    request.resume();
    const { status = 200, body = {} } = answers[name] ?? {};
    response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  asked.splice(0);
  answers = {
    listBuildSourceUploadUrl: { body: { uploadUrl: `${endpoint}/upload`, relativePath: "source/a.tar.gz" } },
    scheduleRun: { body: { properties: { runId: "ca1" } } },
    ca1: { body: { properties: { status: "Failed" } } },
    listLogSasUrl: { body: { logLink: `${endpoint}/log` } },
    log: { body: "one\ntwo\n" },
  };
});

const request = (): RegistryBuild => ({
  ...{ endpoint, token: "t", registryId, loginServer: "hello.azurecr.io", repository: "team/hello", tags: ["1"] },
  ...{ context: Buffer.from("x"), args: {}, platform: "linux/amd64", cacheFrom: [], asCaller: false },
});
const messageOf = (seconds = 3600) =>
  buildInRegistry(request(), { seconds, pauseMilliseconds: 1 }).catch((error: Error) => error.message);

it("requests an upload, uploads, starts the run, and polls it", async () => {
  expect(await messageOf()).toContain(
    "ended as Failed\n  one\n  two\nThe whole log: az acr task logs --registry hello",
  );
  expect(asked).toEqual([
    ...["POST listBuildSourceUploadUrl", "PUT upload", "POST scheduleRun", "GET ca1", "POST listLogSasUrl", "GET log"],
  ]);
});

it.each<[string, Record<string, Answer>, string]>([
  ["returns no address", { listBuildSourceUploadUrl: {} }, "Azure gave no address to upload the build context to"],
  ["returns no path", { listBuildSourceUploadUrl: { body: { uploadUrl: "x" } } }, "Azure gave no address"],
  ["accepts no upload", { upload: { status: 403, body: "no" } }, "cannot upload the build context of hello.azurecr.io"],
  ["returns no run", { scheduleRun: {} }, "cannot build hello.azurecr.io/team/hello:1: Azure did not name the run"],
  ["returns no digest", { ca1: { body: { properties: { status: "Succeeded" } } } }, "Azure did not report its digest"],
  ["answers with a web page", { scheduleRun: { status: 502, body: "<html>" } }, "in the registry: 502: <html>"],
  ["returns no log", { log: { status: 404 } }, "(its log cannot be read: HTTP 404)"],
  ["returns no link to the log", { listLogSasUrl: {} }, "(its log cannot be read: "],
])("says what Azure did if it %s", async (_, more, words) => {
  answers = { ...answers, ...more };
  expect(await messageOf()).toContain(words);
});

it("does not wait forever", async () => {
  answers.ca1 = { body: {} };
  expect(await messageOf(-1000)).toContain("the run ca1 is still  after -1000 s");
});

it("requests only what a build needs", () => {
  expect(taskFile({ ...request(), target: "final", cacheFrom: ["a.io/b:1"], args: { A: "1 2" } })).toBe(
    [
      "version: v1.0.0",
      "steps:",
      '  - build: "--tag hello.azurecr.io/team/hello:1 --file .tarmac.Dockerfile --platform linux/amd64 --target final --build-arg A --cache-from a.io/b:1 ."',
      '    env: ["DOCKER_BUILDKIT=1","A=1 2"]',
      '  - push: ["hello.azurecr.io/team/hello:1"]',
      "",
    ].join("\n"),
  );
  expect(taskArgProblem("1")).toBeUndefined();
});
