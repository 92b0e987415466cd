/** A registry in memory that speaks OCI's distribution protocol over HTTP, with or without the referrers API. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const digestOf = (content: string | Buffer): string =>
  `sha256:${createHash("sha256").update(content).digest("hex")}`;

const indexType = "application/vnd.oci.image.index.v1+json";
const manifestType = "application/vnd.oci.image.manifest.v1+json";

interface Manifest {
  artifactType?: string;
  subject?: { digest: string };
  annotations?: Record<string, string>;
}

export interface OciRegistry {
  host: string;
  /** Whether it has the referrers API. */
  referrersApi: boolean;
  /** Manifests by digest or tag. */
  manifests: Map<string, { type: string; content: Buffer }>;
  blobs: Map<string, Buffer>;
  /** `METHOD PATH` of each request, in order. */
  requests: string[];
  /** Answers in place of the registry. */
  answer: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Stores an image, also under a tag if one is given. Returns its digest. */
  putImage(tag?: string): string;
  /** Tags on one page of the list. */
  tagsOnPage: number;
  stop(): Promise<void>;
}

/** Serves one repository, `/v2/team/hello/`, to the user `ci` with the password `right`. */
export async function startOciRegistry(): Promise<OciRegistry> {
  const server: Server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const registry: OciRegistry = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ referrersApi: true, manifests: new Map(), blobs: new Map(), requests: [], answer: () => false },
    tagsOnPage: 2,
    putImage(tag) {
      const annotations = tag === undefined ? {} : { annotations: { tag } };
      const content = Buffer.from(
        JSON.stringify({ schemaVersion: 2, mediaType: manifestType, layers: [], ...annotations }),
      );
      for (const key of [digestOf(content), ...(tag === undefined ? [] : [tag])])
        registry.manifests.set(key, { type: manifestType, content });
      return digestOf(content);
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", `http://${registry.host}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    registry.requests.push(`${request.method} ${url.pathname}`);
    const send = (status: number, content: string | Buffer = "", headers: Record<string, string> = {}) =>
      void response.writeHead(status, headers).end(content);
    if (registry.answer(request, response)) return;
    if (request.headers.authorization !== `Basic ${Buffer.from("ci:right").toString("base64")}`)
      return send(401, "", { "WWW-Authenticate": 'Basic realm="test"' });
    const [, kind = "", reference = ""] = /^\/v2\/team\/hello\/(blobs\/uploads|\w+)\/?(.*)$/.exec(url.pathname) ?? [];
    switch (`${request.method} ${kind}`) {
      case "HEAD blobs":
        return send(registry.blobs.has(reference) ? 200 : 404);
      case "GET blobs": {
        const blob = registry.blobs.get(reference);
        return blob === undefined ? send(404) : send(200, blob);
      }
      case "POST blobs/uploads":
        return send(202, "", { Location: "/v2/team/hello/blobs/uploads/1?state=a" });
      case "PUT blobs/uploads": {
        const digest = url.searchParams.get("digest") ?? "";
        if (digest !== digestOf(body)) return send(400, "DIGEST_INVALID");
        registry.blobs.set(digest, body);
        return send(201);
      }
      case "PUT manifests": {
        const type = request.headers["content-type"] ?? "";
        const { subject } = JSON.parse(body.toString()) as Manifest;
        registry.manifests.set(digestOf(body), { type, content: body });
        registry.manifests.set(reference, { type, content: body });
        const seen = registry.referrersApi && subject !== undefined ? { "OCI-Subject": subject.digest } : {};
        return send(201, "", seen as Record<string, string>);
      }
      case "HEAD manifests":
      case "GET manifests": {
        const found = registry.manifests.get(reference);
        if (found === undefined) return send(404);
        return send(200, found.content, {
          ...{ "Content-Type": found.type, "Docker-Content-Digest": digestOf(found.content) },
        });
      }
      case "GET tags":
        return tagsPage(url, send);
      case "GET referrers":
        return registry.referrersApi ? send(200, referrers(reference), { "Content-Type": indexType }) : send(404);
      default:
        return send(405);
    }
  }

  /** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags */
  function tagsPage(url: URL, send: (status: number, content: string, headers: Record<string, string>) => void): void {
    const tags = [...registry.manifests.keys()].filter((key) => !key.includes(":")).sort();
    const last = url.searchParams.get("last");
    const from = last === null ? 0 : tags.indexOf(last) + 1;
    const page = tags.slice(from, from + registry.tagsOnPage);
    const next = `/v2/team/hello/tags/list?n=${registry.tagsOnPage}&last=${page.at(-1)}`;
    const isLast = from + registry.tagsOnPage >= tags.length;
    send(200, JSON.stringify({ name: "team/hello", tags: page }), isLast ? {} : { Link: `<${next}>; rel="next"` });
  }

  function referrers(digest: string): string {
    const manifests = [...registry.manifests].flatMap(([key, { type, content }]) => {
      const { subject, artifactType, annotations } = JSON.parse(content.toString()) as Manifest;
      return subject?.digest === digest && key === digestOf(content)
        ? [{ mediaType: type, digest: key, size: content.length, artifactType, annotations }]
        : [];
    });
    return JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
  }

  return registry;
}
