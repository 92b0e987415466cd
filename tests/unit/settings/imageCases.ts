/** Accepted and rejected values of the settings of the image, with the messages. */
import { map, type SettingCases } from "./settingCases.ts";

const repository =
  'is not a repository: use lower-case letters, digits, and single separators, without a registry host or tag, e.g. "team/hello"';
const tag =
  'is not a tag: use up to 128 letters, digits, ".", "_", and "-", not starting with "." or "-", e.g. "1.4.2"';

const pinned = "use HOST/REPOSITORY:TAG@DIGEST, e.g. myregistry.azurecr.io/hello:1.4.2@sha256:...";

const pinnedImage = `myregistry.azurecr.io/hello:1.4.2@sha256:${"a".repeat(64)}`;
const registryId =
  "/subscriptions/0f8fad5b-d9cb-469f-a165-70867728950e/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/contosodev";

export const imageCases: SettingCases = {
  accepted: [
    [
      "image",
      `myregistry.azurecr.io/hello:1.4.2@sha256:${"a".repeat(64)}`,
      `myregistry.azurecr.io/hello:1.4.2@sha256:${"a".repeat(64)}`,
    ],

    [
      "images",
      `{"web":"myregistry.azurecr.io/web:1.4.2@sha256:${"a".repeat(64)}"}`,
      { web: `myregistry.azurecr.io/web:1.4.2@sha256:${"a".repeat(64)}` },
    ],
    ["imageFrom", "dev", "dev"],
    ["importFrom", registryId, registryId],
    ["context", "tests", "tests"],
    ["dockerfile", "package.json", "package.json"],
    ["buildArgs", '{"NODE_IMAGE":"node:24"}', { NODE_IMAGE: "node:24" }],
    ["buildTarget", "Build", "Build"],
    ["buildTarget", "1", "1"],
    [
      "buildArgs",
      '{"NODE_IMAGE":"","BASE_IMAGE":"scratch","VERSION":"1"}',
      { NODE_IMAGE: "", BASE_IMAGE: "scratch", VERSION: "1" },
    ],
    ["platform", "linux/arm64", "linux/arm64"],
    ["cacheFrom", '["hello.azurecr.io/hello:main"]', ["hello.azurecr.io/hello:main"]],
    ["buildOnPreview", "true", true],
    ["buildWith", "acr", "acr"],
    ["repository", "team/hello", "team/hello"],
    ["imageTag", "1.4.2", "1.4.2"],
  ],
  // The platform of an existing image is unknown.
  beside: { platform: { image: pinnedImage }, importFrom: { image: pinnedImage } },
  refused: [
    [
      "buildArgs",
      `{"NPM_TOKEN":"npm_${"a1B2".repeat(9)}","NODE_IMAGE":"https://docker.io/node:24","A-B":"c"}`,
      '"NPM_TOKEN" holds a secret (npm token), which stays readable in the history of the image: remove it, replace the secret where it was issued, and install what needs it before the build',
      '"https://docker.io/node:24" begins with "https://", which no image reference has: use [HOST/]REPOSITORY:TAG, e.g. node:24',
      '"A-B" is not an environment variable name: use letters, digits, and "_", not starting with a digit',
    ],
    ["image", "hello:1.4.2", `"hello:1.4.2" has no registry host, so nodes would pull it from Docker Hub: ${pinned}`],
    [
      "image",
      "myregistry.azurecr.io/hello:1.4.2",
      `"myregistry.azurecr.io/hello:1.4.2" does not have both a tag and a digest: ${pinned}`,
    ],

    [
      "images",
      '{"web":"web:1.4.2"}',
      `"web:1.4.2" has no registry host, so nodes would pull it from Docker Hub: ${pinned}`,
    ],
    ["imageFrom", "dev stack", '"dev stack" is not the name of a stack: use letters, digits, ".", "_", and "-"'],
    [
      "importFrom",
      "contosodev",
      '"contosodev" is not the resource id of a container registry: use what this command prints: az acr show --query id --name NAME',
    ],
    [
      "context",
      "nowhere",
      '"nowhere" is not a folder: use the folder that holds the source and the Dockerfile of the service',
    ],
    [
      "context",
      "package.json",
      '"package.json" is not a folder: use the folder that holds the source and the Dockerfile of the service',
    ],
    ["context", "tests", '"tests/Dockerfile" is not a file: use the path of the Dockerfile'],
    ["dockerfile", "app/Dokcerfile", '"app/Dokcerfile" is not a file: use the path of the Dockerfile'],
    [
      "buildArgs",
      '{"A":1}',
      'the value of "A" is not a string: put it in quotes, or add --type string to pulumi config set --path',
    ],
    ["buildArgs", "A=1", `"A=1" ${map}`],
    ["platform", "linux/arm", '"linux/arm" is not one of "linux/amd64", "linux/arm64"; did you mean "linux/arm64"?'],
    [
      "cacheFrom",
      '["hello:main"]',
      '"hello:main" is not an image in a registry: use HOST/REPOSITORY:TAG, e.g. "myregistry.azurecr.io/hello:main"',
    ],
    ["buildWith", "podman", '"podman" is not one of "docker", "acr"'],
    ["buildOnPreview", "yes", '"yes" is not a boolean: use "true" or "false"'],
    ["repository", "myregistry.azurecr.io/Hello", `"myregistry.azurecr.io/Hello" ${repository}`],
    ["repository", "hello:1.4.2", `"hello:1.4.2" ${repository}`],
    [
      "imageTag",
      "latest",
      '"latest" does not identify a version: use a version, e.g. "1.4.2", or remove the tag, which is then computed from the content',
    ],
    ["imageTag", "1.4+2", `"1.4+2" ${tag}`],
  ],
  together: [
    [
      "an import without an image",
      { importFrom: registryId },
      ["tarmac:importFrom: has no effect without image: set image, or remove this"],
    ],
    [
      "a stage that the Dockerfile does not have",
      { buildTarget: "biuld" },
      [
        'tarmac:buildTarget: "biuld" is not a stage of app/Dockerfile, which has "runtime", "build"; did you mean "build"?',
      ],
    ],
    [
      "a build in the registry, with settings that it cannot apply",
      { buildWith: "acr", buildOnPreview: "true", buildArgs: '{"A":"{{.Run.ID}}"}' },
      [
        'tarmac:buildOnPreview: applies only to buildWith "docker", because the registry builds only in updates: set it to false',
        'tarmac:buildArgs: A: must not contain "{{", which the registry would replace: change the value, or build with Docker',
      ],
    ],
    [
      "a build in a registry outside Azure",
      { buildWith: "acr", registryServer: "registry.example.com" },
      [
        'tarmac:buildWith: "acr" needs an Azure registry, and registryServer selects another one: set it to "docker", or remove registryServer',
      ],
    ],
    [
      "a build in a registry that the builder cannot reach",
      { buildWith: "acr", registrySku: "Premium", registryAllowedRanges: '["203.0.113.7"]' },
      [
        'tarmac:buildWith: "acr" builds on machines outside your network, which registryPublicAccess or registryAllowedRanges shuts out: set it to "docker"',
      ],
    ],
    [
      "mounts that hide the program",
      { writablePaths: '{"/app/src":"1Mi","/cache":"1Mi"}', configFiles: '{"/usr/local/bin/node":"x"}' },
      [
        'tarmac:writablePaths: "/app/src" would hide the program of the image, "/app/src/main.js" (ENTRYPOINT or CMD of the Dockerfile): use another path',
        'tarmac:configFiles: "/usr/local/bin/node" would hide the program of the image, "/usr/local/bin/node" (ENTRYPOINT or CMD of the Dockerfile): use another path',
      ],
    ],
  ],
};
