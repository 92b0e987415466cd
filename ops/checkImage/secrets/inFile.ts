/** Secrets in a layer's file: recognized by the kind of file, or by its content. */
import { masked, secretPatterns } from "@tarmac/validate/secrets/patterns";
import { passwordInAddress, secretInVariable } from "@tarmac/validate/secrets/inVariable";

export interface Secret {
  /** Path in the image, without a leading "/". */
  path: string;
  kind: string;
  /** The beginning of the value, the rest masked; absent if the file itself is the secret. */
  masked?: string;
}

/** Files that always contain secrets. */
const secretFiles: readonly { kind: string; path: RegExp; content?: RegExp }[] = [
  { kind: "git repository", path: /(?:^|\/)\.git\/HEAD$/ },
  { kind: "git credentials", path: /(?:^|\/)\.git-credentials$/ },
  { kind: "AWS credentials", path: /(?:^|\/)\.aws\/credentials$/ },
  {
    kind: "Azure sign-in",
    path: /(?:^|\/)\.azure\/(?:msal_token_cache\.\w+|accessTokens\.json|service_principal_entries\.\w+)$/,
  },
  { kind: "Google sign-in", path: /(?:^|\/)gcloud\/(?:application_default_credentials\.json|credentials\.db)$/ },
  { kind: "kubeconfig", path: /(?:^|\/)\.kube\/config$/ },
  { kind: "SSH key", path: /(?:^|\/)\.ssh\/id_(?:rsa|dsa|ecdsa|ed25519)$/ },
  { kind: "netrc password", path: /(?:^|\/)[._]netrc$/, content: /\bpassword\s+\S/ },
  { kind: "PyPI password", path: /(?:^|\/)\.pypirc$/, content: /^\s*password\s*[:=]\s*\S/m },
  { kind: "PostgreSQL password", path: /(?:^|\/)\.pgpass$/, content: /^[^#\n]+(?::[^:\n]*){3}:\S/m },
  { kind: "key store", path: /\.(?:pfx|p12|jks|keystore)$/ },
];

const environmentFile = /(?:^|\/)\.env(?:\.(?!example$|sample$|template$|dist$|defaults$|schema$)[\w.-]+)?$/;

/** Test and documentation keys in packages, which protect nothing. */
const packaged =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|lib\/python[\d.]+|usr\/share|usr\/local\/share|usr\/lib|usr\/local\/lib|opt\/yarn-v[\d.]+)\//;
const forShow =
  /(?:^|\/)(?:tests?|testdata|testing|__tests__|__mocks__|mocks?|specs?|fixtures?|examples?|demos?|docs?|man|doc|benchmarks?|samples?|stories)\/|\.(?:test|spec|example|sample|stories)(?:\.\w+)?$|(?:^|\/)(?:example|sample)s?[.-][^/]*$/i;
const manual = /\.(?:md|markdown|rst|html|txt|d\.[cm]?ts|map)$|(?:^|\/)(?:README|CHANGELOG|HISTORY|LICENSE)[^/]*$/i;
/** Debian generates this key on each machine; nothing trusts it. */
const worthless = /^etc\/ssl\/private\/ssl-cert-snakeoil\.key$/;
/** Kinds of secrets that package sources contain as examples and for tests. */
const quoted = new Set([
  "private key",
  "JSON web token",
  "registry credentials",
  "Azure storage key",
  "AWS secret key",
]);
const source = /\.(?:[cm]?[jt]sx?|json|py|rb|go|java|wasm|css)$/i;
/** Files in which an address with a password is a real setting. */
const settingsFile = /\.(?:json|ya?ml|toml|ini|conf|cfg|properties|env|sh|[cm]?[jt]s|xml)$|(?:^|\/)\.env[^/]*$/;
const exampleUser = /:\/\/[^\s:/@]*:(?:password|passwd|pass|pwd|secret|user|x+|\*+)@/i;

/** Searches a file piece by piece; also finds secrets that span two pieces. */
export class SecretSearch {
  readonly #path: string;
  readonly #found = new Map<string, Secret>();
  #before: Buffer = Buffer.alloc(0);
  #text: boolean | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** @param piece the next bytes; the first piece has at least 4 KiB, or is the whole file */
  add(piece: Buffer): void {
    this.#text ??= isText(piece);
    const content = this.#before.length === 0 ? piece : Buffer.concat([this.#before, piece]);
    for (const secret of this.#text ? secretsIn(this.#path, content) : byItsName(this.#path, content)) {
      // The first of each kind.
      if (!this.#found.has(secret.kind)) this.#found.set(secret.kind, secret);
    }
    this.#before = piece.subarray(Math.max(0, piece.length - overlap));
  }

  get found(): Secret[] {
    return [...this.#found.values()];
  }
}

/** Longer than any secret pattern. */
const overlap = 8 * 1024;

/** Whether to read more than the beginning of a file: programs and archives are not searched. */
export const isText = (content: Buffer): boolean => !content.subarray(0, 4096).includes(0);

/** The secrets in a file, one of each kind. @param content all of it, or a part */
export function secretsIn(path: string, content: Buffer): Secret[] {
  const found = new Map(byItsName(path, content).map((secret) => [secret.kind, secret]));
  const inPackage = packaged.test(path);
  // Manuals and sources of packages contain example keys and tokens; the kind of file is still checked above.
  if (!isText(content) || isForShow(path) || (inPackage && manual.test(path))) return [...found.values()];
  let decoded: string | undefined;
  const text = () => (decoded ??= content.toString("latin1"));
  for (const { kind, needle, pattern } of secretPatterns) {
    if (!content.includes(needle) || (inPackage && quoted.has(kind) && source.test(path))) continue;
    const match = pattern.exec(text())?.[0];
    if (match !== undefined) found.set(kind, { path, kind, masked: masked(match) });
  }
  if (!inPackage && settingsFile.test(path) && content.includes("://")) {
    const password = passwordInAddress(text().replaceAll(new RegExp(exampleUser, "gi"), "://"));
    if (password !== undefined) {
      found.set("password in an address", { path, kind: "password in an address", masked: masked(password) });
    }
  }
  return [...found.values()];
}

const isForShow = (path: string) =>
  worthless.test(path) || (packaged.test(path) && forShow.test(path.slice(path.search(packaged))));

function byItsName(path: string, content: Buffer): Secret[] {
  if (isForShow(path)) return [];
  const text = () => content.toString("latin1");
  const found: Secret[] = secretFiles
    .filter(({ path: wanted, content: inside }) => wanted.test(path) && (inside === undefined || inside.test(text())))
    .map(({ kind }) => ({ path, kind }));
  if (!environmentFile.test(path) || packaged.test(path)) return found;
  const variable = secretVariable(text());
  return variable === undefined ? found : [...found, { path, kind: `environment file with ${variable}` }];
}

/** The variable in an environment file whose value is secret, or looks random enough to be. */
function secretVariable(content: string): string | undefined {
  for (const line of content.split("\n")) {
    const [, name = "", given = ""] = /^\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    const value = given.replace(/^(["'])(.*)\1.*$/, "$2");
    if (name === "" || value === "") continue;
    if (secretInVariable(name, value) !== undefined) return name;
    const random = /^[A-Za-z0-9+/=_-]{20,}$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value);
    if (
      random &&
      !/^(?:NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|PUBLIC|VITE|REACT_APP|VUE_APP|GATSBY)_|(?:^|_)(?:ID|SHA|COMMIT|VERSION|HASH|HOST|DSN|URL|REGION|NAME|BUCKET|PUBLIC_KEY)$/i.test(
        name,
      )
    ) {
      return name;
    }
  }
  return undefined;
}
