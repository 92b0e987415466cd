/**
 * A repository of images in a registry: reads what refers to an image, and attaches more to it, as OCI 1.1 describes. A registry
 * without the referrers API gets the list under a tag of the image's digest.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
import { createHash } from "node:crypto";
import { indexType, type Referrer, referrersOf, referrersTag } from "@tarmac/components/registry/referrers";
import { CouldNotRun } from "../couldNotRun.ts";
import { type Answer, type Credentials, manifestTypes, RegistryClient } from "../doctor/registry/registryClient.ts";

export interface Attachment {
  /** What it is, also the media type of its content. @example "application/vnd.cyclonedx+json" */
  artifactType: string;
  content: Buffer;
  annotations?: Readonly<Record<string, string>>;
}

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const emptyType = "application/vnd.oci.empty.v1+json";
const emptyContent = Buffer.from("{}");

const digestOf = (content: Buffer): string => `sha256:${createHash("sha256").update(content).digest("hex")}`;

export class ImageRepository {
  readonly host: string;
  readonly #repository: string;
  readonly #client: RegistryClient;

  /** @param credentials Default: anonymous */
  constructor(host: string, repository: string, credentials?: Credentials) {
    this.host = host;
    this.#repository = repository;
    this.#client = new RegistryClient(host, credentials);
  }

  /** @param digest of the image @throws Error with the registry's answer, or RegistryProblem */
  referrers(digest: string): Promise<Referrer[]> {
    return referrersOf((path, accept) => this.#get(path, accept), digest);
  }

  /**
   * Reads what a referrer holds.
   * @returns its first layer, whose digest is verified
   * @throws CouldNotRun if the registry does not have it, or has something else
   */
  async contentOf(referrer: string): Promise<Buffer> {
    const manifest = await this.#verified(`manifests/${referrer}`, referrer, manifestTypes);
    const { layers = [] } = JSON.parse(manifest.toString()) as { layers?: Descriptor[] };
    const [layer] = layers;
    if (layer === undefined) throw new CouldNotRun(`${this.host}/${this.#repository}@${referrer} holds nothing`);
    return this.#verified(`blobs/${layer.digest}`, layer.digest, "*/*");
  }

  /**
   * Attaches something to an image.
   * @param image digest of the image, which must exist
   * @returns digest of the manifest that now refers to it
   * @throws CouldNotRun with the registry's answer and the role that is missing
   */
  async attach(image: string, { artifactType, content, annotations }: Attachment): Promise<string> {
    const subject = await this.#descriptorOf(image);
    const [layer, config] = [await this.#push(content, artifactType), await this.#push(emptyContent, emptyType)];
    const manifest = Buffer.from(
      JSON.stringify({
        ...{ schemaVersion: 2, mediaType: manifestType, artifactType, config, layers: [layer], subject },
        ...(annotations === undefined ? {} : { annotations }),
      }),
    );
    const digest = digestOf(manifest);
    const { headers } = await this.#put(digest, manifest, manifestType);
    // Only a registry with the referrers API says that it has seen the subject.
    if (headers.get("oci-subject") !== image)
      await this.#addUnderTag(image, {
        ...{ mediaType: manifestType, digest, size: manifest.length, artifactType },
        ...(annotations === undefined ? {} : { annotations }),
      });
    return digest;
  }

  async #addUnderTag(image: string, referrer: Referrer): Promise<void> {
    const manifests = await this.referrers(image);
    if (manifests.some(({ digest }) => digest === referrer.digest)) return;
    const index = { schemaVersion: 2, mediaType: indexType, manifests: [...manifests, referrer] };
    await this.#put(referrersTag(image), Buffer.from(JSON.stringify(index)), indexType);
  }

  async #descriptorOf(digest: string): Promise<Descriptor> {
    const content = await this.#verified(`manifests/${digest}`, digest, manifestTypes);
    const { mediaType = manifestType } = JSON.parse(content.toString()) as { mediaType?: string };
    return { mediaType, digest, size: content.length };
  }

  /** The registry is not trusted to return what was asked for. */
  async #verified(path: string, digest: string, accept: string): Promise<Buffer> {
    const { status, body } = await this.#get(path, accept);
    if (status !== 200) throw this.#refused("read", status, path, body);
    const content = Buffer.from(body);
    if (digestOf(content) === digest) return content;
    throw new CouldNotRun(`${this.host}/${this.#repository}/${path} does not match its digest`);
  }

  async #push(content: Buffer, mediaType: string): Promise<Descriptor> {
    const digest = digestOf(content);
    const descriptor = { mediaType, digest, size: content.length };
    const known = await this.#send(`${this.#repository}/blobs/${digest}`, { method: "HEAD" });
    if (known.status === 200) return descriptor;
    const started = await this.#send(`${this.#repository}/blobs/uploads/`, { method: "POST" });
    const location = started.headers.get("location");
    if (started.status !== 202 || location === null) throw this.#refused("push", started.status, "", started.body);
    const address = `${location}${location.includes("?") ? "&" : "?"}digest=${encodeURIComponent(digest)}`;
    const stored = await this.#send(address, { method: "PUT", body: { type: "application/octet-stream", content } });
    if (stored.status !== 201) throw this.#refused("push", stored.status, digest, stored.body);
    return descriptor;
  }

  async #put(reference: string, content: Buffer, type: string): Promise<Answer> {
    const path = `manifests/${reference}`;
    const answer = await this.#send(`${this.#repository}/${path}`, { method: "PUT", body: { type, content } });
    if (answer.status !== 201) throw this.#refused("push", answer.status, path, answer.body);
    return answer;
  }

  #get(path: string, accept: string): Promise<Answer> {
    return this.#client.get(`${this.#repository}/${path}`, `repository:${this.#repository}:pull`, accept);
  }

  #send(path: string, sent: Parameters<RegistryClient["send"]>[2]): Promise<Answer> {
    return this.#client.send(path, `repository:${this.#repository}:pull,push`, sent);
  }

  #refused(what: "read" | "push", status: number, path: string, body: string): CouldNotRun {
    const roles =
      what === "push"
        ? "AcrPush, or Container Registry Repository Writer if the registry uses repository permissions"
        : "AcrPull, or Container Registry Repository Reader if the registry uses repository permissions";
    const fix = status === 401 || status === 403 ? `: the signed-in identity needs ${roles}` : "";
    return new CouldNotRun(
      `${this.host}/${this.#repository}: cannot ${what} ${path}: HTTP ${status} ${body.slice(0, 200).trim()}${fix}`,
    );
  }
}
