/** Sends requests to a registry's v2 API, with the authentication that the registry requests. */
export interface Credentials {
  username: string;
  password: string;
}

const timeoutMilliseconds = 5_000;
const uploadMilliseconds = 120_000;

export const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

export class RegistryProblem extends Error {
  override readonly name = "RegistryProblem";
  readonly kind: "name-unresolved" | "unreachable" | "tls";

  constructor(kind: RegistryProblem["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** What a request sends. */
export interface Sent {
  method: "HEAD" | "POST" | "PUT";
  accept?: string;
  body?: { type: string; content: Buffer };
}

export interface Answer {
  status: number;
  body: string;
  headers: Headers;
}

export class RegistryClient {
  readonly #host: string;
  readonly #credentials: Credentials | undefined;
  #origin: string | undefined;
  readonly #tokens = new Map<string, string>();
  /**
   * Whether the registry accepted the credentials, regardless of their permissions; undefined until it requests them.
   */
  signIn: "accepted" | "refused" | undefined;

  constructor(host: string, credentials?: Credentials) {
    // The host in Docker Hub image names does not serve a registry.
    this.#host = host === "docker.io" ? "registry-1.docker.io" : host;
    this.#credentials = credentials;
  }

  /** @param scope of the token, such as "repository:app:pull" @throws RegistryProblem */
  get(path: string, scope: string, accept = "application/json"): Promise<Answer> {
    return this.#exchange(`/v2/${path}`, scope, { accept });
  }

  /**
   * Sends anything but a GET request.
   * @param path after `/v2/`, or an address that this registry has answered with (`Location`)
   * @throws RegistryProblem, also for an address of another host, which gets no token
   */
  send(path: string, scope: string, { method, accept = "application/json", body }: Sent): Promise<Answer> {
    const headers = { accept, ...(body === undefined ? {} : { "content-type": body.type }) };
    return this.#exchange(/^(\/|https?:)/.test(path) ? path : `/v2/${path}`, scope, headers, {
      method,
      ...(body === undefined ? {} : { body: new Uint8Array(body.content) }),
    });
  }

  async #exchange(
    path: string,
    scope: string,
    headers: Record<string, string>,
    request: RequestInit = {},
  ): Promise<Answer> {
    this.#origin ??= await this.#findOrigin();
    const url = new URL(path, this.#origin);
    if (url.origin !== this.#origin)
      throw new RegistryProblem("unreachable", `${this.#host} leads to ${url.origin}, which gets no token`);
    const send = (authorization: string | undefined) =>
      ask(url.href, { ...headers, ...(authorization === undefined ? {} : { authorization }) }, request);
    const known = this.#tokens.get(scope);
    const first = await send(known);
    const challenge = first.headers.get("www-authenticate");
    if (first.status !== 401 || known !== undefined || challenge === null) return first;
    const authorization = await this.#authorize(challenge, scope);
    if (authorization === undefined) return first;
    this.#tokens.set(scope, authorization);
    const second = await send(authorization);
    // With basic authentication, the response also shows whether the credentials are accepted.
    if (authorization.startsWith("Basic")) this.signIn = second.status === 401 ? "refused" : "accepted";
    return second;
  }

  async #authorize(challenge: string, scope: string): Promise<string | undefined> {
    const { username, password } = this.#credentials ?? {};
    const basic =
      username === undefined ? undefined : `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}`;
    if (/^basic/i.test(challenge)) return basic;
    const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
    const realm = field("realm");
    if (realm === undefined) return undefined;
    const url = new URL(realm);
    url.searchParams.set("service", field("service") ?? this.#host);
    url.searchParams.set("scope", scope);
    const answer = await ask(url.href, basic === undefined ? {} : { authorization: basic });
    this.signIn = answer.status === 200 ? "accepted" : "refused";
    if (answer.status !== 200) return undefined;
    const { token, access_token } = JSON.parse(answer.body) as { token?: string; access_token?: string };
    return `Bearer ${token ?? access_token ?? ""}`;
  }

  /** Plain HTTP is used only for registries on this machine. */
  async #findOrigin(): Promise<string> {
    const secure = `https://${this.#host}`;
    try {
      await ask(`${secure}/v2/`, {});
      return secure;
    } catch (error) {
      const local = /^(localhost|127\.\d+\.\d+\.\d+)(:|$)/.test(this.#host);
      if (!local || !(error instanceof RegistryProblem) || error.kind === "name-unresolved") throw error;
      const plain = `http://${this.#host}`;
      return ask(`${plain}/v2/`, {}).then(
        () => plain,
        () => Promise.reject(error),
      );
    }
  }
}

async function ask(url: string, headers: Record<string, string>, request: RequestInit = {}): Promise<Answer> {
  const milliseconds = request.body === undefined ? timeoutMilliseconds : uploadMilliseconds;
  try {
    const response = await fetch(url, { ...request, headers, signal: AbortSignal.timeout(milliseconds) });
    return { status: response.status, body: await response.text(), headers: response.headers };
  } catch (error) {
    throw problemOf(new URL(url).host, error);
  }
}

function problemOf(host: string, error: unknown): RegistryProblem {
  const { code = "", message = String(error) } = ((error as Error).cause ?? error) as {
    code?: string;
    message?: string;
  };
  const words = `${host}: ${message || code}`;
  if (["ENOTFOUND", "EAI_AGAIN"].includes(code)) return new RegistryProblem("name-unresolved", words);
  if (/CERT|SELF_SIGNED|SSL|TLS|UNABLE_TO_VERIFY|EPROTO/.test(code)) return new RegistryProblem("tls", words);
  return new RegistryProblem("unreachable", words);
}
