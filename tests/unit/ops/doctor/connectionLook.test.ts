/** Connections to the addresses of a host name, and which hosts are asked. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer as createPlain, type Server } from "node:net";
import { createServer as createTls } from "node:tls";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askAddress, lookAtConnections } from "../../../../ops/doctor/cluster/connectionLook.ts";
import type { ServedHost } from "../../../../ops/doctor/facts/servedHosts.ts";

const served: ServedHost = {
  ref: "httproute/shop",
  host: "shop.example.com",
  addresses: ["20.1.1.1"],
  port: 443,
  tls: true,
};

describe("the addresses that are tested", () => {
  const asked = async (...[hosts, one = served]: [Parameters<typeof lookAtConnections>[1], ServedHost?]) => {
    const addresses: string[] = [];
    const looks = await lookAtConnections([one], hosts, (address) => {
      addresses.push(address);
      return Promise.resolve("open");
    });
    return { addresses, look: looks["shop.example.com"] };
  };

  it("are those of a name that resolves elsewhere, and those of the pods that serve it", async () => {
    expect(await asked({ "shop.example.com": { addresses: ["51.1.1.1"] } })).toEqual({
      addresses: ["51.1.1.1", "20.1.1.1"],
      look: { addresses: ["51.1.1.1"], answers: { "51.1.1.1": "open", "20.1.1.1": "open" } },
    });
  });

  it("of a load balancer with a host name are the addresses of that name", async () => {
    const hosts = { "shop.example.com": { addresses: ["51.1.1.1"] }, "lb.example.net": { addresses: ["20.9.9.9"] } };
    const one = { ...served, addresses: ["lb.example.net"] };
    expect((await asked(hosts, one)).addresses).toEqual(["51.1.1.1", "20.9.9.9"]);
    expect((await asked({ "shop.example.com": { addresses: ["51.1.1.1"] } }, one)).addresses).toEqual([]);
  });

  it.each([
    ["leads to the service", ["20.1.1.1", "20.1.1.2"]],
    ["does not exist", []],
  ])("are none if the name %s", async (_, addresses) => {
    expect(await asked({ "shop.example.com": { addresses } })).toEqual({ addresses: [], look: { addresses } });
  });
});

describe("the result for an address", () => {
  const folder = mkdtempSync(join(tmpdir(), "connection-"));
  const servers: Server[] = [];
  const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(folder, name)) as [string, string];
  const opened = async (server: Server): Promise<number> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  };
  const answer = (port: number, tls: boolean, host = "shop.example.com") =>
    askAddress("127.0.0.1", { host, port, tls });

  beforeAll(() => {
    const subject = ["-subj", "/CN=shop.example.com", "-addext", "subjectAltName=DNS:shop.example.com"];
    const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
    execFileSync("openssl", ["req", "-x509", ...kind, "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
  });
  afterAll(() => {
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true });
  });

  it("without TLS is whether it accepts", async () => {
    const port = await opened(createPlain((socket) => socket.end()));
    expect(await answer(port, false)).toBe("open");
  });

  it("is closed if nothing accepts", async () => {
    const server = createPlain();
    const port = await opened(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await answer(port, false)).toBe("closed");
    expect(await answer(port, true)).toBe("closed");
  });

  it("with TLS depends on the names of the certificate, and not on who signed it", async () => {
    const port = await opened(createTls({ key: readFileSync(key), cert: readFileSync(cert) }));
    expect(await answer(port, true)).toBe("open");
    expect(await answer(port, true, "else.example.com")).toBe("other");
  });

  it("of a server that refuses the handshake shows that it is another server", async () => {
    const port = await opened(createPlain((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")));
    expect(await answer(port, true)).toBe("other");
  });
});
