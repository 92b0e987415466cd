/**
 * Connects to the addresses of a host name that leads elsewhere, and to those where the cluster serves the host. A proxy
 * in front of the cluster also has other addresses, so only what answers there shows whether clients are served.
 */
import { connect as connectPlain } from "node:net";
import { checkServerIdentity, connect as connectTls } from "node:tls";
import { type ServedHost, servingAddresses } from "../facts/servedHosts.ts";
import type { ConnectionAnswer, HostLook } from "../observation.ts";

/** Opens one connection and sends nothing but a TLS handshake; tests replace it. */
export type AskAddress = (
  address: string,
  served: Pick<ServedHost, "host" | "port" | "tls">,
) => Promise<ConnectionAnswer>;

const timeoutMilliseconds = 3000;

/** @returns the looks, with the answers of the hosts that lead elsewhere */
export async function lookAtConnections(
  served: readonly ServedHost[],
  hosts: Readonly<Record<string, HostLook>>,
  ask: AskAddress = askAddress,
): Promise<Record<string, HostLook>> {
  const looks = await Promise.all(
    Object.entries(hosts).map(async ([host, look]) => {
      const one = served.find((each) => each.host === host);
      const here = one === undefined ? undefined : servingAddresses(one, hosts);
      if (one === undefined || here === undefined || look.addresses.some((address) => here.includes(address)))
        return [host, look] as const;
      const addresses = look.addresses.length === 0 ? [] : [...look.addresses, ...here];
      const answers = await Promise.all(addresses.map(async (address) => [address, await ask(address, one)] as const));
      return [host, answers.length === 0 ? look : { ...look, answers: Object.fromEntries(answers) }] as const;
    }),
  );
  return Object.fromEntries(looks);
}

export const askAddress: AskAddress = (address, { host, port, tls }) =>
  new Promise((resolve) => {
    const socket = tls
      ? connectTls({ host: address, port, servername: host, rejectUnauthorized: false })
      : connectPlain({ host: address, port });
    let accepted = false;
    const answer = (found: ConnectionAnswer) => {
      socket.destroy();
      resolve(found);
    };
    socket.once("connect", () => {
      accepted = true;
      if (!tls) answer("open");
    });
    socket.once("secureConnect", () => {
      // The chain may be private: only the names tell whose server this is.
      const isOther =
        "getPeerCertificate" in socket && checkServerIdentity(host, socket.getPeerCertificate()) !== undefined;
      answer(isOther ? "other" : "open");
    });
    // A server that accepts the connection and refuses the handshake does not serve this host.
    socket.once("error", () => answer(accepted ? "other" : "closed"));
    socket.setTimeout(timeoutMilliseconds, () => answer(accepted ? "other" : "closed"));
  });
