/**
 * Masks secrets in text for everyone who can read the repository. The engine masks values that it knows to be secret,
 * but not what a provider or a registry writes into an error.
 */
import { secretPatterns } from "@tarmac/validate/secrets/patterns";

const mask = "[secret]";

/** Environment variables whose names mark their values as secret. */
const secretName = /(?:TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIAL|PRIVATE|(?:^|_)(?:KEY|SAS|PAT))/i;
const notSecret = /(?:_FILE|_PATH|_URL|_URI|_HOST)$/i;
/** A shorter value would match harmless words. */
const shortestValue = 8;

/** Formats besides those in files, which occur in addresses and errors. */
const inText: readonly [pattern: RegExp, replacement: string][] = [
  // A token without its signature: a header alone, or a truncated line.
  [/\beyJ[\w-]{16,}(?:\.[\w-]+)*/g, mask],
  [/([?&](?:sig|code|access_token|client_secret)=)[^&\s"'<>]+/gi, `$1${mask}`],
  [
    /\b((?:https?|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|rediss|amqps?):\/\/[^\s:/@]*:)[^\s@/]+(?=@)/gi,
    `$1${mask}`,
  ],
  [/\b((?:authorization|proxy-authorization)["']?\s*[:=]\s*["']?(?:bearer|basic)\s+)[\w.~+/=-]+/gi, `$1${mask}`],
  [
    /\b((?:client-key-data|client_secret|refresh_token|access_token|password|passphrase)["']?\s*[:=]\s*["']?)[^\s"',}]{6,}/gi,
    `$1${mask}`,
  ],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, mask],
  // Kubernetes keys and kubeconfigs are base64-encoded PEM.
  [/\bLS0tLS1CRUdJTi[A-Za-z0-9+/=]{20,}/g, mask],
];

export type Mask = (text: string) => string;

/** @param env of the previewing process: its secrets must not appear in a report */
export function masker(env: NodeJS.ProcessEnv): Mask {
  const values = Object.entries(env)
    .filter(([name, value]) => secretName.test(name) && !notSecret.test(name) && (value?.length ?? 0) >= shortestValue)
    .flatMap(([, value = ""]) => [value, encodeURIComponent(value), Buffer.from(value).toString("base64")])
    // If one value is the prefix of another, mask the longer one first, so that no rest stays visible.
    .sort((a, b) => b.length - a.length);
  const patterns = secretPatterns.map(
    ({ pattern }) => new RegExp(pattern.source, `${pattern.flags.replace("g", "")}g`),
  );
  return (text) => {
    let masked = text;
    for (const value of values) masked = masked.replaceAll(value, mask);
    for (const [pattern, replacement] of inText) masked = masked.replaceAll(pattern, replacement);
    for (const pattern of patterns) masked = masked.replaceAll(pattern, mask);
    return masked;
  };
}

/** Masks every text in plain data. */
export function maskAll<T>(value: T, hide: Mask): T {
  if (typeof value === "string") return hide(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => maskAll(item, hide)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskAll<unknown>(inner, hide)])) as T;
}
