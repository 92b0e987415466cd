/** Reads from a registry through its v2 API (HTTP GET only), with the authentication that the registry requests. */
export interface Credentials {
  username: string;
  password: string;
}

const timeoutMilliseconds = 5_000;

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
  async get(path: string, scope: string, accept = "application/json"): Promise<Answer> {
    this.#origin ??= await this.#findOrigin();
    const url = `${this.#origin}/v2/${path}`;
    const known = this.#tokens.get(scope);
    const first = await ask(url, { accept, ...(known === undefined ? {} : { authorization: known }) });
    const challenge = first.headers.get("www-authenticate");
    if (first.status !== 401 || known !== undefined || challenge === null) return first;
    const authorization = await this.#authorize(challenge, scope);
    if (authorization === undefined) return first;
    this.#tokens.set(scope, authorization);
    const second = await ask(url, { accept, authorization });
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

async function ask(url: string, headers: Record<string, string>): Promise<Answer> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMilliseconds) });
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
