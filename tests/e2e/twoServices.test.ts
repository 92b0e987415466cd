/** The example of two services in one stack: they share registry, cluster and namespace, one calls the other, and each is rolled back separately. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutFolder } from "../../local/layout.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { localSettings, ownStack, type OwnStack } from "./ownStack.ts";
import { inPod, isReady, local, pods, start } from "./localStack.ts";
import { ended } from "./runProgram.ts";

interface Service {
  name: string;
  image: string;
  smoke: { seen: string[]; problems: string[] };
}

const name = "e2e-shop";
const program = join(checkoutFolder, "examples", "two-services");
/** A copy of the sample service, so that a change does not affect other tests. */
const app = mkdtempSync(join(tmpdir(), "tarmac-app-"));
let stack: OwnStack;

async function deploy(settings: Record<string, unknown> = {}, ...args: string[]) {
  const command = [join(checkoutFolder, "ops", "bin", "tarmac.mjs"), "deploy", name, "--json", "--no-policy"];
  const file = await stack.writeSettings(settings);
  const env = { ...stackEnvironment(), GITHUB_STEP_SUMMARY: "", INIT_CWD: program };
  const { code, stdout, stderr } = await ended(process.execPath, [...command, "--config-file", file, ...args], {
    ...{ cwd: program, env },
  });
  const result = JSON.parse(stdout === "" ? "{}" : stdout) as { state: string; serving: string; services: Service[] };
  return { code, text: stderr, result };
}

/** Digest of each service's pods that are ready. */
const digests = async (): Promise<Record<string, string | undefined>> => {
  const ready = (await pods(name)).filter(isReady).flatMap(({ spec }) => spec.containers);
  return Object.fromEntries(ready.map((one) => [one.name, one.image.split("@")[1]]));
};

beforeAll(async () => {
  await start();
  cpSync(join(checkoutFolder, "app"), app, { recursive: true });
  stack = await ownStack(name, { ...localSettings(), replicas: 2, context: app }, program);
  const { code, text, result } = await deploy();
  expect(code === 0 ? "deployed" : text).toBe("deployed");
  expect(result.services.map((service) => [service.name, service.smoke.problems])).toEqual([
    ["api", []],
    ["web", []],
  ]);
});
afterAll(async () => {
  await stack.remove();
  rmSync(app, { recursive: true });
  expect(await local("kubectl", "get", "namespaces", "--output", "name")).not.toContain(name);
});

it("runs both, from images in separate repositories of one registry", async () => {
  const running = (await pods(name)).filter(isReady);
  const images = running.map(({ spec }) => spec.containers[0]?.image ?? "");
  const repositories = images.map((image) => image.split("/").slice(1).join("/").split(":")[0]);
  expect(repositories.sort()).toEqual([`${name}/api`, `${name}/web`, `${name}/web`]);
  expect(new Set(images.map((image) => image.split("/")[0])).size).toBe(1);
});

it("exposes the first service to everybody, and the second to the first only", async () => {
  const { url, apiAddress } = await stack.outputs();
  expect((await fetch(url ?? "")).status).toBe(200);
  expect(apiAddress).toBe(`api.${name}.svc:80`);
  const web = (await pods(name)).find(({ spec }) => spec.containers[0]?.name === "web")?.metadata.name ?? "";
  const script = `fetch(process.env.API_URL).then(async (r) => console.log(r.status, process.env.API_URL))`;
  expect((await inPod(name, web, script)).trim()).toBe(`200 http://${apiAddress}`);
});

it("plans no change for a second update", async () => {
  await stack.preview({}, "--expect-no-changes");
});

it("rolls back only the broken service, and leaves the other at its new image", async () => {
  const before = await digests();
  writeFileSync(join(app, "src", "version.txt"), "another version\n");
  const { url = "" } = await stack.outputs();
  const running = (await pods(name)).map(({ spec }) => spec.containers[0]?.image ?? "");
  const web = running.find((image) => image.includes("/web:")) ?? "";
  const broken = await deploy({ images: { web: web.replace(/@.*/, `@sha256:${"0".repeat(64)}`) } });
  expect({ code: broken.code, state: broken.result.state }).toEqual({ code: 1, state: "failed" });
  expect(broken.result.serving).toContain(`web still serves: every request at ${url} was answered.`);
  // The other service rolled out, and its image is good.
  const passed = broken.result.services.filter(({ smoke }) => smoke.problems.length === 0);
  expect(passed.map((service) => service.name)).toEqual(["api"]);
  expect(broken.text).toContain(`Roll back to the last good image of web: npx tarmac deploy ${name} --rollback`);
  const { api } = await digests();
  expect(api).not.toBe(before.api);

  const back = await deploy({}, "--rollback");
  expect(back.code === 0 ? "deployed" : back.text).toBe("deployed");
  expect(await digests()).toEqual({ web: before.web, api });
  expect(back.text).toMatch(/rolling web back to /);
  expect(back.text).not.toMatch(/rolling api back to /);
});
