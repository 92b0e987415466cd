/** Finds secrets in environment variables of an image or a pod, by the variable's name or the form of its value. */
import { masked, secretPatterns } from "./patterns.ts";

export interface VariableSecret {
  name: string;
  kind: string;
  masked: string;
}

/** Endings of names that mark a secret: `DB_PASS`, `JWT_KEY`, `SECRET_KEY_BASE`, `dbPassword`. */
const secretName = new RegExp(
  [
    "PASSWORD|PASSWD|PASSPHRASE",
    "(?:^|_|DB|PG|SQL|REDIS|SMTP|MAIL|ADMIN|ROOT|USER)PASS",
    "(?:^|_)(?:PWD|SECRETS?|TOKEN|CREDENTIALS?|CONN(?:ECTION)?_?STRING|REDISCLI_AUTH|DB_AUTH)",
    "SECRET_?KEY(?:_?BASE)?|API_?KEY|CLIENT_?SECRET|ACCESS_?TOKEN|AUTH_?TOKEN|REFRESH_?TOKEN",
    "(?:^|_)(?:PRIVATE|ACCESS|ACCOUNT|MASTER|SIGNING|SIGNATURE|ENCRYPTION|ENCRYPT|CRYPTO|SESSION|COOKIE|HMAC|AUTH|JWT|JWE|SERVICE_ROLE|SHARED|LICENSE|DEPLOY|WEBHOOK|STORAGE|SERVICE|APP)_?KEYS?",
  ]
    .map((part) => `(?:${part})`)
    .join("|")
    .replace(/^(.*)$/, "(?:$1)$"),
  "i",
);

/** Variables that a bundler writes into public pages, so they are public by design. */
const publicName = /^(?:NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|PUBLIC|VITE|REACT_APP|VUE_APP|GATSBY|STORYBOOK)_/i;
/** Keys for browsers, which public variables may contain. */
const browserKinds = new Set(["Google API key", "JSON web token"]);

/** A value that refers to the secret, or says that there is none. */
const harmless =
  /^$|^\/|^\$|^file:|^(?:true|false|yes|no|on|off|none|null|nil|undefined|unset|\d{1,6}|<.*>|\{\{.*\}\}|x{3,}|\*{2,}|\.{3,}|https?:\/\/[^@\s]*|@Microsoft\.KeyVault\(.*\)|(?:op|vault|arn|projects|keyvault):\S*)$/i;
const placeholder =
  /change[-_ ]?(?:me|this|it)|replace[-_ ]?(?:me|this|it|with)|placeholder|\bexample\b|^dummy|[-_]dummy$|redacted|not[-_ ]?(?:set|used|needed|real)|^fake|^your[-_ ]|^my[-_ ](?:secret|password|token|key)|build[-_ ]?(?:time|only)|^todo$|insert[-_ ]/i;

// Looks back at one character of the scheme only: matching schemes forward takes seconds in a long value without any address.
const urlWithPassword = /(?<=[\w+.-]):\/\/([^\s:/@"'<>]*):([^\s@"'<>]+)@(\[[^\]]+\]|[^\s:/?#"'<>,]+)/g;
const ownMachine =
  /^(?:localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0|host\.docker\.internal|(?:.*\.)?example(?:\.\w+)?|(?:my)?host(?:name)?)$/i;
const usualPassword =
  /^(?:password|passwd|pass|pwd|user(?:name)?|postgres|root|admin|secret|guest|test|mysql|mongo|redis|x+|\*+)$/i;
const connectionString =
  /(?:^|;|\b)(?:Server|Data Source|Host|Endpoint|AccountName)\s*=[^\n]*?;\s*(?:Password|Pwd|SharedAccessKey|AccountKey)\s*=\s*([^;\s"']{4,})/i;

/** The value of an Authorization header. */
const httpCredentials = /^(?:Basic|Bearer)\s+([\w+/.~-]{16,}={0,2})$/i;

/**
 * Returns the password in an address such as `postgres://me:word@db/app`; `undefined` for passwords that protect
 * nothing.
 */
export function passwordInAddress(text: string): string | undefined {
  for (const [, user = "", password = "", host = ""] of text.matchAll(urlWithPassword)) {
    if (/^[$<{%]/.test(password) || ownMachine.test(host) || placeholder.test(password)) continue;
    // A typical example password with a host that only a private network knows.
    if ((usualPassword.test(password) || password === user) && !host.includes(".")) continue;
    return password;
  }
  return undefined;
}

/** Returns the secret in a variable, or `undefined`. The shell's PWD is not a secret. */
export function secretInVariable(name: string, value: string): VariableSecret | undefined {
  const isPublic = publicName.test(name);
  for (const { kind, needle, pattern } of secretPatterns) {
    if (!value.includes(needle) || (isPublic && browserKinds.has(kind))) continue;
    const match = pattern.exec(value)?.[0];
    if (match !== undefined) return { name, kind, masked: masked(match) };
  }
  const password = passwordInAddress(value) ?? connectionString.exec(value)?.[1];
  if (password !== undefined && !/^[$<{]/.test(password) && !placeholder.test(password)) {
    return { name, kind: "password in an address", masked: masked(password) };
  }
  const credentials = httpCredentials.exec(value)?.[1];
  if (credentials !== undefined) return { name, kind: "HTTP credentials", masked: masked(credentials) };
  if (isPublic || /^(?:OLD)?PWD$/.test(name) || !secretName.test(name)) return undefined;
  if (harmless.test(value) || placeholder.test(value) || value.includes("://")) return undefined;
  return { name, kind: "value of a variable named like a secret", masked: masked(value) };
}
