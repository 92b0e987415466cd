/** Registries and fake registries for the pods of the cases. All of them stop with the test. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createPlainServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { baseRegistryAddress } from "../../../local/engine/baseRegistry.ts";
import { network } from "../../../local/layout.ts";
import { type OwnRegistry, startRegistry, user } from "../ownRegistry.ts";
import { local } from "../localStack.ts";

const execute = promisify(execFile);

export interface Closable {
  address: string;
  close: () => Promise<void>;
}

async function listen(server: Server, host: string, name = host): Promise<Closable> {
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `${name}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers every request with 429. */
export const rateLimitedRegistry = (): Promise<Closable> =>
  listen(
    createPlainServer((_, response) => {
      response.writeHead(429, { "content-type": "application/json" });
      response.end(
        '{"errors":[{"code":"TOOMANYREQUESTS","message":"toomanyrequests: you have reached your pull rate limit"}]}',
      );
    }),
    "127.0.0.1",
    "localhost",
  );

/** Speaks http although nodes expect https, because it listens on the bridge's address and not on loopback. */
export const plainRegistry = (): Promise<Closable> =>
  listen(
    createPlainServer((_, response) => response.end("{}")),
    network.nodeAddress,
  );

/** Has a self-signed certificate. */
export async function selfSignedRegistry(): Promise<Closable> {
  const folder = mkdtempSync(join(tmpdir(), "doctor-tls-"));
  try {
    const files = { key: join(folder, "key.pem"), cert: join(folder, "cert.pem") };
    const names = ["-subj", "/CN=doctor", "-addext", `subjectAltName=IP:${network.nodeAddress}`];
    const output = ["-keyout", files.key, "-out", files.cert];
    await execute("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...names, ...output]);
    const server = createSecureServer({ key: readFileSync(files.key), cert: readFileSync(files.cert) }, (_, response) =>
      response.end("{}"),
    );
    return await listen(server, network.nodeAddress);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A real registry with four images that requires a password. */
export async function closedRegistry(): Promise<Closable> {
  const registry = await startRegistry();
  try {
    await fill(registry);
  } catch (error) {
    await registry.stop();
    throw error;
  }
  return { address: registry.server, close: registry.stop };
}

/**
 * team/named:v1 runs as a named user, and team/unused:v1 is the same; team/foreign:manifest and :index are for another
 * processor.
 */
async function fill({ server: address, folder, ask }: OwnRegistry): Promise<void> {
  const named = `${address}/team/named:v1`;
  const unused = `${address}/team/unused:v1`;
  const foreign = `${address}/team/foreign:here`;
  const docker = (...args: string[]) => local("docker", "--config", join(folder, "docker"), ...args);
  await docker("login", address, "--username", user.username, "--password", user.password);
  writeFileSync(join(folder, "Dockerfile"), `FROM ${await baseImage()}\nUSER node\n`);
  await docker("build", "--quiet", "--tag", named, folder);
  await docker("tag", named, unused);
  await docker("push", "--quiet", named);
  await docker("push", "--quiet", unused);
  writeFileSync(join(folder, "program"), "\x7fELF of another processor\n", { mode: 0o755 });
  writeFileSync(join(folder, "Dockerfile"), 'FROM scratch\nCOPY program /program\nENTRYPOINT ["/program"]\n');
  await docker("build", "--quiet", "--tag", foreign, folder);
  await docker("push", "--quiet", foreign);
  await docker("rmi", named, unused, foreign);
  await makeForeign(ask);
}

const media = "application/vnd.docker.distribution.manifest";

interface Manifest {
  config: { digest: string; size: number };
}

/** Declares an existing image as linux/arm64, in a manifest and in the only entry of an index. */
async function makeForeign(ask: OwnRegistry["ask"]): Promise<void> {
  const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const answer = await ask(path.startsWith("http") ? path : `/v2/team/foreign/${path}`, init);
    if (!answer.ok) throw new Error(`${init.method ?? "GET"} ${answer.url}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const put = async (tag: string, type: string, body: string): Promise<{ digest: string; size: number }> => {
    await request(`manifests/${tag}`, { method: "PUT", headers: { "content-type": type }, body });
    return { digest: digestOf(body), size: body.length };
  };
  const accept = { headers: { accept: `${media}.v2+json` } };
  const manifest = (await (await request("manifests/here", accept)).json()) as Manifest;
  const config = (await (await request(`blobs/${manifest.config.digest}`)).json()) as object;
  const blob = JSON.stringify({ ...config, architecture: "arm64" });
  const upload = await request("blobs/uploads/", { method: "POST" });
  const place = new URL(upload.headers.get("location") ?? "", upload.url);
  place.searchParams.set("digest", digestOf(blob));
  await request(place.href, { method: "PUT", headers: { "content-type": "application/octet-stream" }, body: blob });
  const ownConfig = { ...manifest.config, digest: digestOf(blob), size: blob.length };
  const made = await put("manifest", `${media}.v2+json`, JSON.stringify({ ...manifest, config: ownConfig }));
  const entry = { mediaType: `${media}.v2+json`, ...made, platform: { os: "linux", architecture: "arm64" } };
  const index = { schemaVersion: 2, mediaType: `${media}.list.v2+json`, manifests: [entry] };
  await put("index", `${media}.list.v2+json`, JSON.stringify(index));
}

const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** The name of the environment's base image in the registry of base images. */
export async function baseImage(): Promise<string> {
  const answer = await fetch(`http://${baseRegistryAddress}/v2/node/tags/list`);
  const { tags } = (await answer.json()) as { tags: string[] };
  return `${baseRegistryAddress}/node:${tags[0]}`;
}
