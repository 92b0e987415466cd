/** Implements Pulumi's ResourceProvider service with a `Provider`: gRPC messages, cancellation, errors. */
import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Message } from "google-protobuf";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type * as messages from "@pulumi/pulumi/proto/provider_pb.js";

import { diffResponse, inputChanges } from "./diffResponse.ts";
import type { EngineLog } from "./engineLog.ts";
import { CancelledError, toServiceError, UnimplementedError } from "./engineErrors.ts";
import type { CheckRequest, CheckResult, DiffRequest, Provider, ResourceRequest } from "./engineRequests.ts";
import { decode, encode } from "./struct.ts";
import type { Properties } from "./wireValues.ts";

const autonamingModes = ["propose", "enforce", "disable"] as const;

/** The handler of a gRPC method. An error that `answer` throws becomes the status of the response. */
function unary<Request extends Message, Response extends Message>(
  answer: (request: Request) => Response | Promise<Response>,
) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    Promise.resolve(call.request)
      .then(answer)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(toServiceError(error)),
      );
  };
}

/** `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>` */
function parseUrn(urn: string): { type: string; name: string } {
  const [, , qualifiedType = "", ...name] = urn.split("::");
  return { type: qualifiedType.split("$").at(-1) ?? "", name: name.join("::") };
}

function checkResponse(result: CheckResult): messages.CheckResponse {
  const response = new providerPb.CheckResponse().setInputs(encode(result.inputs));
  for (const { property, reason } of result.failures ?? []) {
    response.addFailures(new providerPb.CheckFailure().setProperty(property).setReason(reason));
  }
  return response;
}

/** The configuration, also in the form of older engines, in which every value is a string. */
function configuration(request: messages.ConfigureRequest): Properties {
  if (request.hasArgs()) {
    return decode(request.getArgs());
  }
  const entries: [string, string][] = request.getVariablesMap().toObject(false);
  return Object.fromEntries(entries.map(([key, value]) => [key.split(":").at(-1) ?? key, value]));
}

/**
 * The methods for a gRPC server.
 *
 * Unsupported, with an error that says so: schemas (they ship with the SDK), component resources, parameterization, lists.
 */
export function providerService(provider: Provider, log: EngineLog): UntypedServiceImplementation {
  const cancellation = new AbortController();

  const about = (urn: string): ResourceRequest => ({
    urn,
    ...parseUrn(urn),
    log: log.forResource(urn),
    signal: cancellation.signal,
  });
  const checkRequest = (request: messages.CheckRequest): CheckRequest => {
    const autonaming = request.getAutonaming();
    return {
      ...about(request.getUrn()),
      olds: decode(request.getOlds()),
      news: decode(request.getNews()),
      randomSeed: request.getRandomseed_asU8(),
      autonaming: autonaming && {
        proposedName: autonaming.getProposedName(),
        mode: autonamingModes[autonaming.getMode()] ?? "propose",
      },
    };
  };
  const diffRequest = (request: messages.DiffRequest): DiffRequest => ({
    ...about(request.getUrn()),
    id: request.getId(),
    olds: decode(request.getOlds()),
    oldInputs: decode(request.getOldInputs()),
    news: decode(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  });
  const refuse = (what: string) =>
    unary((): Empty => {
      throw new UnimplementedError(`${provider.name} does not serve ${what}`);
    });

  return {
    handshake: unary(() =>
      new providerPb.ProviderHandshakeResponse()
        .setAcceptSecrets(true)
        .setAcceptResources(true)
        .setAcceptOutputs(false)
        .setSupportsAutonamingConfiguration(true),
    ),
    configure: unary(async (request: messages.ConfigureRequest) => {
      await provider.configure(configuration(request), log.forResource(""));
      return new providerPb.ConfigureResponse()
        .setAcceptsecrets(true)
        .setSupportspreview(true)
        .setAcceptresources(true)
        .setAcceptoutputs(false)
        .setSupportsAutonamingConfiguration(true);
    }),
    checkConfig: unary(async (request: messages.CheckRequest) => {
      const typed = checkRequest(request);
      return checkResponse((await provider.checkConfig?.(typed)) ?? { inputs: typed.news });
    }),
    diffConfig: unary(async (request: messages.DiffRequest) => {
      const typed = diffRequest(request);
      return diffResponse((await provider.diffConfig?.(typed)) ?? { changes: inputChanges(typed) });
    }),
    check: unary(async (request: messages.CheckRequest) => checkResponse(await provider.check(checkRequest(request)))),
    diff: unary(async (request: messages.DiffRequest) => diffResponse(await provider.diff(diffRequest(request)))),
    create: unary(async (request: messages.CreateRequest) => {
      const { id, outputs } = await provider.create({
        ...about(request.getUrn()),
        inputs: decode(request.getProperties()),
        timeoutSeconds: request.getTimeout(),
        preview: request.getPreview(),
      });
      return new providerPb.CreateResponse().setId(id).setProperties(encode(outputs));
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const live = await provider.read({
        ...about(request.getUrn()),
        id: request.getId(),
        outputs: decode(request.getProperties()),
        inputs: decode(request.getInputs()),
        timeoutSeconds: request.getTimeout(),
      });
      const response = new providerPb.ReadResponse();
      return live === undefined
        ? response
        : response.setId(live.id).setInputs(encode(live.inputs)).setProperties(encode(live.outputs));
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const outputs = await provider.update({
        ...about(request.getUrn()),
        id: request.getId(),
        olds: decode(request.getOlds()),
        oldInputs: decode(request.getOldInputs()),
        news: decode(request.getNews()),
        timeoutSeconds: request.getTimeout(),
        ignoreChanges: request.getIgnorechangesList(),
        preview: request.getPreview(),
      });
      return new providerPb.UpdateResponse().setProperties(encode(outputs));
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      await provider.delete({
        ...about(request.getUrn()),
        id: request.getId(),
        olds: decode(request.getProperties()),
        oldInputs: decode(request.getOldInputs()),
        timeoutSeconds: request.getTimeout(),
      });
      return new emptyPb.Empty();
    }),
    invoke: unary(async (request: messages.InvokeRequest) => {
      if (provider.invoke === undefined) {
        throw new UnimplementedError(`${provider.name} does not serve the function ${request.getTok()}`);
      }
      const result = await provider.invoke(request.getTok(), decode(request.getArgs()), cancellation.signal);
      return new providerPb.InvokeResponse().setReturn(encode(result));
    }),
    cancel: unary(() => {
      cancellation.abort(new CancelledError("cancelled"));
      return new emptyPb.Empty();
    }),
    getPluginInfo: unary(() => new pluginPb.PluginInfo().setVersion(provider.version)),
    // The engine attaches to plugins that were started by hand (PULUMI_DEBUG_PROVIDERS); messages then go to stderr.
    attach: unary(() => new emptyPb.Empty()),
    getMapping: unary(() => new providerPb.GetMappingResponse()),
    getMappings: unary(() => new providerPb.GetMappingsResponse()),
    getSchema: refuse("a schema"),
    parameterize: refuse("parameterized packages"),
    construct: refuse("component resources"),
    call: refuse("methods of component resources"),
    list: (call: { destroy(error: Error): void }) =>
      call.destroy(toServiceError(new UnimplementedError(`${provider.name} does not serve lists`))),
  };
}
