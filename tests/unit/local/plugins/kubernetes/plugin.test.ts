import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";

import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import type pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";

import { decode, encode } from "../../../../../local/plugins/rpc/struct.ts";
import type { Properties } from "../../../../../local/plugins/rpc/propertyValues.ts";
import { startPlugin } from "./pluginProcess.ts";
import type { PluginProcess } from "./pluginProcess.ts";

// The real process, with Node's own type stripping, against an API server that knows one ConfigMap's way through life.
const urn = "urn:pulumi:dev::shop::kubernetes:core/v1:ConfigMap::settings";

let requests: string[];
let stored: Record<string, unknown> | undefined;
let api: Server;
let plugin: PluginProcess;

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
}

async function answer(request: IncomingMessage): Promise<[number, unknown]> {
  const body = await bodyOf(request);
  const { method = "", url = "" } = request;
  requests.push(`${method} ${url}`);
  if (url === "/version") {
    return [200, { gitVersion: "v1.34.0" }];
  }
  if (url === "/api/v1") {
    const list = ["Namespace", "ConfigMap"];
    return [
      200,
      { resources: list.map((kind) => ({ name: `${kind.toLowerCase()}s`, kind, namespaced: kind === "ConfigMap" })) },
    ];
  }
  if (request.headers.authorization !== "Bearer t") {
    return [401, { reason: "Unauthorized", message: "Unauthorized" }];
  }
  if (method === "POST") {
    stored = { ...body, metadata: { ...(body.metadata as object), uid: "1" } };
  } else if (method === "DELETE") {
    stored = undefined;
    return [200, {}];
  }
  return stored === undefined ? [404, { reason: "NotFound", message: "not found" }] : [200, stored];
}

beforeAll(async () => {
  requests = [];
  api = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  }).listen(0, "127.0.0.1");
  await once(api, "listening");
  plugin = await startPlugin();
});

afterAll(async () => {
  await plugin.stop();
  api.close();
});

function kubeconfig(): string {
  const { port } = api.address() as AddressInfo;
  return [
    "apiVersion: v1",
    "kind: Config",
    "current-context: c",
    `clusters: [{ name: c, cluster: { server: "http://127.0.0.1:${port}", insecure-skip-tls-verify: true } }]`,
    "users: [{ name: u, user: { token: t } }]",
    "contexts: [{ name: c, context: { cluster: c, user: u, namespace: shop } }]",
  ].join("\n");
}

test("a ConfigMap goes through its life: checked, created, compared, deleted", async () => {
  await plugin.call("configure", new providerPb.ConfigureRequest().setArgs(encode({ kubeconfig: kubeconfig() })));
  const news: Properties = { metadata: { name: "settings" }, data: { a: "1" } };
  const check = new providerPb.CheckRequest().setUrn(urn).setNews(encode(news));
  const checked = await plugin.call<InstanceType<typeof providerPb.CheckResponse>>("check", check);
  const inputs = decode(checked.getInputs());
  expect(inputs).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    ...news,
    metadata: { name: "settings", namespace: "shop" },
  });

  const create = new providerPb.CreateRequest().setUrn(urn).setProperties(encode(inputs));
  const created = await plugin.call<InstanceType<typeof providerPb.CreateResponse>>("create", create);
  expect(created.getId()).toBe("shop/settings");

  const same = new providerPb.DiffRequest()
    .setUrn(urn)
    .setId("shop/settings")
    .setOlds(created.getProperties())
    .setNews(encode(inputs));
  const unchanged = await plugin.call<InstanceType<typeof providerPb.DiffResponse>>("diff", same);
  expect(unchanged.getChanges()).toBe(providerPb.DiffResponse.DiffChanges.DIFF_NONE);

  const remove = new providerPb.DeleteRequest()
    .setUrn(urn)
    .setId("shop/settings")
    .setProperties(created.getProperties());
  await plugin.call("delete", remove);
  expect(requests).toEqual([
    "GET /version",
    "GET /api/v1",
    "POST /api/v1/namespaces/shop/configmaps?fieldManager=pulumi-kubernetes",
    "DELETE /api/v1/namespaces/shop/configmaps/settings",
    "GET /api/v1/namespaces/shop/configmaps/settings",
  ]);
});

test("the plugin gives the SDK's version with its own mark, and refuses what it does not serve", async () => {
  const info = await plugin.call<InstanceType<typeof pluginPb.PluginInfo>>("getPluginInfo", new emptyPb.Empty());
  expect(info.getVersion()).toMatch(/^4\.\d+\.\d+\+tarmac\.local\.adapter$/);
  const chart = new providerPb.CheckRequest().setUrn("urn:pulumi:dev::shop::kubernetes:helm.sh/v4:Chart::c");
  await expect(plugin.call("check", chart)).rejects.toMatchObject({
    details: expect.stringContaining("tarmac's local kubernetes adapter") as string,
  });
});
