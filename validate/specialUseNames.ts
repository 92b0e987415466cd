/**
 * Host names that internet DNS never resolves.
 * https://www.iana.org/assignments/special-use-domain-names, read 2026-11-28
 */

/** The endings of such names, and the reason. */
const endings: readonly (readonly [ending: string, why: string])[] = [
  ["cluster.local", "exists only inside a cluster"],
  ["svc", "exists only inside a cluster"],
  ["localhost", "means the machine itself wherever it is looked up"],
  ["localdomain", "means the machine itself wherever it is looked up"],
  // RFC 6762: a query for it goes to the local link, not to a DNS server.
  ["local", "is looked up by multicast on the caller's own link, and not in the DNS (RFC 6762)"],
  ["test", "is reserved for tests, and no DNS server resolves it (RFC 6761)"],
  ["invalid", "is reserved for names that must not resolve (RFC 6761)"],
  ["example", "is reserved for documentation, and no DNS server resolves it (RFC 6761)"],
  ["onion", "is known in the Tor network only (RFC 7686)"],
  ["alt", "is reserved for name systems other than DNS (RFC 9476)"],
  ...["azurewebsites.net", "azurecontainerapps.io", "azurestaticapps.net", "azurefd.net", "azureedge.net"].map(
    (domain) => [domain, "Azure gives to apps of another service"] as const,
  ),
  ...["azmk8s.io", "azurecr.io"].map((domain) => [domain, "Azure gives to clusters and registries"] as const),
  ["arpa", "is reserved for the DNS's own infrastructure (RFC 3172)"],
];

/** Returns the problem with a host name that clients cannot resolve, or `undefined`. */
export function specialUseProblem(name: string): string | undefined {
  const found = endings.find(([ending]) => name === ending || name.endsWith(`.${ending}`));
  if (found === undefined) return undefined;
  const [ending, why] = found;
  return `"${name}" ends with ".${ending}", which ${why}, so callers would not find the service: use a name of a domain that you own, e.g. "hello.example.com"`;
}
