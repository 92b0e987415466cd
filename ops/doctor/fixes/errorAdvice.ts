/**
 * What helps against errors that Node.js, npm and drivers report in the same words everywhere. The error itself is in
 * the finding's title.
 */
import type { Step } from "../causes/cause.ts";
import type { ContainerFacts, PodFacts } from "../facts/podFacts.ts";
import { changedBy, setVariable } from "./changeOwner.ts";

const advice: readonly [RegExp, string][] = [
  [
    /Cannot use import statement outside a module|Unexpected token '?export/,
    'Node.js reads the file as CommonJS. Set "type": "module" in the package.json next to it, and copy that package.json into the image; or name the file .mjs.',
  ],
  [
    /(?:require|module|exports|__dirname) is not defined in ES module scope/,
    'Node.js reads the file as an ES module, because of "type": "module" in package.json. Name the file .cjs, or use import.',
  ],
  [
    /ERR_REQUIRE_ESM|require\(\) of ES Module/,
    "The package is an ES module: load it by import, or use its last version that is CommonJS.",
  ],
  [
    /: bad option: /,
    "This version of Node.js does not have the option: leave it out of command, args or the image's ENTRYPOINT.",
  ],
  [
    /Missing script: /,
    "npm finds no such script in the package.json of the image's working directory: correct the name in command, args or CMD.",
  ],
  [
    /self[- ]signed certificate|unable to get local issuer certificate|unable to verify the first certificate|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE/i,
    "The process does not trust the authority of the server's certificate. Mount the authority's certificate, and name the file in the variable NODE_EXTRA_CA_CERTS (Node.js) or SSL_CERT_FILE.",
  ],
  [
    /password authentication failed|Access denied for user|WRONGPASS|NOAUTH|Authentication failed\.?$|AADSTS7000215|AADSTS7000222/,
    "The server refuses the password or secret. Correct it in the Secret that the pod reads, and start the pod again: variables are read only at the start.",
  ],
  [
    /System limit for number of file watchers|EMFILE: too many open files, watch/,
    "The process watches its files for changes, as during development. Start it without its watch mode.",
  ],
  [
    /ERR_INVALID_CHAR|Invalid character in header content/,
    "The value of a header has a line end, usually from a Secret made with `echo`. Make the Secret from the value alone (printf, or --from-literal).",
  ],
  [
    /ERR_SOCKET_BAD_PORT/,
    "The port is not a number from 0 to 65535: check the variable that it is read from for blanks, quotes and letters.",
  ],
  [
    /ERR_INVALID_URL|Invalid URL/,
    "A URL that the program reads from its settings is empty or has no scheme: check the variable that it comes from.",
  ],
];

export function adviceFor(pod: PodFacts, container: ContainerFacts): Step[] {
  const error = container.log.finalError;
  if (container.end?.signal === 9)
    return [
      {
        say: "Neither the memory limit nor a probe explains it. The node may have been short of memory, or the program or one of its own processes sent the signal.",
      },
    ];
  if (error === undefined) return [];
  const words = [error.text, error.raw, ...Object.values(error.fields)].join("\n");
  const option = /: (\S+) is not allowed in NODE_OPTIONS/.exec(words)?.[1];
  if (option !== undefined) {
    const value = container.spec.env?.find(({ name }) => name === "NODE_OPTIONS")?.value;
    const rest = (value ?? "").split(/\s+/).filter((word) => word !== option && word !== "");
    const say = `Node.js takes ${option} on its command line only. Leave it out of NODE_OPTIONS:`;
    return value === undefined
      ? [{ say }]
      : setVariable(changedBy(pod), container.name, say, "NODE_OPTIONS", rest.join(" "));
  }
  const known = advice.find(([form]) => form.test(words))?.[1];
  return known === undefined ? [] : [{ say: known }];
}
