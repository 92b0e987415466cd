import { credentials, status } from "@grpc/grpc-js";
import type { Server, ServiceError } from "@grpc/grpc-js";
import type { Message } from "google-protobuf";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";

import { EngineLog } from "../../../../../local/plugins/rpc/engineLog.ts";
import { InitializationError } from "../../../../../local/plugins/rpc/engineErrors.ts";
import type { CreateRequest, Provider } from "../../../../../local/plugins/rpc/engineRequests.ts";
import { startServer } from "../../../../../local/plugins/rpc/pluginServer.ts";
import { decode, encode } from "../../../../../local/plugins/rpc/struct.ts";
import { Secret } from "../../../../../local/plugins/rpc/wireValues.ts";
import type { Properties } from "../../../../../local/plugins/rpc/wireValues.ts";

const urn = "urn:pulumi:dev::shop::custom:Group$test:index:Thing::my::thing";

class Things implements Provider {
  readonly name = "the thing adapter";
  readonly version = "1.2.3";
  configured: Properties | undefined;
  creating: CreateRequest | undefined;
  create = (request: CreateRequest): Promise<{ id: string; outputs: Properties }> => {
    this.creating = request;
    return Promise.resolve({ id: "id-1", outputs: { ...request.inputs, made: true } });
  };
  readonly read = () => Promise.resolve(undefined);
  readonly delete = () => Promise.resolve();
  readonly check = ({ news }: { news: Properties }) =>
    Promise.resolve({ inputs: news, failures: [{ property: "size", reason: "too big" }] });
  readonly diff = () => Promise.resolve({ changes: {} });
  readonly update = ({ news }: { news: Properties }) => Promise.resolve(news);
  readonly configure = (config: Properties) => {
    this.configured = config;
    return Promise.resolve();
  };
}

let things: Things;
let server: Server;
let client: InstanceType<typeof providerGrpc.ResourceProviderClient>;

beforeEach(async () => {
  things = new Things();
  const started = await startServer(things, new EngineLog(undefined));
  server = started.server;
  client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${started.port}`, credentials.createInsecure());
});

afterEach(() => {
  client.close();
  server.forceShutdown();
});

type Method = (request: Message, callback: (error: ServiceError | null, response: Message) => void) => void;

/** Calls a method of the plugin; rejects with the gRPC error. */
function call<Response extends Message>(method: string, request: Message): Promise<Response> {
  const methods = client as unknown as Record<string, Method>;
  return new Promise((resolve, reject) => {
    methods[method]?.(request, (error, response) => (error === null ? resolve(response as Response) : reject(error)));
  });
}

const createRequest = () =>
  new providerPb.CreateRequest()
    .setUrn(urn)
    .setProperties(encode({ key: new Secret("k") }))
    .setTimeout(7)
    .setPreview(true);

test("a create reaches the provider in typed form and its outputs come back", async () => {
  const response = await call<InstanceType<typeof providerPb.CreateResponse>>("create", createRequest());
  expect(response.getId()).toBe("id-1");
  expect(decode(response.getProperties())).toEqual({ key: new Secret("k"), made: true });
  expect(things.creating).toMatchObject({
    urn,
    type: "test:index:Thing",
    name: "my::thing",
    inputs: { key: new Secret("k") },
    timeoutSeconds: 7,
    preview: true,
  });
});

test("a resource that failed to initialize is reported with its state and the reasons", async () => {
  const reasons = ["no pod is ready"];
  const failed = new InitializationError({ id: "id-2", inputs: { a: 1 }, outputs: { b: new Secret(2) }, reasons });
  things.create = () => Promise.reject(failed);
  const error = (await call("create", createRequest()).catch((thrown: unknown) => thrown)) as ServiceError;
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  const [detail] = statusPb.Status.deserializeBinary(bytes as Buffer).getDetailsList();
  expect(detail?.getTypeName()).toBe("pulumirpc.ErrorResourceInitFailed");
  const failure = providerPb.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
  expect(failure.getId()).toBe("id-2");
  expect(decode(failure.getInputs())).toEqual({ a: 1 });
  expect(decode(failure.getProperties())).toEqual({ b: new Secret(2) });
  expect(failure.getReasonsList()).toEqual(["no pod is ready"]);
});

test("cancellation ends a wait in progress", async () => {
  things.create = ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
  const creating = call("create", createRequest()).catch((thrown: unknown) => thrown);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await call("cancel", new emptyPb.Empty());
  expect(await creating).toMatchObject({ code: status.CANCELLED, details: "cancelled" });
});

test("a plain error keeps its message", async () => {
  things.create = () => Promise.reject(new Error("the name is taken"));
  await expect(call("create", createRequest())).rejects.toMatchObject({
    code: status.UNKNOWN,
    details: "the name is taken",
  });
});

test("the configuration arrives, also from an engine that sends only strings", async () => {
  await call("configure", new providerPb.ConfigureRequest().setArgs(encode({ kubeconfig: new Secret("x") })));
  expect(things.configured).toEqual({ kubeconfig: new Secret("x") });
  const old = new providerPb.ConfigureRequest();
  old.getVariablesMap().set("test:config:context", "dev");
  const response = await call<InstanceType<typeof providerPb.ConfigureResponse>>("configure", old);
  expect(things.configured).toEqual({ context: "dev" });
  expect(response.getSupportspreview()).toBe(true);
});

test("a check answers with inputs and failures", async () => {
  const request = new providerPb.CheckRequest().setUrn(urn).setNews(encode({ size: 9 }));
  const response = await call<InstanceType<typeof providerPb.CheckResponse>>("check", request);
  expect(decode(response.getInputs())).toEqual({ size: 9 });
  expect(response.toObject().failuresList).toEqual([{ property: "size", reason: "too big" }]);
});

test("the provider's own configuration is compared without replacing anything", async () => {
  const request = new providerPb.DiffRequest()
    .setUrn(urn)
    .setOldInputs(encode({ a: 1 }))
    .setNews(encode({ a: 2 }));
  const response = await call<InstanceType<typeof providerPb.DiffResponse>>("diffConfig", request);
  expect(response.getDiffsList()).toEqual(["a"]);
  expect(response.getReplacesList()).toEqual([]);
});

test("a resource that is gone has no id", async () => {
  const response = await call<InstanceType<typeof providerPb.ReadResponse>>(
    "read",
    new providerPb.ReadRequest().setUrn(urn).setId("id-1"),
  );
  expect(response.getId()).toBe("");
});

test.each([
  ["getSchema", new providerPb.GetSchemaRequest(), "the thing adapter does not serve a schema"],
  ["construct", new providerPb.ConstructRequest(), "the thing adapter does not serve component resources"],
  [
    "invoke",
    new providerPb.InvokeRequest().setTok("test:index:get"),
    "the thing adapter does not serve the function test:index:get",
  ],
] as const)("%s is refused by name", async (method, request, details) => {
  await expect(call(method, request)).rejects.toMatchObject({ code: status.UNIMPLEMENTED, details });
});
