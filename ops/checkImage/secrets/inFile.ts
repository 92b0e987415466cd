/** Secrets in a file of a layer: by what the file is, or by what stands in it. */
import { masked, secretPatterns } from "@tarmac/validate/secrets/patterns";

export interface Secret {
  /** Path in the image, without a "/" in front. */
  path: string;
  kind: string;
  /** The beginning of the value, the rest masked; absent where the file itself is the find. */
  masked?: string;
}

/** Files that hold secrets by their nature. */
const secretFiles: readonly { kind: string; path: RegExp; content?: RegExp }[] = [
  {
    kind: "environment file",
    path: /(?:^|\/)\.env(?:\.(?!example$|sample$|template$|dist$|defaults$)[\w-]+)?$/,
    content: /^\s*(?:export\s+)?\w+\s*=\s*\S/m,
  },
  { kind: "git repository", path: /(?:^|\/)\.git\/HEAD$/ },
  { kind: "git credentials", path: /(?:^|\/)\.git-credentials$/ },
  { kind: "AWS credentials", path: /(?:^|\/)\.aws\/credentials$/ },
  {
    kind: "Azure sign-in",
    path: /(?:^|\/)\.azure\/(?:msal_token_cache\.\w+|accessTokens\.json|service_principal_entries\.\w+)$/,
  },
  { kind: "kubeconfig", path: /(?:^|\/)\.kube\/config$/ },
  { kind: "SSH key", path: /(?:^|\/)\.ssh\/id_(?:rsa|dsa|ecdsa|ed25519)$/ },
  { kind: "netrc password", path: /(?:^|\/)\.netrc$/, content: /\bpassword\s+\S/ },
  { kind: "PyPI password", path: /(?:^|\/)\.pypirc$/, content: /^\s*password\s*[:=]\s*\S/m },
  { kind: "key store", path: /\.(?:pfx|p12)$/ },
];

/** What packages bring along to test or document themselves with: keys that guard nothing. */
const packaged =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|lib\/python[\d.]+|usr\/share|usr\/local\/share|usr\/lib|usr\/local\/lib)\//;
const forShow =
  /(?:^|\/)(?:tests?|testdata|__tests__|specs?|fixtures?|examples?|docs?|man|doc|benchmarks?|samples?)\//i;

/** The secrets of a file, one of each kind. @param content all of it */
export function secretsIn(path: string, content: Buffer): Secret[] {
  if (packaged.test(path) && forShow.test(path.slice(path.search(packaged)))) return [];
  const found = new Map<string, Secret>();
  const text = () => content.toString("latin1");
  for (const { kind, path: wanted, content: inside } of secretFiles) {
    if (wanted.test(path) && (inside === undefined || inside.test(text()))) found.set(kind, { path, kind });
  }
  // The manuals and sources of packages quote keys and tokens; what their files are still counts above.
  if (!isText(content) || (packaged.test(path) && /\.(?:md|markdown|rst|html|d\.[cm]?ts|map)$/.test(path))) {
    return [...found.values()];
  }
  for (const { kind, needle, pattern } of secretPatterns) {
    if (!content.includes(needle)) continue;
    const match = pattern.exec(text())?.[0];
    if (match !== undefined) found.set(kind, { path, kind, masked: masked(match) });
  }
  return [...found.values()];
}

const isText = (content: Buffer) => !content.subarray(0, 4096).includes(0);
