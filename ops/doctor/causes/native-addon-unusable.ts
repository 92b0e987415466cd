import { lastWords } from "../facts/lastWords.ts";
import { nodePlatform } from "../facts/nodePlatform.ts";
import { type ContainerFacts, endWords, nameOf } from "../facts/podFacts.ts";
import { changedBy, rebuild } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

interface Fault {
  /** File or package of the addon. */
  addon: string;
  why: string;
  fix: string;
}

const built =
  "Install the packages in the image that runs them: leave node_modules out of the build context (.dockerignore), and use one base image in every stage.";

/** What Node.js and the loaders of glibc and musl say of an addon, in the lines of the final error. */
const forms: readonly [RegExp, (found: RegExpExecArray) => Fault][] = [
  [
    /The module '([^']+\.node)'[^]*?NODE_MODULE_VERSION (\d+)[^]*?NODE_MODULE_VERSION (\d+)/,
    ([, addon = "", was, wants]) => ({
      addon,
      why: `was built for another version of Node.js (NODE_MODULE_VERSION ${was}; this one has ${wants})`,
      fix: "Build it with the version of Node.js that runs it: `npm rebuild` in the image, or one base image in every stage.",
    }),
  ],
  [
    /Error loading shared library (ld-linux[\w.-]*|libc\.so\.6|libgcc_s[\w.]*|libstdc\+\+[\w.]*)[^\n]*\(needed by ([^)]+)\)/,
    ([, library, addon = ""]) => ({
      addon,
      why: `was built for glibc, and the image has musl (${library} is missing)`,
      fix: `${built} Or use a base image with glibc, such as Debian's slim.`,
    }),
  ],
  [
    /libc\.musl-[\w.-]+: cannot open shared object file/,
    () => ({
      addon: "",
      why: "was built for musl, and the image has glibc (libc.musl is missing)",
      fix: built,
    }),
  ],
  [
    /Error loading shared library ([\w.+-]+)[^\n]*\(needed by ([^)]+\.node)\)/,
    ([, library = "", addon = ""]) => ({
      addon,
      why: `needs the shared library ${library}, which the image does not have`,
      fix: `Install the system's package with ${library} in the image, or a version of the package that is built for the libraries of the image.`,
    }),
  ],
  [
    /Error: (\S+\.node): (invalid ELF header|cannot open shared object file[^\n]*|wrong ELF class[^\n]*|file too short)/,
    ([, addon = "", words]) => ({
      addon,
      why: `was built for another operating system or processor (${words})`,
      fix: built,
    }),
  ],
  [
    /Could not load the "([^"]+)" module using the (\S+) runtime/,
    ([, addon = "", runtime]) => ({
      addon,
      why: `has no binary for ${runtime} in the image`,
      fix: `${built} If the lock file was made on another system, install with \`npm ci --os=linux --cpu=CPU\` (and \`--libc=musl\` for Alpine).`,
    }),
  ],
  [
    /Cannot find module '(@[\w-]+\/[\w-]*(?:linux|darwin|win32)-(?:x64|arm64)[\w-]*)'|No native build was found for [^\n]*loaded from: (\S+)/,
    ([, platform, from]) => ({
      addon: platform ?? from ?? "",
      why: "is the binary part of a package, and the image has the one of another platform or none",
      fix: `${built} Optional dependencies must be installed: no \`--omit=optional\`.`,
    }),
  ],
];

/** A native addon that the runtime cannot load: built for another C library, processor or version of Node.js. */
export const nativeAddonUnusable = podCause({
  code: "native-addon-unusable",
  stage: "start",
  recovery: "impossible",
  over: ["application-error", "module-not-found"],
  proof: (pod) => {
    for (const { container, error, evidence } of lastWords(pod)) {
      const text = [error.text, wholeError(container, error.raw)].join("\n");
      for (const [form, faultOf] of forms) {
        const found = form.exec(text);
        if (found !== null) return { container, evidence, ...faultOf(found) };
      }
    }
    return undefined;
  },
  claim: (pod, { container, evidence, addon, why, fix }) => ({
    title: `The native addon${addon === "" ? "" : ` "${addon.replace(/^.*\/node_modules\//, "")}"`} ${why}`,
    container: container.name,
    evidence: [
      ...evidence,
      `${nameOf(pod, container)} ${endWords(container)}`,
      ...(nodePlatform(pod) === undefined ? [] : [`platform of the node: ${nodePlatform(pod)}`]),
    ].filter((line, index, all) => all.indexOf(line) === index),
    mend: [rebuild(changedBy(pod), fix)],
  }),
});

/** The lines from the one with the error on: some errors name the addon in their second line. */
function wholeError({ log }: ContainerFacts, first: string): string {
  const raw = log.lines.map((line) => line.raw);
  const start = raw.findLastIndex((line) => line.includes(first));
  return raw.slice(Math.max(0, start), start + 8).join("\n");
}
