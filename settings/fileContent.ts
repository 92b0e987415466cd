/** The content of a file for the process: written in the settings, or stored in a file of the repository. */
import { existsSync, readFileSync, statSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { textValueProblem } from "@tarmac/validate/valueCheck";

/** The content itself, or the path of the file relative to the project's folder. */
export type FileContent = string | { file: string };

const shape = 'use its content, or {"file": "config/app.json"} for a file of the repository';

/**
 * Returns the problem with the content of a file at a path in the container, or `undefined`. `given` is the user's raw
 * value.
 */
export function fileContentProblem(path: string, given: unknown): string | undefined {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return textValueProblem(`"${path}"`, given);
  const { file, ...others } = given as Record<string, unknown>;
  if (typeof file !== "string" || Object.keys(others).length > 0)
    return `the content of "${path}" is neither a string nor a file: ${shape}`;
  if (!existsSync(file) || !statSync(file).isFile())
    return `"${file}", the content of "${path}", is not a file: use a path from the folder of the project`;
  const content = readFileSync(file);
  return content.equals(Buffer.from(content.toString("utf8")))
    ? undefined
    : `"${file}", the content of "${path}", is not text in UTF-8, as a ConfigMap requires: keep it in the image`;
}

/** Returns the text of the content. */
export const contentOf = (content: FileContent): string =>
  typeof content === "string" ? content : readFileSync(content.file, "utf8");

/** Returns the texts of all files. A content that is known only during an update stays an output. */
export const contentsOf = <Content extends pulumi.Input<FileContent>>(
  files: Readonly<Record<string, Content>>,
): Record<string, Content extends FileContent ? string : pulumi.Input<string>> =>
  Object.fromEntries(
    Object.entries(files).map(([path, content]) => [
      path,
      pulumi.Output.isInstance(content) ? content.apply(contentOf) : contentOf(content as FileContent),
    ]),
  ) as Record<string, Content extends FileContent ? string : pulumi.Input<string>>;
