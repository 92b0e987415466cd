import { createServer, type IncomingMessage, type ServerResponse, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { serviceImage } from "../../../components/image/serviceImage.ts";
import { managerEndpoint } from "../../../components/azure/managerEndpoint.ts";
import { importImage } from "../../../components/registry/importImage.ts";

const digest = `sha256:${"a".repeat(64)}`;
const image = `dev.azurecr.io/team/hello:1@${digest}`;
const registryId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/staging";
const sourceId = registryId.replace(/staging$/, "dev");

const valueOf = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => void output.apply(resolve));

describe("the image of a service", () => {
  const args = {
    registry: { loginServer: "staging.azurecr.io", resourceId: pulumi.output(registryId) },
    build: () => pulumi.output("built"),
  };
  afterEach(() => jest.restoreAllMocks());
  const inPreview = (is: boolean) => void jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(is);

  it("is built, or is the existing one unchanged", async () => {
    expect(await valueOf(serviceImage(args))).toBe("built");
    expect(await valueOf(serviceImage({ ...args, existing: image }))).toBe(image);
  });

  it("in a preview is the imported one, by the same digest in the stack's registry", async () => {
    inPreview(true);
    expect(await valueOf(serviceImage({ ...args, existing: image, importFrom: sourceId }))).toBe(
      `staging.azurecr.io/team/hello:1@${digest}`,
    );
  });

  it("needs no import if both stacks share the registry", async () => {
    const shared = { ...args.registry, loginServer: "dev.azurecr.io" };
    expect(await valueOf(serviceImage({ ...args, registry: shared, existing: image, importFrom: sourceId }))).toBe(
      image,
    );
  });

  it("cannot be imported into a registry outside Azure", () => {
    const registry = { loginServer: "registry.example.com" };
    expect(() => serviceImage({ ...args, registry, existing: image, importFrom: sourceId })).toThrow(
      "importFrom: Azure imports only into a registry of Azure",
    );
  });

  it("is unknown in a preview, and refused in an update, if it follows from a stack and no image is named", () => {
    inPreview(true);
    expect(() => serviceImage({ ...args, imageFrom: "dev" })).not.toThrow();
    inPreview(false);
    expect(() => serviceImage({ ...args, imageFrom: "dev" })).toThrow(
      'imageFrom: the image follows from the stack "dev", and only deploy knows which one has passed there: run npx tarmac deploy',
    );
  });
});

describe("the import", () => {
  let server: Server;
  let endpoint: string;
  let answers: ((request: IncomingMessage, response: ServerResponse) => void)[] = [];
  const asked: { method: string | undefined; url: string | undefined; body: string; token: string | undefined }[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = "";
      request
        .on("data", (part: Buffer) => (body += part.toString()))
        .on("end", () => {
          asked.push({ method: request.method, url: request.url, body, token: request.headers.authorization });
          const [answer] = answers.splice(0, 1);
          if (answer === undefined) response.writeHead(200).end();
          else answer(request, response);
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => asked.splice(0));

  const accepted = (location: string | undefined) => (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(202, location === undefined ? {} : { Location: location }).end();
  const refused = (status: number, body: string) => (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(status).end(body);
  const attempt = (seconds?: number) =>
    importImage(
      { endpoint, token: "t", registryId, sourceId, image },
      { pauseMilliseconds: 1, ...(seconds === undefined ? {} : { seconds }) },
    );

  it("names the digest, overwrites a tag, and polls until Azure is done", async () => {
    answers = [accepted(`${endpoint}/results/1`), accepted(`${endpoint}/results/1`)];
    await attempt();
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST ${registryId}/importImage?api-version=2023-07-01`,
      "GET /results/1",
      "GET /results/1",
    ]);
    expect(JSON.parse(asked[0]?.body ?? "")).toEqual({
      source: { resourceId: sourceId, sourceImage: `team/hello@${digest}` },
      ...{ targetTags: ["team/hello:1"], mode: "Force" },
    });
    expect(new Set(asked.map(({ token }) => token))).toEqual(new Set(["Bearer t"]));
  });

  it("gives its token to no other host", async () => {
    answers = [accepted("https://elsewhere.example/results/1")];
    await expect(attempt()).rejects.toThrow(
      "Azure does not say where to ask about it (https://elsewhere.example/results/1)",
    );
    answers = [accepted(undefined)];
    await expect(attempt()).rejects.toThrow("Azure does not say where to ask about it (null)");
  });

  it("does not wait forever", async () => {
    answers = [accepted(`${endpoint}/results/1`)];
    await expect(attempt(-1)).rejects.toThrow(`cannot import ${image}: not done after -1 s`);
  });

  it("says why Azure refuses, and which rights are needed", async () => {
    answers = [refused(403, '{"error":{"code":"LinkedAuthorizationFailed","message":"not the linked scope"}}')];
    await expect(attempt()).rejects.toThrow(
      /LinkedAuthorizationFailed: not the linked scope\n.*Data Importer and Data Reader/,
    );
    answers = [refused(502, "<html>")];
    await expect(attempt()).rejects.toThrow("<html>");
    answers = [refused(500, '{"error":{}}')];
    await expect(attempt()).rejects.toThrow("500: ");
  });
});

describe("the Resource Manager", () => {
  afterEach(() => {
    jest.restoreAllMocks();
    pulumi.runtime.setAllConfig({});
  });
  const configured = (config: Record<string, string>, env: NodeJS.ProcessEnv = {}) => {
    pulumi.runtime.setAllConfig(config);
    return managerEndpoint(env);
  };

  it("is that of the cloud", async () => {
    expect(await configured({})).toBe("https://management.azure.com");
    expect(await configured({ "azure-native:environment": "usgovernment" })).toBe(
      "https://management.usgovcloudapi.net",
    );
    expect(await configured({}, { ARM_ENVIRONMENT: "china" })).toBe("https://management.chinacloudapi.cn");
    await expect(configured({ "azure-native:environment": "moon" })).rejects.toThrow(
      'azure-native:environment: "moon" is not public, usgovernment, or china',
    );
  });

  it("is where the metadata host says", async () => {
    const fetched = jest.spyOn(globalThis, "fetch");
    fetched.mockResolvedValueOnce(Response.json({ resourceManager: "https://localhost:47443/" }));
    expect(await configured({ "azure-native:metadataHost": "localhost:47443" })).toBe("https://localhost:47443");
    fetched.mockResolvedValueOnce(new Response("", { status: 503 }));
    await expect(configured({}, { ARM_METADATA_HOSTNAME: "stack.example" })).rejects.toThrow(
      'azure-native:metadataHost: "stack.example" answers 503',
    );
  });
});
