import { changedProblem, plainNumbers } from "../../../settings/plainNumbers.ts";

const file = `config:
  tarmac:imageTag: 12345e7
  tarmac:kubernetesVersion: 1.30
  tarmac:owner: 0012345
  tarmac:repository: "0012345"
  tarmac:appName: hello
  tarmac:namespace:
  buildTarget: 0x10
  tarmac:environment: {A: 1}
  other:imageTag: 007
`;
const numbers = plainNumbers(file, "tarmac");

test("the numbers of a stack file are the unquoted ones of this project", () => {
  expect(Object.keys(numbers)).toEqual(["imageTag", "kubernetesVersion", "owner", "buildTarget", "other:imageTag"]);
});

// The second value is the one that Pulumi 3.259 passes to the program.
test.each([
  ["imageTag", "123450000000", "12345e7"],
  ["kubernetesVersion", "1.3", "1.30"],
  ["owner", "5349", "0012345"],
  ["buildTarget", "16", "0x10"],
])("%s arrives as %s: YAML has changed %s", (key, raw, source) => {
  expect(changedProblem(numbers[key], raw)).toBe(
    `YAML reads ${source} as a number, and it arrives as "${raw}": put it in quotes, "${source}"`,
  );
});

test.each([
  ["imageTag", "12345e7"],
  ["imageTag", "1.4.2"],
  ["imageTag", ""],
  ["imageTag", undefined],
  ["repository", "0012345"],
])("%s that arrives as %j is unchanged", (key, raw) => {
  expect(changedProblem(numbers[key], raw)).toBeUndefined();
});

test.each(["", "config:\n", "config: []\n", "encryptionsalt: v1\n"])("a file without settings has none: %j", (text) => {
  expect(plainNumbers(text, "tarmac")).toEqual({});
});
