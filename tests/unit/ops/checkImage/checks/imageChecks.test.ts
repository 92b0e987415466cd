/** The judgements about the image itself. */
import { judgeEntrypoint } from "../../../../../ops/checkImage/checks/entrypointCheck.ts";
import { judgeFiles, judgeTools, listed } from "../../../../../ops/checkImage/checks/fileCheck.ts";
import { judgeBase, judgePlatform, judgeTag } from "../../../../../ops/checkImage/checks/originCheck.ts";
import { judgeSecrets } from "../../../../../ops/checkImage/checks/secretCheck.ts";
import { judgeSize } from "../../../../../ops/checkImage/checks/sizeCheck.ts";
import { judgeUser } from "../../../../../ops/checkImage/checks/userCheck.ts";
import type { Judgement } from "../../../../../ops/checkImage/verdict.ts";
import { config, content, process, run, stopped } from "../faultlessEvidence.ts";

const codes = (judgement: Judgement) => (Array.isArray(judgement) ? judgement.map(({ code }) => code) : judgement);

describe("user", () => {
  it.each(["", "0", "00", "0:0", "root", "root:root"])('"%s" is root', (user) => {
    expect(codes(judgeUser({ user }))).toEqual(["runs-as-root"]);
  });
  it.each(["node", "app:app", "1000a"])('"%s" is a name', (user) => {
    expect(codes(judgeUser({ user }))).toEqual(["named-user"]);
  });
  it.each(["10001", "10001:10001", "1:0"])('"%s" is accepted', (user) => {
    expect(judgeUser({ user })).toEqual({ fine: `USER ${user}` });
  });
});

describe("entry point", () => {
  it.each<[string[], string[], string]>([
    [["/bin/sh", "-c", "node main.js"], [], "shell-entrypoint"],
    [[], ["/bin/sh", "-c", "node main.js"], "shell-entrypoint"],
    [["bash", "-lc", "cd /app && node main.js"], [], "shell-entrypoint"],
    [["docker-entrypoint.sh"], ["npm", "start"], "package-manager-entrypoint"],
    [["docker-entrypoint.sh"], ["/bin/sh", "-c", "node main.js && echo ended"], "shell-entrypoint"],
    [["env", "A=1", "npm", "start"], [], "package-manager-entrypoint"],
    [["sh", "-c", "exec env A=1 npm start"], [], "package-manager-entrypoint"],
    [["node", "/usr/local/lib/node_modules/npm/bin/npm-cli.js", "start"], [], "package-manager-entrypoint"],
    [["pm2-runtime", "app.js"], [], "signal-not-forwarded"],
    [["node"], ["node", "main.js"], "entrypoint-repeated"],
    [["/nodejs/bin/node"], ["node", "main.js"], "entrypoint-repeated"],
    [["busybox", "sh", "-c", "node main.js"], [], "shell-entrypoint"],
    [["/sbin/tini", "--", "sh", "-c", "node main.js"], [], "shell-entrypoint"],
    [["sh", "-c", "exec npm start"], [], "package-manager-entrypoint"],
    [["npm"], ["start"], "package-manager-entrypoint"],
    [["/usr/local/bin/yarn", "start"], [], "package-manager-entrypoint"],
    [["dumb-init", "npm", "start"], [], "package-manager-entrypoint"],
    [[], [], "entrypoint-missing"],
    [["tini", "--"], [], "entrypoint-missing"],
  ])("%j %j: %s", (entrypoint, command, code) => {
    expect(codes(judgeEntrypoint({ entrypoint, command }))).toEqual([code]);
  });
  it.each<[string[], string[]]>([
    [["node", "main.js"], []],
    [["docker-entrypoint.sh"], ["node", "main.js"]],
    [["/bin/sh", "-c", "exec node main.js"], []],
    [["sh", "-c", "prepare && exec node main.js"], []],
    [["/bin/sh", "/start.sh"], []],
    [["tini", "-g", "--", "node", "main.js"], []],
  ])("%j %j is fine", (entrypoint, command) => {
    expect(judgeEntrypoint({ entrypoint, command })).toHaveProperty("fine");
  });
});

describe("entry point, with its scripts and in the run", () => {
  const image = (entrypoint: string[], command: string[] = []) => ({ entrypoint, command });
  const script = (text: string, interpreter = "/bin/sh") => ({
    scripts: [{ path: "app/start.sh", text, executable: true, interpreter, interpreterMissing: false }],
  });

  it("is behind a script that ends in exec, and not behind one that does not", () => {
    const npm = image(["/app/start.sh"], ["npm", "start"]);
    expect(codes(judgeEntrypoint(npm, script('#!/bin/sh\nset -e\nexec "$@"\n')))).toEqual([
      "package-manager-entrypoint",
    ]);
    expect(judgeEntrypoint(image(["/app/start.sh"]), script("#!/bin/sh\nnode main.js\n"))).toMatchObject([
      { code: "shell-entrypoint", level: "warning" },
    ]);
    expect(judgeEntrypoint(image(["/app/start.sh"]), script("#!/bin/sh\nexec node main.js\n"))).toHaveProperty("fine");
  });

  it("is a script with CR and LF", () => {
    const crlf = script("#!/bin/sh\r\nexec node main.js\r\n", "/bin/sh\r");
    expect(codes(judgeEntrypoint(image(["/app/start.sh"]), crlf))).toEqual(["crlf-script"]);
    // The image became ready, so this cannot be the cause of a failure.
    expect(judgeEntrypoint(image(["/app/start.sh"]), crlf, run)).toHaveProperty("fine");
  });

  const shell = image(["/bin/sh", "-c", "node main.js"]);
  const silent = { ready: [{ error: "refused" as const }] };
  const killed = { ...stopped, ...silent, exit: undefined };

  it("is judged by the actual PID 1, whatever the Dockerfile says", () => {
    const processes = [process(1, 0, "node main.js")];
    expect(judgeEntrypoint(shell, content, { ...run, processes })).toEqual({ fine: 'PID 1 is "node main.js"' });
  });

  it.each([
    ["/bin/sh -c node main.js && echo", "shell-entrypoint"],
    ["npm start", "package-manager-entrypoint"],
    ["node /usr/local/bin/yarn start", "package-manager-entrypoint"],
    ["/bin/sh /usr/local/bin/npm start", "package-manager-entrypoint"],
    ["PM2 v6.0: God Daemon (/tmp/.pm2)", "signal-not-forwarded"],
  ])("finds that the signal does not pass %s", (first, code) => {
    const processes = [process(1, 0, first), process(7, 1, "node main.js")];
    if (first.startsWith("PM2")) processes[0] = { ...process(1, 0, first), arguments: [first] };
    expect(judgeEntrypoint(shell, content, { ...run, processes, stop: killed })).toMatchObject([
      { code, seen: expect.stringContaining("SIGTERM does not reach the program") as string },
    ]);
  });

  it("warns of a package manager that forwards the signal, and accepts a shell that does", () => {
    const behind = (first: string) => [process(1, 0, first), process(7, 1, "node main.js")];
    expect(judgeEntrypoint(shell, content, { ...run, processes: behind("npm start") })).toMatchObject([
      { code: "package-manager-entrypoint", level: "warning" },
    ]);
    expect(judgeEntrypoint(shell, content, { ...run, processes: behind("sh /start.sh") })).toHaveProperty("fine");
  });

  it("looks behind an init process", () => {
    const direct = [process(1, 0, "tini -- node main.js"), process(7, 1, "node main.js")];
    expect(judgeEntrypoint(image(["tini"]), content, { ...run, processes: direct })).toHaveProperty("fine");
    const shellBehind = [process(1, 0, "tini -- sh -c x"), process(6, 1, "sh -c x"), process(7, 6, "node main.js")];
    expect(judgeEntrypoint(image(["tini"]), content, { ...run, processes: shellBehind, stop: killed })).toMatchObject([
      { code: "shell-entrypoint" },
    ]);
  });
});

describe("platform", () => {
  it("must be that of the nodes", () => {
    expect(judgePlatform("linux/amd64", "linux/amd64")).toEqual({ fine: "linux/amd64" });
    expect(judgePlatform("linux/arm64/v8", "linux/arm64")).toHaveProperty("fine");
    expect(judgePlatform("linux/arm64", "linux/amd64")).toEqual([
      { code: "wrong-platform", seen: "the image is for linux/arm64, the nodes are linux/amd64" },
    ]);
  });
});

describe("tag", () => {
  it.each(["hello", "localhost:5000/hello", "hello:latest", "host.io/team/hello:latest"])("refuses %s", (reference) => {
    expect(codes(judgeTag(reference, false))).toEqual(["tag-latest"]);
  });
  it.each(["hello:1.2.3", "localhost:5000/hello:1", `hello@sha256:${"0".repeat(64)}`])("accepts %s", (reference) => {
    expect(judgeTag(reference, false)).toHaveProperty("fine");
  });
  it("says nothing about an id, or about an image that was built here", () => {
    expect(judgeTag("0123456789ab", false)).toBeUndefined();
    expect(judgeTag("tarmac-check:1", true)).toBeUndefined();
  });
});

describe("base", () => {
  const label = (name: string, digest?: string) => ({
    "org.opencontainers.image.base.name": name,
    ...(digest === undefined ? {} : { "org.opencontainers.image.base.digest": digest }),
  });
  it.each<[Record<string, string>, string[] | undefined, string[]]>([
    [{}, undefined, ["base-unknown"]],
    [label("node:latest"), undefined, ["base-latest"]],
    [label("node"), undefined, ["base-latest"]],
    [label("node:lts"), undefined, ["base-latest"]],
    [label("node:24"), undefined, ["base-floating"]],
    [label("localhost:5000/node"), undefined, ["base-latest"]],
    [{}, ["node:latest", "debian:bookworm-slim"], ["base-latest", "base-floating"]],
  ])("%j, built on %j: %j", (labels, bases, expected) => {
    expect(codes(judgeBase(labels, bases))).toEqual(expected);
  });
  it.each<[Record<string, string>, string[] | undefined]>([
    [label("node:24.21.0-trixie-slim"), undefined],
    [label("node:24", `sha256:${"0".repeat(64)}`), undefined],
    [{}, [`node:24@sha256:${"0".repeat(64)}`]],
    [{}, ["ubuntu:noble-20260101"]],
    [{}, []],
  ])("%j, built on %j is exact", (labels, bases) => {
    expect(judgeBase(labels, bases)).toHaveProperty("fine");
  });
});

describe("files", () => {
  it("are listed, the first five of many", () => {
    const setuid = ["a", "b", "c", "d", "e", "f"].map((name) => `bin/${name}`);
    expect(judgeFiles({ setuid, worldWritable: ["app/data"] })).toEqual([
      { code: "setuid-files", seen: "6 setuid or setgid: /bin/a, /bin/b, /bin/c, /bin/d, /bin/e and 1 more" },
      { code: "world-writable-files", seen: "1 that everybody can write: /app/data" },
    ]);
    expect(judgeFiles({ setuid: [], worldWritable: [] })).toHaveProperty("fine");
    expect(listed(["/a", "b"])).toBe("/a, /b");
  });
  it("of the base are a warning", () => {
    expect(
      judgeFiles({ setuid: ["usr/bin/su", "usr/bin/passwd", "usr/sbin/unix_chkpwd"], worldWritable: [] }),
    ).toMatchObject([{ code: "setuid-files", level: "warning" }]);
    expect(judgeFiles({ setuid: ["usr/bin/su", "app/become"], worldWritable: [] })).toEqual([
      { code: "setuid-files", seen: "1 setuid or setgid: /app/become" },
    ]);
  });
  it("a shell causes a note", () => {
    expect(codes(judgeTools({ tools: ["bin/sh"] }))).toEqual(["shell-in-image"]);
    expect(judgeTools({ tools: [] })).toEqual({ fine: "none" });
  });
});

describe("size", () => {
  it("is within the given budget, or else within the usual size", () => {
    const size = { bytes: 300e6, compressedBytes: 100e6 };
    expect(judgeSize(size)).toEqual({ fine: "about 100 MB to pull, 300 MB on the node" });
    expect(judgeSize(size, 100e6)).toHaveProperty("fine");
    expect(judgeSize(size, 99e6)).toEqual([
      { code: "size-over-budget", seen: "about 100 MB to pull, 300 MB on the node; the budget is 99 MB" },
    ]);
    expect(codes(judgeSize({ bytes: 2e9, compressedBytes: 600e6 }))).toEqual(["large-image"]);
    expect(judgeSize({ bytes: 2e9, compressedBytes: 600e6 }, 1e9)).toHaveProperty("fine");
  });
});

describe("secrets", () => {
  it("are named with their location, once each, with the values masked", () => {
    const found = judgeSecrets({
      config: {
        ...config,
        environment: ["PATH=/bin", "DB_PASSWORD=correct-horse"],
        history: ["|1 TOKEN=tokentoken /bin/sh -c a", "|1 TOKEN=tokentoken /bin/sh -c b", "COPY . ."],
      },
      content: {
        ...content,
        secrets: [{ path: "app/.env", kind: "environment file", removed: false }],
      },
    });
    expect(found).toEqual([
      { code: "secret-in-layer", seen: "/app/.env: environment file" },
      { code: "secret-in-environment", seen: "ENV DB_PASSWORD: value of a variable named like a secret (cor***)" },
      { code: "secret-in-environment", seen: "build argument TOKEN: value of a variable named like a secret (to***)" },
    ]);
    expect(JSON.stringify(found)).not.toMatch(/horse|tokentoken/);
  });
  it("are all named, however many there are", () => {
    const secrets = Array.from({ length: 14 }, (_, i) => ({ path: `k${i}`, kind: "key store", removed: false }));
    expect(judgeSecrets({ config, content: { ...content, secrets } })).toHaveLength(14);
  });
  it("are found in RUN lines, labels and commands", () => {
    const found = judgeSecrets({
      config: {
        ...config,
        command: ["--db-password=correct-horse"],
        labels: { "deploy.token": "tokentoken" },
        healthcheckCommand: ["CMD-SHELL", "curl -u me:s3cret-word http://localhost/"],
        history: [
          "RUN /bin/sh -c git clone https://me:s3cret-word@git.host.io/x # buildkit",
          "ENV DB_PASS=s3cret-word",
        ],
      },
      content,
    });
    expect((found as { code: string; seen: string }[]).map(({ code, seen }) => [code, seen])).toEqual([
      ["secret-in-environment", "ENV DB_PASS: value of a variable named like a secret (s3***)"],
      ["secret-in-configuration", "RUN: password in an address (s3***)"],
      ["secret-in-configuration", "ENTRYPOINT and CMD: value of --db-password (cor***)"],
      ["secret-in-configuration", "HEALTHCHECK: credentials of curl (s3***)"],
      ["secret-in-configuration", "LABEL deploy.token: value of a variable named like a secret (to***)"],
    ]);
  });
  it("are not found in a clean image", () => {
    expect(judgeSecrets({ config, content })).toEqual({
      fine: "none in 3 layers, ENV, build arguments, commands and labels",
    });
  });
});
