/** The example of two services in one stack: they share registry, cluster and namespace, and one calls the other. */
import { join } from "node:path";
import { checkoutFolder } from "../../local/settings.ts";
import { localSettings, ownStack, type OwnStack } from "./ownStack.ts";
import { inPod, isReady, local, pods, start } from "./localStack.ts";

const name = "e2e-shop";
let stack: OwnStack;

beforeAll(async () => {
  await start();
  const settings = { ...localSettings(), replicas: 2, context: "../../app" };
  stack = await ownStack(name, settings, join(checkoutFolder, "examples", "two-services"));
  await stack.up();
});
afterAll(async () => {
  await stack.remove();
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
