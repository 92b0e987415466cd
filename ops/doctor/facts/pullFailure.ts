/**
 * Parses a container's failed pull: which host answered what. A registry redirects nodes to other hosts for tokens and
 * layers, so the host that failed is often not the one in the image's name. Sources: containerd/core/remotes/docker,
 * kubernetes/pkg/kubelet/images.
 */
import { plainRegistryHost, splitImageReference } from "@tarmac/validate/imageReference";
import type { ImageLook } from "../registry/imageLook.ts";
import { type ImageSource, imageSource } from "../registry/imageSource.ts";
import { findEvent, quoteEvent } from "./eventFacts.ts";
import { type ContainerFacts, nameOf, type PodFacts, unreadableSecret, waitsForImage } from "./podFacts.ts";

export type PullAnswer =
  | "invalid-name"
  | "never"
  | "not-found"
  /** 401, or a refusal in text. */
  | "unauthorized"
  /** 403 with a network rule of the registry. */
  | "firewall"
  | "rate-limited"
  /** 5xx. */
  | "server-error"
  /** An answer that no registry gives, such as a web page. */
  | "not-a-registry"
  /** A refusal in the name of a registry that refuses nobody. */
  | "blocked"
  | "name-unresolved"
  | "unreachable"
  | "tls"
  | "plain-http"
  | "proxy"
  | "platform"
  | "disk-full"
  /** A manifest or layer that the runtime does not support. */
  | "unsupported"
  /** The content does not match its digest, or is truncated. */
  | "corrupt"
  | "secret-unreadable"
  | "other";

export interface PullFailure {
  container: ContainerFacts;
  image: string;
  /** Undefined if the image name is invalid. */
  reference: ImageSource | undefined;
  answer: PullAnswer;
  /** HTTP status, if there was one. */
  status?: number;
  /** The host that failed, with its port if the message contains it. */
  host: string;
  /** The request that failed. */
  asked: "manifest" | "token" | "layer";
  /** The message of the kubelet and containerd. */
  words: string;
  /** The registry's answer about the image, if the doctor requested it. */
  look: ImageLook | undefined;
  evidence: string[];
}

/** The first container that waits for its image; undefined if none does. */
export function pullFailureOf(pod: PodFacts): PullFailure | undefined {
  const container = pod.containers.find(waitsForImage);
  if (container === undefined) return undefined;
  const image = container.spec.image ?? "";
  const reason = container.waiting?.reason ?? "";
  const message = container.waiting?.message ?? "";
  const failed = findEvent(
    pod.events.filter(({ message: text = "" }) => text.includes(image)),
    ["Failed", "InspectFailed", "ErrImageNeverPull"],
  );
  // The event has containerd's own message. The container's state often has only the back-off's.
  const words = failed?.message ?? message;
  const reference = imageSource(image);
  return {
    container,
    image,
    reference,
    ...judge(reason, words, image, reference?.host ?? ""),
    words,
    look: pod.observation.images[image],
    evidence: [
      `${nameOf(pod, container)} waits: ${reason}`,
      failed === undefined ? `image "${image}": ${message === "" ? "no reason given" : message}` : quoteEvent(failed),
    ],
  };
}

type Judgment = Pick<PullFailure, "answer" | "host" | "asked" | "status">;

export function judge(reason: string, words: string, image: string, registry: string): Judgment {
  const at = (answer: PullAnswer, part: Partial<Judgment> = {}): Judgment => ({
    answer,
    host: registry,
    asked: "manifest",
    ...part,
  });
  if (reason === "InvalidImageName") return at("invalid-name");
  if (reason === "ErrImageNeverPull") return at("never");
  if (unreadableSecret(reason)) return at("secret-unreadable");
  const place = placeOf(words, registry);
  // Names and URL paths may contain any word: remove them and keep only the message.
  const plain = withoutNames(words, image);
  const status =
    /unexpected status(?: code)?[^:]*(?:: |\s)(\d{3})\b/.exec(plain)?.[1] ??
    /\b(\d{3}) (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out|Too Many Requests|Unauthorized|Forbidden|Not Found)/i.exec(
      plain,
    )?.[1];
  const found = (answer: PullAnswer) =>
    at(answer, { ...place, ...(status === undefined ? {} : { status: Number(status) }) });
  if (unreadableSecret(plain)) return found("secret-unreadable");
  if (
    /no match for platform|no matching manifest|image operating system|does not match the specified platform/i.test(
      plain,
    )
  )
    return found("platform");
  if (/no space left on device/i.test(plain)) return found("disk-full");
  if (/proxyconnect/i.test(plain)) return found("proxy");
  if (/no such host|server misbehaving|temporary failure in name resolution/i.test(plain))
    return found("name-unresolved");
  if (/server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/i.test(plain))
    return found("plain-http");
  if (
    /x509: |tls: (?!handshake timeout)|certificate (?:signed|has expired|is not|verify)/i.test(plain) &&
    !/TLS handshake timeout/i.test(plain)
  )
    return found("tls");
  if (status === "429" || /toomanyrequests|rate limit/i.test(plain)) return found("rate-limited");
  if (/client with IP .* is not allowed|denied by (?:network|firewall)|not allowed access|firewall/i.test(plain))
    return found("firewall");
  if (/media type text\/html/i.test(plain)) return found("not-a-registry");
  if (status !== undefined && status.startsWith("5")) return found("server-error");
  // These registries have no accounts: whoever refuses is between them and the node.
  if ((status === "401" || status === "403") && isOpenToAll(place.host)) return found("blocked");
  if (
    status === "401" ||
    status === "403" ||
    /authorization failed|authentication required|no basic auth credentials|insufficient_scope|pull access denied|access denied|failed to authorize: (?!.*(?:dial|timeout))|\bunauthorized:|\bdenied:/i.test(
      plain,
    )
  )
    return found("unauthorized");
  if (
    /(?:connection refused|i\/o timeout|deadline exceeded|TLS handshake timeout|no route to host|network is unreachable|connection reset|connection timed out|Client\.Timeout|request canceled)/i.test(
      plain,
    )
  )
    return found("unreachable");
  if (
    status === "404" ||
    /: not found|manifest unknown|name unknown|manifest_unknown|name_unknown|does not exist/i.test(plain)
  )
    return found("not-found");
  if (
    /media ?type|schema ?(?:version )?1|not supported|unsupported|unknown blob|invalid tar header|mismatched image rootfs/i.test(
      plain,
    )
  )
    return found("unsupported");
  if (/unexpected EOF|failed precondition.*digest|unexpected commit digest|checksum|size validation/i.test(plain))
    return found("corrupt");
  if (/\bEOF\b/.test(plain)) return found("unreachable");
  return found("other");
}

/** The host of the failed request, and what was requested. */
function placeOf(words: string, registry: string): Pick<Judgment, "host" | "asked"> {
  // Go's HTTP client quotes the URL; containerd's own messages do not and continue with a colon.
  const url = [
    ...words.matchAll(/\b(?:get|head|post)(?: request to)? (?:"(https?:\/\/[^"]+)"|(https?:\/\/\S+?)(?=:?(?:\s|$)))/gi),
  ]
    .map(([, quoted, plain]) => quoted ?? plain)
    .at(-1);
  let host: string | undefined;
  let path = "";
  if (url !== undefined) {
    try {
      const parsed = new URL(url);
      host = parsed.host;
      path = parsed.pathname;
    } catch {
      // The kubelet truncated the URL: the text after it still names the host.
    }
  }
  host ??= /lookup (\S+?)(?: on \S+)?: /.exec(words)?.[1];
  if (host === undefined || sameRegistry(host, registry))
    return {
      host: registry,
      asked: /\/token|oauth2/.test(path) ? "token" : /\/blobs\//.test(path) ? "layer" : "manifest",
    };
  return {
    host,
    asked: /token|oauth2|\/auth\b/.test(path) || /fetch (?:anonymous|oauth) token/.test(words) ? "token" : "layer",
  };
}

/** Registries without private repositories. */
const isOpenToAll = (host: string): boolean =>
  /^(?:(?:[\w-]+\.)*mcr\.microsoft\.com|registry\.k8s\.io|public\.ecr\.aws)$/.test(host);

/** 443 is the port of a host without one. */
const sameRegistry = (left: string, right: string): boolean => {
  const plain = (host: string) => plainRegistryHost(host.replace(/:443$/, ""));
  return plain(left) === plain(right);
};

export function withoutNames(words: string, image: string): string {
  const { host, path, tag } = splitImageReference(image);
  const repository = host === undefined ? path : `${host}/${path}`;
  const bare = tag === undefined ? repository : `${repository}:${tag}`;
  let text = words.replace(/"(https?:\/\/[^"]*)"/g, '"URL"').replace(/https?:\/\/\S+?(?=:?\s|$)/g, "URL");
  for (const name of [image, bare, repository, path].filter((part) => part.length > 2))
    text = text.replaceAll(name, "IMAGE");
  return text;
}
