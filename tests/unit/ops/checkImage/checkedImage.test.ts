import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import { addCheckImage } from "../../../../ops/commands/checkImage.ts";
import { readOptions, type GivenOptions } from "../../../../ops/checkImage/checkImageOptions.ts";
import { ownValues, stackSettings } from "../../../../ops/stackFiles/settingsFromFile.ts";
import { conditionsFor, subjectOf } from "../../../../ops/checkImage/checkedImage.ts";
import { parsedCommand } from "../../../parsedCommand.ts";

const checkout = process.cwd();
const caller = mkdtempSync(join(tmpdir(), "tarmac-subject-"));
mkdirSync(join(caller, "service"));
mkdirSync(join(caller, "empty"));
writeFileSync(join(caller, "service", "Dockerfile"), "FROM scratch\n");
afterAll(() => rmSync(caller, { recursive: true }));

const read = (given: readonly string[]) => {
  const { args, options } = parsedCommand<GivenOptions>(addCheckImage, given);
  return readOptions(options, args[0] as string | undefined);
};

const subject = async (...args: string[]) => {
  const options = read(args);
  const settings = options.stack === undefined ? undefined : stackSettings(checkout, options.stack);
  return subjectOf(options, settings, { checkout, caller });
};

describe("the subject of the check", () => {
  it("is a folder relative to the current directory, or else to the checkout", async () => {
    expect(await subject("service")).toMatchObject({ build: { folder: join(caller, "service") } });
    expect(await subject("app")).toMatchObject({
      build: { folder: join(checkout, "app"), dockerfile: join(checkout, "app", "Dockerfile"), buildArgs: {} },
    });
  });

  it("is an image if there is no such folder", async () => {
    expect(await subject("hello:1.2.3")).toEqual({ image: "hello:1.2.3" });
    expect(await subject("localhost:5000/team/hello")).toEqual({ image: "localhost:5000/team/hello" });
  });

  it("is never an image if it is written as a path", async () => {
    await expect(subject("./nothing")).rejects.toThrow(
      '"./nothing" is neither a folder nor a file: name a folder with a Dockerfile, a Dockerfile, an image as a file, or an image',
    );
    await expect(subject("/nothing")).rejects.toThrow('"/nothing" is neither');
  });

  it("is the stack's folder with its build arguments, overridden by the command line", async () => {
    expect(await subject("--stack", "local", "--build-arg", "VERSION=2")).toMatchObject({
      build: {
        folder: join(checkout, "app"),
        buildArgs: { NODE_IMAGE: "localhost:47600/node:24.21.0-trixie-slim", VERSION: "2" },
        platform: "linux/amd64",
      },
    });
  });

  it("is the folder of a Dockerfile, built with that Dockerfile", async () => {
    expect(await subject("service/Dockerfile")).toMatchObject({
      build: { folder: join(caller, "service"), dockerfile: join(caller, "service", "Dockerfile") },
    });
  });

  it("is an image in a file", async () => {
    const archive = pack();
    archive.entry({ name: "manifest.json" }, "[]");
    archive.finalize();
    writeFileSync(join(caller, "hello.tar"), await buffer(archive));
    expect(await subject("hello.tar")).toEqual({ archive: join(caller, "hello.tar") });
    await expect(subject("other.tar")).rejects.toThrow('"other.tar" is neither a folder nor a file');
  });

  it("needs a Dockerfile", async () => {
    await expect(subject("empty")).rejects.toThrow(`there is no ${join(caller, "empty", "Dockerfile")}`);
    expect(await subject("empty", "--dockerfile", "service/Dockerfile")).toMatchObject({
      build: { folder: join(caller, "empty"), dockerfile: join(caller, "service", "Dockerfile") },
    });
  });
});

describe("the conditions", () => {
  const conditions = (stack: Record<string, unknown>, ...args: string[]) => {
    writeFileSync(
      join(caller, "Pulumi.mine.yaml"),
      JSON.stringify({
        config: Object.fromEntries(
          Object.entries({ location: "westeurope", ...stack }).map(([key, value]) => [`tarmac:${key}`, value]),
        ),
      }),
    );
    return conditionsFor(read([...args, "hello:1"]), stackSettings(caller, "mine"));
  };

  it("are the defaults of the workload if nothing is set", () => {
    expect(conditionsFor(read(["hello:1"]), undefined)).toEqual({
      user: 10001,
      port: 8080,
      environment: {
        PORT: "8080",
        DRAIN_SECONDS: "5",
        SERVICE_NAME: "check-image",
        POD_NAME: "tarmac-check",
        NODE_NAME: "tarmac-check",
      },
      memory: 256 * 2 ** 20,
      cpus: 0.5,
      tmpSize: 64 * 2 ** 20,
      writable: [],
      readOnlyRoot: true,
      healthPath: "/healthz",
      readyPath: "/ready",
      readyTimeout: 2000,
      healthTimeout: 2000,
      healthFailures: 3,
      drain: 5000,
      readyWithin: 15_000,
      grace: 25_000,
      platform: "linux/amd64",
      sizeBudget: undefined,
      load: { path: "/", requests: 2000, connections: 20 },
    });
  });

  it("are the stack's, overridden by the command line", () => {
    const stack = {
      appName: "shop",
      memoryLimit: "512Mi",
      cpuLimit: "1",
      port: 9000,
      readinessPath: "/ok",
      readinessInitialDelaySeconds: 2,
      readinessPeriodSeconds: 3,
      gracePeriodSeconds: 40,
      preStopSeconds: 10,
      environment: { MODE: "real", LEVEL: "info" },
    };
    expect(conditions(stack)).toMatchObject({
      memory: 512 * 2 ** 20,
      cpus: 1,
      port: 9000,
      readyPath: "/ok",
      readyWithin: 11_000,
      grace: 30_000,
      environment: { SERVICE_NAME: "shop", PORT: "9000", MODE: "real", LEVEL: "info" },
    });
    const over = conditions(stack, "--memory", "64Mi", "--env", "LEVEL=debug", "--ready-within", "3", "--grace", "5");
    expect(over).toMatchObject({
      memory: 64 * 2 ** 20,
      cpus: 1,
      readyWithin: 3000,
      grace: 5000,
      environment: { MODE: "real", LEVEL: "debug" },
    });
  });

  it("include what the stack loosens and sets: folders, values, stand-ins for secrets, start time", () => {
    const stack = {
      ...{
        writablePaths: { "/var/cache/app": "1Mi" },
        writableRoot: true,
        startupSeconds: 60,
        platform: "linux/arm64",
        nodeSize: "Standard_D4pds_v5",
      },
      configValues: { GREETING: "hello" },
      secretValues: { API_KEY: { secure: "v1:abc" } },
    };
    expect(conditions(stack, "--writable", "/data")).toMatchObject({
      ...{ writable: ["/var/cache/app", "/data"], readOnlyRoot: false, readyWithin: 75_000, platform: "linux/arm64" },
      environment: { GREETING: "hello", API_KEY: "tarmac-check" },
    });
    expect(conditions(stack, "--platform", "linux/amd64").platform).toBe("linux/amd64");
  });

  it("cannot come from a stack with invalid settings", () => {
    expect(() => conditions({ memoryLimit: "lots" })).toThrow('tarmac:memoryLimit: "lots" is not an amount of memory');
    expect(() => stackSettings(caller, "other")).toThrow(
      "there is no Pulumi.other.yaml: use one of --stack mine, or leave --stack out to check with the defaults",
    );
  });

  it("include stand-ins for secrets, and nothing of other namespaces", () => {
    expect(
      ownValues(
        "config:\n  azure-native:location: x\n  tarmac:port: 9000\n  tarmac:environment:\n    A: b\n    KEY:\n      secure: v1:abc\n",
      ),
    ).toEqual({ port: "9000", environment: '{"A":"b","KEY":"secret"}' });
    expect(ownValues("")).toEqual({});
  });
});
