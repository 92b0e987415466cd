/** Resolves the host names of routes and Ingresses from the doctor's machine. */
import { Resolver } from "node:dns/promises";
import type { HostLook } from "../observation.ts";

/** The resolver's methods in use; tests replace them. */
export type AskDns = Pick<Resolver, "resolve4" | "resolve6" | "resolveCname">;

/** Maximum number of names: each takes several requests. */
const most = 20;

/** @returns by name; names without a definite answer from a name server are left out */
export async function lookAtHosts(
  hosts: readonly string[],
  dns: AskDns = new Resolver({ timeout: 1500, tries: 1 }),
): Promise<Record<string, HostLook>> {
  const looks = await Promise.all(
    [...new Set(hosts)].slice(0, most).map(async (host) => {
      const look = await lookUp(host, dns);
      return look === undefined ? [] : [[host, look] as const];
    }),
  );
  return Object.fromEntries(looks.flat());
}

async function lookUp(host: string, dns: AskDns): Promise<HostLook | undefined> {
  const answers = await Promise.all(
    [dns.resolve4(host), dns.resolve6(host)].map((answer) =>
      answer.catch((error: unknown) => String((error as { code?: unknown }).code)),
    ),
  );
  const addresses = answers.flatMap((answer) => (typeof answer === "string" ? [] : answer));
  if (addresses.length > 0) {
    const aliases = await aliasesOf(host, dns);
    return { addresses, ...(aliases.length === 0 ? {} : { aliases }) };
  }
  // Only ENOTFOUND proves that the name does not exist: a failing server proves nothing.
  return answers.includes("ENOTFOUND") && answers.every((answer) => ["ENOTFOUND", "ENODATA"].includes(String(answer)))
    ? { addresses: [] }
    : undefined;
}

/** Longer chains of aliases do not resolve: https://www.rfc-editor.org/rfc/rfc1034#section-5.2.2 */
const mostAliases = 8;

async function aliasesOf(host: string, dns: AskDns): Promise<string[]> {
  const aliases: string[] = [];
  for (let name = host; aliases.length < mostAliases;) {
    const [next] = await dns.resolveCname(name).catch((): string[] => []);
    if (next === undefined || aliases.includes(next)) break;
    aliases.push(next);
    name = next;
  }
  return aliases;
}
