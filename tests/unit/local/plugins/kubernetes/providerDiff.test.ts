import providerPb from "@pulumi/pulumi/proto/provider_pb.js";

import { encode } from "../../../../../local/plugins/rpc/struct.ts";
import { Secret, unknown } from "../../../../../local/plugins/rpc/propertyValues.ts";
import type { Properties } from "../../../../../local/plugins/rpc/propertyValues.ts";
import { startPlugin } from "./pluginProcess.ts";
import type { PluginProcess } from "./pluginProcess.ts";

let plugin: PluginProcess;

beforeAll(async () => {
  plugin = await startPlugin();
});

afterAll(() => plugin.stop());

/** A kubeconfig of two clusters. */
function kubeconfig(server: string, token = "t", current = "one"): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": current,
    clusters: [
      { name: "a", cluster: { server } },
      { name: "b", cluster: { server: "https://b" } },
    ],
    users: [{ name: "u", user: { token } }],
    contexts: [
      { name: "one", context: { cluster: "a", user: "u" } },
      { name: "two", context: { cluster: "b", user: "u" } },
    ],
  });
}

/** The changed keys of the configuration, true for those that replace the provider. */
async function diff(olds: Properties, news: Properties): Promise<Record<string, boolean>> {
  const request = new providerPb.DiffRequest()
    .setUrn("urn:pulumi:dev::shop::pulumi:providers:kubernetes::p")
    .setOlds(encode(olds))
    .setOldInputs(encode(olds))
    .setNews(encode(news));
  const response = await plugin.call<InstanceType<typeof providerPb.DiffResponse>>("diffConfig", request);
  const replaces = response.getReplacesList();
  return Object.fromEntries(response.getDiffsList().map((key) => [key, replaces.includes(key)]));
}

const secret = (server: string, token?: string, current?: string) => new Secret(kubeconfig(server, token, current));

test.each<[string, Properties, Properties, Record<string, boolean>]>([
  ["nothing changed", { kubeconfig: secret("https://a") }, { kubeconfig: secret("https://a") }, {}],
  [
    "another sign-in",
    { kubeconfig: secret("https://a") },
    { kubeconfig: secret("https://a", "new") },
    { kubeconfig: false },
  ],
  ["another address", { kubeconfig: secret("https://a") }, { kubeconfig: secret("https://c") }, { kubeconfig: true }],
  [
    "another current context",
    { kubeconfig: secret("https://a") },
    { kubeconfig: secret("https://a", "t", "two") },
    { kubeconfig: true },
  ],
  [
    "another context",
    { kubeconfig: secret("https://a") },
    { kubeconfig: secret("https://a"), context: "two" },
    { context: true },
  ],
  [
    "another cluster",
    { kubeconfig: secret("https://a") },
    { kubeconfig: secret("https://a"), cluster: "b" },
    { cluster: true },
  ],
  [
    "a setting",
    { kubeconfig: secret("https://a") },
    { kubeconfig: secret("https://a"), namespace: "x" },
    { namespace: false },
  ],
  ["an unknown kubeconfig", { kubeconfig: secret("https://a") }, { kubeconfig: unknown }, { kubeconfig: true }],
  [
    "another address of the same identifier",
    { kubeconfig: secret("https://a"), clusterIdentifier: "x" },
    { kubeconfig: secret("https://c"), clusterIdentifier: "x" },
    { kubeconfig: false },
  ],
  [
    "an unknown kubeconfig of the same identifier",
    { kubeconfig: secret("https://a"), clusterIdentifier: "x" },
    { kubeconfig: unknown, clusterIdentifier: "x" },
    { kubeconfig: false },
  ],
  [
    "another identifier",
    { kubeconfig: secret("https://a"), clusterIdentifier: "x" },
    { kubeconfig: secret("https://a"), clusterIdentifier: "y" },
    { clusterIdentifier: true },
  ],
  [
    "a new identifier",
    { kubeconfig: secret("https://a") },
    { kubeconfig: secret("https://a"), clusterIdentifier: "y" },
    { clusterIdentifier: false },
  ],
])("%s", async (_, olds, news, expected) => {
  expect(await diff(olds, news)).toEqual(expected);
});
