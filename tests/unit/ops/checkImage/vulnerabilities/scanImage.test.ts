/** Scanners are stand-ins that print reports of the real ones' shapes. No test has seen a real database. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { judgeVulnerabilities } from "../../../../../ops/checkImage/checks/vulnerabilityCheck.ts";
import { readGrypeReport } from "../../../../../ops/checkImage/vulnerabilities/grypeReport.ts";
import type { ScannedImage } from "../../../../../ops/checkImage/vulnerabilities/knownVulnerability.ts";
import { readTrivyReport } from "../../../../../ops/checkImage/vulnerabilities/trivyReport.ts";
import { scanImage, type ScanInput } from "../../../../../ops/checkImage/vulnerabilities/scanImage.ts";

const now = new Date("2026-11-29T12:00:00Z");
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tarmac-scanner-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A program on PATH. It notes its arguments and environment, and that it was given the image. */
function program(name: string, script: string): void {
  writeFileSync(
    join(folder, name),
    `#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "$0 $*" >> ${folder}/calls\nenv | grep -E '^(GRYPE|TRIVY)' | sort >> ${folder}/calls\n${script}\n`,
    { mode: 0o755 },
  );
}
const prints = (text: unknown, then = "") => `cat <<'END'\n${JSON.stringify(text)}\nEND\n${then}`;
const calls = () => readFileSync(join(folder, "calls"), "utf8");

const scan = (more: Partial<ScanInput> = {}) =>
  scanImage({
    ...{ scanner: "any", databaseDays: 5, archive: () => Promise.resolve(Readable.from(["the image"])), now },
    ...{ signal: new AbortController().signal, env: { PATH: `${folder}:/usr/bin:/bin`, TMPDIR: folder } },
    ...more,
  });

const match = (id: string, severity: string, fix: object, name = "openssl", more: object = {}) => ({
  vulnerability: { id, severity, dataSource: `https://nvd.nist.gov/vuln/detail/${id}`, urls: [], fix, advisories: [] },
  ...{ relatedVulnerabilities: [], matchDetails: [{ type: "exact-direct-match", matcher: "dpkg-matcher", ...more }] },
  artifact: { id: "a", name, version: "3.0.1", type: "deb", locations: [], purl: "" },
});
const fixed = { versions: ["3.0.2"], state: "fixed" };

const grypeReport = (matches: object[] = [], built = "2026-11-28T06:00:00Z", more: object = {}) => ({
  matches,
  source: { type: "image", target: {} },
  distro: { name: "debian", version: "13", idLike: [] },
  descriptor: {
    ...{ name: "grype", version: "0.116.0" },
    db: { status: { schemaVersion: "v6.0.2", built, path: "/db", valid: true }, providers: {} },
  },
  ...more,
});

describe("grype", () => {
  it("reports each vulnerability once, with severity and fix", async () => {
    const matches = [
      match("CVE-2026-1", "Critical", { versions: ["3.0.2", "4.0.0"], state: "fixed" }, "openssl", {
        fix: { suggestedVersion: "3.0.2" },
      }),
      match("CVE-2026-1", "Critical", fixed),
      match("CVE-2026-2", "Negligible", { versions: [], state: "wont-fix" }),
      match("CVE-2026-3", "Unknown", { versions: null, state: "" }, "zlib"),
      match("CVE-2026-4", "High", { versions: ["1", "2"], state: "fixed" }),
    ];
    program("grype", prints(grypeReport(matches)));
    const url = (id: string) => `https://nvd.nist.gov/vuln/detail/${id}`;
    const openssl = { package: "openssl", version: "3.0.1" };
    expect(await scan()).toEqual({
      ...{ scanner: "grype 0.116.0", databaseBuilt: new Date("2026-11-28T06:00:00Z"), ignored: 0, distribution: true },
      vulnerabilities: [
        { id: "CVE-2026-1", rating: "critical", ...openssl, fixedIn: "3.0.2", url: url("CVE-2026-1") },
        { id: "CVE-2026-2", rating: "low", ...openssl, url: url("CVE-2026-2") },
        { id: "CVE-2026-3", rating: "unrated", package: "zlib", version: "3.0.1", url: url("CVE-2026-3") },
        { id: "CVE-2026-4", rating: "high", ...openssl, fixedIn: "1, 2", url: url("CVE-2026-4") },
      ],
    });
    expect(calls()).toMatch(/grype docker-archive:\S+image\.tar --output json\n/);
    expect(calls()).toContain("GRYPE_DB_MAX_ALLOWED_BUILT_AGE=120h\nGRYPE_DB_VALIDATE_AGE=true\n");
  });

  it("gets the image as a file, which is gone afterwards", async () => {
    program("grype", `cat "\${1#docker-archive:}" > ${folder}/seen\n${prints(grypeReport())}`);
    await scan();
    expect(readFileSync(join(folder, "seen"), "utf8")).toBe("the image");
    const [, file = ""] = /docker-archive:(\S+)/.exec(calls()) ?? [];
    expect(existsSync(file)).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(["calls", "grype", "seen"]);
  });

  it("may exit with 2 because of a limit in its configuration: the report is complete", async () => {
    program("grype", prints(grypeReport([match("CVE-2026-1", "High", fixed)]), "exit 2"));
    expect(await scan()).toMatchObject({ vulnerabilities: [{ id: "CVE-2026-1" }] });
  });

  it("says how many its configuration left out, and that there is no distribution", async () => {
    const more = { ignoredMatches: [{}, {}], distro: { name: "", version: "", idLike: null } };
    program("grype", prints(grypeReport([], "2026-11-28T06:00:00Z", more)));
    expect(await scan()).toMatchObject({ ignored: 2, distribution: false });
  });

  it("of an older version has the time of its database elsewhere", async () => {
    const db = { built: "2026-11-28T00:00:00Z", schemaVersion: 5 };
    program("grype", prints(grypeReport([], "", { descriptor: { name: "grype", version: "0.80.0", db } })));
    expect(await scan()).toMatchObject({ scanner: "grype 0.80.0", vulnerabilities: [] });
  });
});

const trivyReport = (results: object[] = [], more: object = {}) => ({
  ...{ SchemaVersion: 2, Trivy: { Version: "0.74.0" }, ArtifactType: "container_image" },
  ...{ Metadata: { OS: { Family: "alpine", Name: "3.22.1" } }, Results: results, ...more },
});
const trivyVersion = (day: string) => ({
  Version: "0.74.0",
  VulnerabilityDB: {
    Version: 2,
    NextUpdate: `${day}T12:00:00Z`,
    UpdatedAt: `${day}T06:00:00Z`,
    DownloadedAt: `${day}T07:00:00Z`,
  },
});
const trivy = (report: unknown, version: unknown = trivyVersion("2026-11-29")) =>
  program("trivy", `if [ "$1" = version ]; then\n${prints(version)}\nelse\n${prints(report)}\nfi`);

describe("trivy", () => {
  it("reports the vulnerabilities of all its results, and the age of its database", async () => {
    const high = { VulnerabilityID: "CVE-2026-5", PkgName: "musl", InstalledVersion: "1.2.5-r0", Severity: "HIGH" };
    const low = { VulnerabilityID: "GHSA-1", PkgName: "left-pad", InstalledVersion: "1.0.0", Severity: "UNKNOWN" };
    trivy(
      trivyReport([
        { Target: "x (alpine)", Class: "os-pkgs", Vulnerabilities: [{ ...high, FixedVersion: "1.2.5-r1" }] },
        { Target: "Node.js", Class: "lang-pkgs", Vulnerabilities: [{ ...low, PrimaryURL: "https://a" }] },
        { Target: "nothing", ExperimentalModifiedFindings: [{}] },
      ]),
    );
    expect(await scan()).toEqual({
      ...{ scanner: "trivy 0.74.0", databaseBuilt: new Date("2026-11-29T06:00:00Z"), ignored: 1, distribution: true },
      vulnerabilities: [
        { id: "CVE-2026-5", rating: "high", package: "musl", version: "1.2.5-r0", fixedIn: "1.2.5-r1" },
        { id: "GHSA-1", rating: "unrated", package: "left-pad", version: "1.0.0", url: "https://a" },
      ],
    });
    expect(calls()).toContain("--scanners vuln --severity UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL --ignore-unfixed=false");
  });

  it("takes the age of a server's database", async () => {
    const Trivy = { Version: "0.74.0", Server: trivyVersion("2026-11-28") };
    trivy(trivyReport([], { Trivy, Metadata: {} }), {});
    expect(await scan({ scanner: "trivy" })).toMatchObject({
      ...{ databaseBuilt: new Date("2026-11-28T06:00:00Z"), distribution: false, vulnerabilities: [] },
    });
  });
});

it("reads reports that leave out what is empty", () => {
  const bare = { vulnerability: { id: "CVE-2026-9" }, matchDetails: null, artifact: { name: "a", version: "1" } };
  const none = { vulnerability: { id: "CVE-2026-8", fix: { state: "fixed" } }, artifact: { name: "a", version: "1" } };
  expect(readGrypeReport(JSON.stringify({ matches: [bare, none], ignoredMatches: null }))).toEqual({
    ...{ scanner: "grype", ignored: 0, distribution: false },
    vulnerabilities: ["CVE-2026-9", "CVE-2026-8"].map((id) => ({ id, rating: "unrated", package: "a", version: "1" })),
  });
  expect(readTrivyReport(JSON.stringify({ SchemaVersion: 2 }), "{}")).toEqual({
    ...{ scanner: "trivy", vulnerabilities: [], ignored: 0, distribution: false },
  });
  const results = [{ Vulnerabilities: [{ VulnerabilityID: "CVE-2026-7" }] }];
  expect(readTrivyReport(JSON.stringify({ SchemaVersion: 2, Results: results }), "{}").vulnerabilities).toEqual([
    { id: "CVE-2026-7", rating: "unrated", package: "", version: "" },
  ]);
});

it("uses the environment and the clock of the process", async () => {
  program("grype", prints(grypeReport([], new Date().toISOString())));
  process.env.PATH = `${folder}:${process.env.PATH ?? ""}`;
  const signal = new AbortController().signal;
  const archive = () => Promise.resolve(Readable.from(["x"]));
  expect(await scanImage({ scanner: "grype", databaseDays: 5, archive, signal })).toMatchObject({
    vulnerabilities: [],
  });
});

describe("the result is unknown", () => {
  const reason = async (more: Partial<ScanInput> = {}) => {
    const found = await scan(more);
    return "unknown" in found ? found.unknown : "known";
  };
  const emptyPath = { PATH: "/nonexistent" };

  it("without a scanner", async () => {
    expect(await reason({ env: emptyPath })).toMatch(
      /^grype and trivy are not on PATH: install grype \(https.+ or trivy \(/,
    );
    expect(await reason({ env: emptyPath, scanner: "grype" })).toMatch(/^grype is not on PATH: install grype \(https/);
  });

  it("without a database", async () => {
    program("grype", `echo 'failed to load vulnerability db: database does not exist' >&2; exit 1`);
    expect(await reason()).toMatch(
      /^grype has no database that it can use: failed to load vulnerability db: database does not exist\. Let this machine reach the database: GRYPE_DB_UPDATE_URL/,
    );
    program("trivy", "echo 'FATAL failed to download vulnerability DB: OCI artifact error' >&2; exit 1");
    expect(await reason({ scanner: "trivy" })).toMatch(/^trivy has no database that it can use: .+TRIVY_DB_REPOSITORY/);
  });

  it("with a database that is too old, unless an older one is allowed", async () => {
    program("grype", prints(grypeReport([], "2026-11-20T12:00:00Z")));
    expect(await reason()).toMatch(
      /^the database of grype 0\.116\.0 is 9 days old, and at most 5 count: update it .+--database-age DAYS$/,
    );
    expect(await reason({ databaseDays: 9 })).toBe("known");
    expect(calls()).toContain("GRYPE_DB_MAX_ALLOWED_BUILT_AGE=216h");
    program("grype", prints(grypeReport([], "2026-11-20T11:59:59Z")));
    expect(await reason({ databaseDays: 9 })).toContain("is 10 days old, and at most 9 count");
  });

  it("with a database of unknown age", async () => {
    program("grype", prints(grypeReport([], "")));
    expect(await reason()).toBe("grype 0.116.0 does not say how old its database is: use a newer version");
    trivy(trivyReport(), { Version: "0.74.0" });
    expect(await reason({ scanner: "trivy" })).toContain("does not say how old its database is");
  });

  it("when the scanner fails, or says nothing that can be read", async () => {
    program("grype", "echo 'no space left on device' >&2; exit 1");
    expect(await reason()).toBe("grype failed: no space left on device");
    program("grype", "exit 7");
    expect(await reason()).toBe("grype failed: exit code 7");
    program("grype", "echo hello");
    expect(await reason()).toMatch(/^the report of grype cannot be read: /);
    program("grype", prints({}));
    expect(await reason()).toBe("the report of grype cannot be read: the report has no list of matches");
    trivy({ SchemaVersion: 3 });
    expect(await reason({ scanner: "trivy" })).toBe(
      "the report of trivy cannot be read: the report has the schema version 3, not 2",
    );
  });

  it("when the engine does not hand out the image", async () => {
    program("grype", prints(grypeReport()));
    expect(await reason({ archive: () => Promise.reject(new Error("empty export")) })).toBe(
      "the image could not be written for the scanner: empty export",
    );
  });
});

it("stops when the whole check is stopped", async () => {
  program("grype", "exec sleep 60");
  const ending = new AbortController();
  const running = scan({ signal: ending.signal });
  setTimeout(() => ending.abort(new Error("stopped")), 200);
  await expect(running).rejects.toThrow("stopped");
});

describe("the judgement", () => {
  const base: ScannedImage = {
    ...{ scanner: "grype 0.116.0", databaseBuilt: new Date("2026-11-28T06:00:00Z"), vulnerabilities: [], ignored: 0 },
    distribution: true,
  };
  const one = { id: "CVE-2026-1", rating: "high", package: "openssl", version: "3.0.1" } as const;

  it("is fine without any, and says how old the database is and what was left out", () => {
    expect(judgeVulnerabilities(base)).toEqual({ fine: "grype 0.116.0 knows none, with its database of 2026-11-28" });
    expect(judgeVulnerabilities({ ...base, ignored: 2 })).toEqual({
      fine: "grype 0.116.0 knows none, with its database of 2026-11-28; 2 left out by the scanner's own configuration",
    });
  });

  it("has a code for each severity, the worst first, and one for what has no fix", () => {
    const rest = [
      { ...one, rating: "low", fixedIn: "3.0.2" },
      { ...one, rating: "medium", fixedIn: "3.0.2" },
      { ...one, rating: "unrated", fixedIn: "3.0.2" },
      { ...one, rating: "critical" },
      { ...one, fixedIn: "3.0.2", url: "https://a" },
    ] as const;
    const found = judgeVulnerabilities({ ...base, vulnerabilities: [...rest] });
    expect(found).toMatchObject([
      { code: "vulnerability-without-fix", seen: "CVE-2026-1 (critical) in openssl 3.0.1, not fixed yet" },
      {
        ...{ code: "vulnerability-high", subject: "CVE-2026-1 openssl" },
        seen: "CVE-2026-1 (high) in openssl 3.0.1, fixed in 3.0.2",
        mend: "update openssl to 3.0.2, in the base image or among the program's packages (https://a)",
      },
      { code: "vulnerability-unrated" },
      { code: "vulnerability-medium" },
      { code: "vulnerability-low" },
    ]);
  });

  it("warns where no distribution was found", () => {
    expect(judgeVulnerabilities({ ...base, distribution: false })).toMatchObject([{ code: "os-packages-unlisted" }]);
  });
});
