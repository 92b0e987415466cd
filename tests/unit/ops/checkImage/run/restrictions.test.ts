import { containerOptions, plain } from "../../../../../ops/checkImage/run/restrictions.ts";
import { conditions } from "../faultlessEvidence.ts";

it("applies all restrictions of a restricted pod", () => {
  const options = containerOptions("hello:1", { ...conditions, writable: ["/data"] }, 8080);
  expect(options).toEqual({
    Image: "hello:1",
    User: "10001:10001",
    Env: ["PORT=8080", "DRAIN_SECONDS=5", "SERVICE_NAME=hello", "POD_NAME=tarmac-check", "NODE_NAME=tarmac-check"],
    ExposedPorts: { "8080/tcp": {} },
    HostConfig: {
      Memory: 256 * 2 ** 20,
      MemorySwap: 256 * 2 ** 20,
      NanoCpus: 5e8,
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Sysctls: { "net.ipv4.ip_unprivileged_port_start": "1024" },
      Tmpfs: {
        "/tmp": "rw,exec,nosuid,nodev,mode=1777,size=67108864",
        "/data": "rw,exec,nosuid,nodev,mode=1777,size=67108864",
      },
      PortBindings: { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] },
      LogConfig: { Type: "json-file", Config: { "max-size": "16m", "max-file": "1" } },
      RestartPolicy: { Name: "no" },
    },
  });
});

it("keeps the root writable if the stack does", () => {
  const { HostConfig } = containerOptions("hello:1", { ...conditions, readOnlyRoot: false }, 8080);
  expect(HostConfig).toMatchObject({ ReadonlyRootfs: false, CapDrop: ["ALL"] });
});

it("passes the other port to the process", () => {
  const options = containerOptions("hello:1", conditions, 9000);
  expect(options.Env).toContain("PORT=9000");
  expect(options.HostConfig?.PortBindings).toEqual({ "9000/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] });
});

it("leaves out one restriction and no other", () => {
  const restricted = containerOptions("hello:1", conditions, 8080);
  const host = (without: Parameters<typeof containerOptions>[3]) =>
    containerOptions("hello:1", conditions, 8080, without).HostConfig;
  expect(host(["writableRoot"])).toEqual({ ...restricted.HostConfig, ReadonlyRootfs: false });
  expect(host(["memory"])).toEqual({ ...restricted.HostConfig, Memory: 2 ** 31, MemorySwap: 2 ** 31 });
  expect(host(["ownUser"])).toEqual(restricted.HostConfig);
  expect(containerOptions("hello:1", conditions, 8080, ["ownUser"])).not.toHaveProperty("User");
  expect(host(["capabilities"])).toMatchObject({ CapDrop: [], SecurityOpt: [], ReadonlyRootfs: true });
});

it("keeps the memory limit even without any other restriction", () => {
  expect(plain).toEqual(["writableRoot", "ownUser", "capabilities"]);
});

it("runs in the network of the services that it needs", () => {
  expect(containerOptions("hello:1", { ...conditions, network: "shop" }, 8080).HostConfig).toMatchObject({
    NetworkMode: "shop",
  });
});
