import { baseRegistryConfig } from "../../../../local/engine/baseRegistry.ts";
import { containerdConfig, registryHost } from "../../../../local/engine/containerd.ts";
import { dockerBridge, dockerChains } from "../../../../local/engine/dockerd.ts";
import { pauseImage } from "../../../../local/engine/pauseImage.ts";
import { parseShim } from "../../../../local/engine/tasks.ts";
import { caCertificate, network, sockets } from "../../../../local/layout.ts";
import { overlap } from "../../../../local/host/bridge.ts";

describe("containerdConfig", () => {
  const config = containerdConfig();

  it("uses its own folders and socket, and streams on loopback", () => {
    expect(config).toMatch(/^version = 2\nroot = ".*\/containerd"\nstate = ".*\/containerd"\n/);
    expect(config).toContain(`address = "${sockets.containerd}"`);
    expect(config).toContain('stream_server_address = "127.0.0.1"');
  });

  it("uses the local pause image", () => {
    expect(config).toContain(`sandbox_image = "${pauseImage}"`);
  });

  it("needs no permission that a container or a small virtual machine lacks", () => {
    expect(config).toContain("oom_score = 0");
    expect(config).toContain("restrict_oom_score_adj = true");
    expect(config).toContain("SystemdCgroup = false");
  });
});

describe("registryHost", () => {
  it("trusts the environment's own authority for the login servers", () => {
    expect(registryHost("localhost:47500", "https")).toBe(
      `server = "https://localhost:47500"\n\n[host."https://localhost:47500"]\n  capabilities = ["pull", "resolve"]\n  ca = "${caCertificate}"\n`,
    );
  });

  it("speaks plain http to the registry of base images", () => {
    const text = registryHost("localhost:47600", "http");
    expect(text).toContain('[host."http://localhost:47600"]');
    expect(text).not.toContain("ca =");
  });
});

it("serves base images on loopback only", () => {
  expect(baseRegistryConfig("s3cret")).toContain("  addr: 127.0.0.1:47600\n  secret: s3cret\n");
});

describe("the Docker engine's bridge", () => {
  it("has a network of its own, closed to other machines", () => {
    expect(overlap(dockerBridge.address, dockerBridge.prefixLength, network.nodeAddress, 24)).toBe(false);
    const [chain] = dockerChains;
    expect(chain).toMatchObject({ table: "raw", from: "PREROUTING" });
    expect(chain?.rules.slice(0, 2)).toEqual(["-i lo -j RETURN", "-i tarmac1 -j RETURN"]);
    expect(chain?.rules.at(-1)).toMatch(/^-d 10\.245\.0\.1\/24 .*-j DROP$/);
  });
});

describe("parseShim", () => {
  const command = (address: string) => [
    "/usr/bin/containerd-shim-runc-v2",
    "-namespace",
    "k8s.io",
    "-id",
    "abc",
    "-address",
    address,
  ];

  it("reads the task of a shim", () => {
    expect(parseShim(command(sockets.containerd))).toEqual({ namespace: "k8s.io", id: "abc" });
  });

  it("ignores shims of another containerd, and all other processes", () => {
    expect(parseShim(command("/run/containerd/containerd.sock"))).toBeUndefined();
    expect(parseShim(["/usr/bin/vi", "containerd-shim", "-address", sockets.containerd])).toBeUndefined();
    expect(parseShim([])).toBeUndefined();
  });
});
