/** Secrets in variables, of an image or of a pod: by the variable's name, or by the form of its value. */
import { masked, secretPatterns } from "./patterns.ts";

export interface VariableSecret {
  name: string;
  kind: string;
  masked: string;
}

const secretName =
  /(?:^|_)(?:PASSWORD|PASSWD|PWD|SECRET|TOKEN|API_?KEY|APIKEY|PRIVATE_?KEY|ACCESS_?KEY|ACCOUNT_?KEY|CREDENTIALS?|CONNECTION_?STRING)$/i;

/** A value that says where the secret is, or that there is none. */
const harmless = /^$|^\/|^\$|^(?:true|false|none|null|unset|changeme|example|\d{1,4}|<.*>|https?:\/\/[^@\s]*)$/i;
const urlWithPassword = /^\w[\w+.-]*:\/\/[^\s:/@]*:([^\s@$]+)@/;

/** What is secret in a variable, or `undefined`. The shell's own PWD is none. */
export function secretInVariable(name: string, value: string): VariableSecret | undefined {
  const form = secretPatterns.map(({ kind, pattern }) => ({ kind, match: pattern.exec(value)?.[0] }));
  const known = form.find(({ match }) => match !== undefined);
  if (known?.match !== undefined) return { name, kind: known.kind, masked: masked(known.match) };
  const password = urlWithPassword.exec(value)?.[1];
  if (password !== undefined) return { name, kind: "password in an address", masked: masked(password) };
  if (/^(?:OLD)?PWD$/.test(name) || !secretName.test(name) || harmless.test(value)) return undefined;
  return { name, kind: "value of a variable with such a name", masked: masked(value) };
}
