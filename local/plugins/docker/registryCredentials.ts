/** Credentials for a registry: the program's, or those of `docker login`. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { dockerHub, pullSource, plainRegistryHost, splitImageReference } from "@tarmac/validate/imageReference";
import type { Credentials } from "./buildSession.ts";
import type { ImageSpec } from "./imageInputs.ts";

/** The content of `X-Registry-Auth`. */
export interface RegistryAuth {
  username?: string;
  password?: string;
  serveraddress: string;
}

interface DockerConfig {
  auths?: Record<string, { auth?: string }>;
  credsStore?: string;
  credHelpers?: Record<string, string>;
}

/** The key under which `docker login` stores the credentials of Docker Hub. */
const dockerHubKey = "https://index.docker.io/v1/";

/** The key under which credentials for a registry are stored: HOST for `https://HOST/v2/`. */
export function credentialsHost(server: string): string {
  const host = plainRegistryHost(server);
  return host === dockerHub ? dockerHubKey : host;
}

function dockerConfig(environment: NodeJS.ProcessEnv): DockerConfig {
  const folder = environment.DOCKER_CONFIG ?? join(environment.HOME ?? homedir(), ".docker");
  try {
    return JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as DockerConfig;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return {};
    }
    throw new Error(`${join(folder, "config.json")} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Runs `docker-credential-NAME get`, which exits with 1 if it has no credentials for the host. */
async function askHelper(name: string, host: string, environment: NodeJS.ProcessEnv): Promise<Credentials | undefined> {
  const helper = spawn(`docker-credential-${name}`, ["get"], { stdio: ["pipe", "pipe", "ignore"], env: environment });
  const ended = new Promise<number | null>((resolve, reject) => helper.on("error", reject).on("close", resolve));
  helper.stdin.end(host);
  const [code, answer] = await Promise.all([ended, text(helper.stdout)]);
  if (code !== 0) {
    return undefined;
  }
  const { Username, Secret } = JSON.parse(answer) as { Username: string; Secret: string };
  return { username: Username, password: Secret };
}

/** The credentials that `docker login` stored for a host. */
export async function signedIn(host: string, environment: NodeJS.ProcessEnv): Promise<Credentials | undefined> {
  const config = dockerConfig(environment);
  const helper = config.credHelpers?.[host] ?? config.credsStore;
  if (helper !== undefined && helper !== "") {
    return askHelper(helper, host, environment);
  }
  const auth = Object.entries(config.auths ?? {}).find(([server]) => credentialsHost(server) === host)?.[1].auth;
  if (auth === undefined || auth === "") {
    return undefined;
  }
  const [username = "", ...password] = Buffer.from(auth, "base64").toString("utf8").split(":");
  return { username, password: password.join(":") };
}

/** The registry host that an image is pushed to, as the key of its credentials. */
export function pushHost(image: ImageSpec): string {
  const { server } = image.registry;
  return credentialsHost(server === "" ? pullSource(splitImageReference(image.name)).host : server);
}

/** The credentials for a host: the image's own for its own registry, otherwise those of `docker login`. */
export async function credentialsFor(
  image: ImageSpec,
  host: string,
  environment: NodeJS.ProcessEnv,
): Promise<Credentials | undefined> {
  const { username, password } = image.registry;
  const given = username !== "" && password !== "" && credentialsHost(host) === pushHost(image);
  return given ? { username, password } : signedIn(credentialsHost(host), environment);
}

/** The value of a header: JSON in base64 with the URL alphabet, and with padding, which the engine requires. */
export function encodedHeader(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/** `X-Registry-Auth` for the registry that an image is pushed to. */
export async function registryAuthHeader(image: ImageSpec, environment: NodeJS.ProcessEnv): Promise<string> {
  const host = pushHost(image);
  const auth: RegistryAuth = { ...(await credentialsFor(image, host, environment)), serveraddress: host };
  return encodedHeader(auth);
}
